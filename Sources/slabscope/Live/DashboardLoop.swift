import Dashboard
import NcursesTerminal
import Telemetry
import TerminalUI
import Workloads

/// The dashboard's main loop: input, snapshots and the clock become messages; effects are carried out; what changed is
/// drawn.
@MainActor
struct DashboardLoop {
  let screen: Screen
  let program: Program
  let playback: PlaybackOptions
  var policy: Policy
  let policies: [Policy]
  /// The policy that is carried along.
  var other: Policy
  var theme: Int
  var session: any DashboardSession
  var controls: MachineControls?
  var current: Int
  /// Where what is seen is written down; nil where it is not.
  private let writer: HistoryWriter?
  /// Whether somebody was told that it is written down no more.
  private var saidThatWritingFailed = false
  /// What the user was told last about a cache that is not as the policy wants it.
  private var toldProblem: String?
  private var watched: String?
  /// Sizes that the advisor would have in service.
  var advised: [Int] = []
  /// Whether the advisor was asked while there was nothing to advise on.
  var wantsAdvice = false
  var state: DashboardState
  private var mustDraw = true

  private static let start = ContinuousClock.now
  /// Between two frames at least: a key shows its effect as soon as eyes could tell, and what comes in faster is shown
  /// together.
  private static let frameInterval = Duration.milliseconds(15)
  /// Until the next look at a terminal that did not yet take all of the last frame.
  private static let patience = Duration.milliseconds(20)

  /// A dashboard on what `program` starts with.
  /// - Throws: what it takes to play that throws.
  init(
    _ screen: Screen, program: Program, playback: PlaybackOptions, speed: PlaybackSpeed, writer: HistoryWriter? = nil
  ) throws {
    self.screen = screen
    self.writer = writer
    self.program = program
    self.playback = playback
    theme = screen.firstTheme
    let chosen = try playback.chosenPolicy()
    policy = chosen
    policies = Policy.presets.contains(chosen) ? Policy.presets : [chosen] + Policy.presets
    other = chosen == .linux ? .hemment : .linux
    current = program.start
    session = try DashboardLoop.makeSession(program.items[program.start], playback, policy, other, speed)
    controls = session.makeControls()
    let entries = program.items.map { PlaybackStatus.Entry(name: $0.name, summary: $0.summary) }
    var status = PlaybackStatus(workloads: entries, current: current, policy: policy.name, speed: speed)
    if program.isHost {
      let snapshot = session.snapshot(watching: nil)
      var capabilities: Set<Capability> = [.pausing, .speed]
      if snapshot.events ?? 0 > 0 { capabilities.insert(.allocationCounts) }
      if snapshot.caches.contains(where: { $0.slabsOnCPUs != nil }) { capabilities.insert(.slabOccupancy) }
      status.source = SourceDescription(
        title: session.history == nil ? "The running kernel" : "A recorded history", capabilities: capabilities)
    }
    state = DashboardState(status: status, size: screen.terminal.size)
    (state.keys, state.panes) = (screen.keys, screen.panes)
    state.columns = screen.columns ?? state.standardColumns
    if let notice = screen.notice { _ = state.update(.exported(notice, isFailure: true)) }
  }

  /// Runs until someone quits; returns the exit status: 0, or 128 + n when signal n asked for the end.
  mutating func run() -> Int32 {
    defer { session.end() }
    let terminal = screen.terminal
    var (lastRefresh, lastFrame) = (ContinuousClock.now - .seconds(3600), ContinuousClock.now - .seconds(1))
    var isFirst = true
    while true {
      let now = ContinuousClock.now
      let interval = session.interval.0
      if lastRefresh.duration(to: now) >= interval {
        let seconds = isFirst ? 0 : Double(lastRefresh.duration(to: now) / .nanoseconds(1)) / 1e9
        _ = refresh(seconds: seconds)
        (lastRefresh, isFirst) = (now, false)
      }
      // A frame that a slow terminal would take later is left out: the next one says more.
      let isBehind = mustDraw && terminal.hasPendingOutput
      if mustDraw, !isBehind, lastFrame.duration(to: now) >= DashboardLoop.frameInterval {
        draw()
        (mustDraw, lastFrame) = (false, .now)
      }
      let nextRefresh = interval - lastRefresh.duration(to: .now)
      let nextFrame =
        !mustDraw
        ? nextRefresh : isBehind ? DashboardLoop.patience : DashboardLoop.frameInterval - lastFrame.duration(to: .now)
      let wait = max(0, Int(min(nextRefresh, nextFrame) / .milliseconds(1)) + 1)
      guard let event = terminal.nextEvent(timeoutMilliseconds: wait) else { continue }
      if case .terminate(let signal) = event { return 128 + signal }
      if carryOut(state.update(.input(event))) { return 0 }
      mustDraw = true
    }
  }

  private func draw() {
    screen.terminal.flush(DashboardView.draw(state, theme: screen.themes[theme], glyphs: screen.glyphs))
  }

  /// Looks at the machine again.
  private mutating func refresh(seconds: Double) -> Bool {
    mustDraw = true
    if wantsAdvice, session.details.sizes?.sizes.isEmpty == false { advise() }
    var details = session.details
    details.sizes?.advised = advised
    // What is repeated in no time is no rate.
    if session.busy != nil { _ = state.update(.restarted) }
    let snapshot = session.snapshot(watching: watched)
    let seconds = session.secondsPassed ?? seconds
    write(snapshot)
    if let problem = session.progress.0.policyProblem, problem != toldProblem {
      toldProblem = problem
      _ = state.update(.exported("policy \(policy.name): \(problem)", isFailure: true))
    }
    let other = session.other
    var status = currentStatus
    (status.otherNotice, status.kernelNotice) = (other.notice, session.kernelNotice)
    return carryOut(state.update(.refreshed(snapshot, status, seconds: seconds, other: other.0, details: details)))
  }

  private mutating func write(_ snapshot: Snapshot) {
    guard let writer, !session.isPaused else { return }
    writer.add(snapshot)
    guard let failure = writer.failure, !saidThatWritingFailed else { return }
    saidThatWritingFailed = true
    _ = state.update(.exported("nothing is recorded any more: \(failure)", isFailure: true))
  }

  private var currentStatus: PlaybackStatus {
    let (progress, failure) = session.progress
    let now = LocalTime()
    var status = state.status
    (status.current, status.speed, status.isPaused) = (current, session.speed, session.isPaused)
    (status.loops, status.failure) = (progress.loops, failure)
    (status.stampMismatches, status.firstMismatch) = (progress.stampMismatches, progress.firstMismatch)
    (status.policy, status.machine) = (policy.name, (session.busy.map { [$0] } ?? []) + (controls?.summary ?? []))
    (status.interval, status.history) = (session.interval.inWords, session.history)
    status.isRecorded = writer.map { $0.failure == nil } ?? false
    status.now = Double(DashboardLoop.start.duration(to: .now) / .nanoseconds(1)) / 1e9
    (status.secondsOfDay, status.exportName) = (now.secondsOfDay, "slabscope-" + now.stamp)
    return status
  }

  /// Carries effects out; true when one of them ends the dashboard.
  private mutating func carryOut(_ effects: [DashboardEffect]) -> Bool {
    // Whether what is on screen is no longer so.
    var isStale = false
    for effect in effects {
      switch effect {
      case .quit: return true
      case .switchWorkload(let index):
        // Who asks for another workload wants to see it play.
        session.setPaused(false)
        start(index, policy, from: 0)
      case .setPaused(let isPaused): session.setPaused(isPaused)
      case .play(let events): session.play(events: events)
      case .changeSpeed(let steps): session.changeSpeed(by: steps)
      case .watch(let cache): watched = cache
      case .nextTheme: theme = (theme + 1) % screen.themes.count
      case .redraw: screen.terminal.redraw()
      case .export(let format, let name): export(format, to: name)
      case .seek(let seek): go(to: seek)
      case .nextPolicy: switchPolicy()
      case .nextOtherPolicy: switchOther()
      case .show(let page): session.watch(page)
      case .advise: advise()
      case .applyAdvice: tell(controls.map { $0.putInService(advised) })
      case .addSizes(let sizes): tell(controls?.toggle(sizes))
      case .exportCache(let name): tell(controls?.export(name))
      case .squeeze(let tenths): tell(controls?.squeeze(by: tenths))
      case .toggleHighOrders: tell(controls?.toggleHighOrders())
      case .toggleShuffling: tell(controls?.toggleShuffling())
      case .toggleSizes: tell(controls?.toggleSizes())
      }
      switch effect {
      case .quit, .nextTheme, .redraw, .export: break
      default: isStale = true
      }
    }
    return isStale ? refresh(seconds: 0) : false
  }

  /// Another time of a recorded history, with what went before it: rates and curves are those of then.
  private mutating func go(to seek: Seek) {
    let moments = session.seek(seek)
    if !moments.isEmpty { _ = state.update(.replayed(moments)) }
  }

  /// Says what was done. Where there is no machine of ours nothing was, and the state has said why.
  mutating func tell(_ text: String?) {
    if let text { _ = state.update(.exported(text, isFailure: false)) }
  }
}
