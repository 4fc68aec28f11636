import Advisor
import Dashboard
import Foundation
import NcursesTerminal
import Recordings
import Telemetry
import TerminalUI
import Workloads

/// The dashboard's main loop: input, snapshots and the clock become messages; effects are carried out; what changed is
/// drawn, ten times a second at most.
@MainActor
struct DashboardLoop {
  private let terminal: Terminal
  private let program: Program
  private let playback: PlaybackOptions
  private var policy: Policy
  private let policies: [Policy]
  /// The policy that is carried along.
  private var other: Policy
  private let glyphs: GlyphSet
  private var themes: [Theme]
  private var theme: Int
  private var session: any DashboardSession
  private var controls: MachineControls?
  private var current: Int
  private var watched: String?
  /// Sizes that the advisor would have in service.
  private var advised: [Int] = []
  /// Whether the advisor was asked while there was nothing to advise on.
  private var wantsAdvice = false
  private var state: DashboardState
  private var mustDraw = true

  private static let refreshInterval = Duration.milliseconds(250)
  private static let frameInterval = Duration.milliseconds(100)

  init(
    terminal: Terminal, program: Program, start: Int, playback: PlaybackOptions, speed: PlaybackSpeed, themes: [Theme],
    theme: Int, glyphs: GlyphSet, keys: KeyBindings, notice: String? = nil
  ) throws {
    self.terminal = terminal
    self.program = program
    self.playback = playback
    self.glyphs = glyphs
    self.themes = themes
    self.theme = theme
    let chosen = try playback.chosenPolicy()
    policy = chosen
    policies = Policy.presets.contains(chosen) ? Policy.presets : [chosen] + Policy.presets
    other = chosen == .linux ? .hemment : .linux
    current = start
    session = try DashboardLoop.makeSession(program.items[start], playback, policy, other, speed)
    controls = session.makeControls()
    let entries = program.items.map { PlaybackStatus.Entry(name: $0.name, summary: $0.summary) }
    var status = PlaybackStatus(workloads: entries, current: start, policy: policy.name, speed: speed)
    status.isHost = program.isHost
    state = DashboardState(status: status, size: terminal.size)
    state.keys = keys
    if let notice { _ = state.update(.exported(notice, isFailure: true)) }
  }

  /// Runs until someone quits; returns the exit status: 0, or 128 + n when signal n asked for the end.
  mutating func run() -> Int32 {
    defer { session.end() }
    var (lastRefresh, lastFrame) = (ContinuousClock.now - .seconds(1), ContinuousClock.now - .seconds(1))
    var handled = 0
    while true {
      let now = ContinuousClock.now
      if lastRefresh.duration(to: now) >= DashboardLoop.refreshInterval {
        let seconds = Double(lastRefresh.duration(to: now) / .nanoseconds(1)) / 1e9
        _ = refresh(seconds: seconds)
        lastRefresh = now
      }
      if mustDraw, lastFrame.duration(to: now) >= DashboardLoop.frameInterval {
        terminal.flush(DashboardView.draw(state, theme: themes[theme], glyphs: glyphs))
        (mustDraw, lastFrame) = (false, now)
      }
      let nextRefresh = DashboardLoop.refreshInterval - lastRefresh.duration(to: .now)
      let nextFrame = mustDraw ? DashboardLoop.frameInterval - lastFrame.duration(to: .now) : nextRefresh
      let wait = max(0, Int(min(nextRefresh, nextFrame) / .milliseconds(1)) + 1)
      guard let event = terminal.nextEvent(timeoutMilliseconds: wait) else { continue }
      handled += 1
      if case .terminate(let signal) = event { return 128 + signal }
      if carryOut(state.update(.input(event))) { return 0 }
      mustDraw = true
    }
  }

  /// Looks at the machine again.
  private mutating func refresh(seconds: Double) -> Bool {
    let (progress, failure) = session.progress
    var status = state.status
    status.current = current
    status.speed = session.speed
    status.isPaused = session.isPaused
    status.loops = progress.loops
    (status.stampMismatches, status.firstMismatch) = (progress.stampMismatches, progress.firstMismatch)
    status.failure = failure
    status.policy = policy.name
    status.machine = controls?.summary ?? []
    mustDraw = true
    if wantsAdvice, session.details.sizes?.sizes.isEmpty == false { advise() }
    var details = session.details
    details.sizes?.advised = advised
    let snapshot = session.snapshot(watching: watched)
    let other = session.other
    status.otherNotice = other.notice
    return carryOut(state.update(.refreshed(snapshot, status, seconds: seconds, other: other.0, details: details)))
  }

  /// Carries effects out; true when one of them ends the dashboard.
  private mutating func carryOut(_ effects: [DashboardEffect]) -> Bool {
    // Whether what is on screen is no longer so.
    var isStale = false
    for effect in effects {
      switch effect {
      case .quit: return true
      case .switchWorkload(let index): switchWorkload(to: index)
      case .setPaused(let isPaused): session.setPaused(isPaused)
      case .changeSpeed(let steps): session.changeSpeed(by: steps)
      case .watch(let cache): watched = cache
      case .nextTheme: theme = (theme + 1) % themes.count
      case .redraw: terminal.redraw()
      case .export(let format): export(format)
      case .nextPolicy: switchPolicy()
      case .nextOtherPolicy: switchOther()
      case .show(let page): session.watch(page)
      case .advise: advise()
      case .applyAdvice: tell(controls.map { $0.putInService(advised) })
      case .addSize(let bytes): tell(controls?.toggleSize(bytes))
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

  private mutating func switchWorkload(to index: Int) { start(index, policy, from: 0) }

  /// Another machine under the next policy, brought to the same point of the same events.
  private mutating func switchPolicy() {
    guard controls != nil else { return tell(nil) }
    let next = policies[((policies.firstIndex(of: policy) ?? -1) + 1) % policies.count]
    let events = session.progress.0.eventsInLoop
    let repeats = events <= LiveSession.mostEventsToRepeat
    start(current, next, from: repeats ? events : 0)
    let place = repeats ? "from the same event on" : "from the beginning: too many events to repeat"
    tell("policy \(policy.name): \(policy.summary); a new machine, \(place)")
  }

  /// Asks the advisor about what lives now.
  private mutating func advise() {
    guard let controls else { return tell(nil) }
    guard let sizes = session.details.sizes?.sizes, !sizes.isEmpty else {
      // As soon as there is something to go by.
      wantsAdvice = true
      return tell("nothing lives yet that was asked for by size: advice comes when something does")
    }
    wantsAdvice = false
    let powers = controls.sizesInService.filter { $0.nonzeroBitCount == 1 }
    advised = LiveAdvice(live: sizes.map { ($0.bytes, $0.objects) }, powers: powers).sizes
    let added = advised.filter { !controls.sizesInService.contains($0) }.map(String.init).joined(separator: ", ")
    tell(added.isEmpty ? "the sizes in service fit: leave them" : "advised: add \(added) (D puts them in service)")
  }

  /// Compares with the next policy that is not the one in use.
  private mutating func switchOther() {
    guard controls != nil else { return tell(nil) }
    let others = policies.filter { $0 != policy }
    other = others[((others.firstIndex(of: other) ?? -1) + 1) % others.count]
    session.setOther(other)
    tell("compared with \(other.name): \(other.summary)")
  }

  private mutating func start(_ index: Int, _ policy: Policy, from events: Int) {
    if other == policy { other = policies.first { $0 != policy } ?? other }
    do {
      let next = try DashboardLoop.makeSession(
        program.items[index], playback, policy, other, session.speed, from: events)
      next.setPaused(session.isPaused)
      session.end()
      (session, current, self.policy, controls) = (next, index, policy, next.makeControls())
      advised = []
      session.watch(state.view)
      _ = state.update(.restarted)
    } catch {
      _ = state.update(.exported("\(error)", isFailure: true))
    }
  }

  /// Says what was done; nothing where there is no machine of ours.
  private mutating func tell(_ text: String?) {
    _ = state.update(.exported(text ?? "this is a host's kernel: it is watched, not changed", isFailure: text == nil))
  }

  private static func makeSession(
    _ item: Program.Item, _ playback: PlaybackOptions, _ policy: Policy, _ other: Policy, _ speed: PlaybackSpeed,
    from events: Int = 0
  ) throws -> any DashboardSession {
    switch item.content {
    case .host(let reader): return try HostSession(reader)
    case .played(let open):
      let source = try open()
      var player = try playback.makePlayer(source, policy)
      while player.progress.events < events, try player.play(upTo: events - player.progress.events) > 0 {}
      return LiveSession(
        player, workload: item.name, policy: policy, other: other, ticksPerSecond: source.ticksPerSecond, speed: speed
      ) { policy in ShadowPlayer(try playback.makePlayer(source, policy, isShadow: true), policy: policy) }
    }
  }

  // MARK: Export

  /// Writes the snapshot on screen into the working directory.
  private mutating func export(_ format: ExportFormat) {
    guard let snapshot = state.snapshot else { return }
    let stamp = DateFormatter()
    stamp.dateFormat = "yyyyMMdd-HHmmss"
    stamp.locale = Locale(identifier: "en_US_POSIX")
    let path = "slabscope-\(stamp.string(from: Date())).\(format.rawValue)"
    do {
      let text = try text(of: snapshot, as: format)
      try AtomicFile.write(Array(text.utf8), to: path)
      let folder = FileManager.default.currentDirectoryPath
      _ = state.update(.exported("wrote \(folder)/\(path)", isFailure: false))
    } catch {
      _ = state.update(.exported("\(error)", isFailure: true))
    }
  }

  private func text(of snapshot: Snapshot, as format: ExportFormat) throws -> String {
    switch format {
    case .slabinfo: return SlabinfoEncoder.encode(snapshot)
    case .json: return try snapshot.json()
    case .csv: return snapshot.csv
    case .prom: return snapshot.openMetrics
    case .svg, .ansi, .txt:
      let screen = DashboardView.draw(state, theme: themes[theme], glyphs: glyphs)
      return format == .svg ? screen.svg() : format == .ansi ? screen.ansi() : screen.text() + "\n"
    }
  }
}
