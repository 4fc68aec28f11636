import Dashboard
import NcursesTerminal
import Telemetry
import TerminalUI
import Workloads

/// The main loop of the dashboard: turns input, samples and the clock into messages, carries out effects, and draws the changed state.
@MainActor
struct DashboardLoop {
  let screen: Screen
  var catalog: SourceCatalog
  let playback: PlaybackOptions
  /// Index of the open source in `catalog`.
  var current: Int
  var source: any Source
  /// Policies in the order in which keys switch to them.
  var policies: [Policy]
  var policy: Policy
  /// The policy that the open source is compared with.
  var comparedPolicy: Policy
  /// The policy under which the running kernel is mirrored; nil if it is not.
  var mirroredPolicy: Policy?
  /// Index of the theme in `screen.themes`.
  var theme: Int
  var state: DashboardState
  /// The cache whose slabs the next sample lists.
  private var selectedCache: String?
  /// The general-cache sizes that the advisor computed last.
  var advisedSizes: [Int] = []
  /// Whether advice is to be computed as soon as there are live objects.
  var isAdvicePending = false
  /// The last problem that was shown about a cache that the policy could not set up.
  private var shownPolicyProblem: String?
  /// Writer of the samples to a history; nil if they are not recorded.
  private let writer: HistoryWriter?
  /// Whether the failure of the writer was shown.
  private var hasShownWriterFailure = false
  private var mustDraw = true
  /// The last message about the progress of a recording.
  var shownProgress: String?
  /// Result of the recording that was in progress when the dashboard ended; nil if there was none.
  private(set) var recordingResult: (text: String, isFailure: Bool)?

  private static let startTime = ContinuousClock.now
  /// Shortest time between two frames: shorter than a user can notice, and long enough to draw bursts of input once.
  private static let frameInterval = Duration.milliseconds(15)
  /// Time until the next check of a terminal that has not accepted the last frame completely.
  private static let slowTerminalInterval = Duration.milliseconds(20)

  /// A dashboard that opens the first source of a catalog.
  /// - Throws: the errors of opening the source.
  init(
    _ screen: Screen, catalog: SourceCatalog, playback: PlaybackOptions, speed: PlaybackSpeed,
    writer: HistoryWriter? = nil
  ) throws {
    (self.screen, self.catalog, self.playback, self.writer) = (screen, catalog, playback, writer)
    (theme, current) = (screen.firstTheme, catalog.first)
    let chosen = try playback.chosenPolicy()
    policy = chosen
    policies = Policy.presets.contains(chosen) ? Policy.presets : [chosen] + Policy.presets
    comparedPolicy = chosen == .linux ? .hemment : .linux
    source = try catalog.entries[catalog.first].open(
      SourceCatalog.Entry.Settings(playback: playback, policy: policy, comparedPolicy: comparedPolicy, speed: speed))
    let entries = catalog.entries.map { PlaybackStatus.Entry(name: $0.name, summary: $0.summary) }
    var status = PlaybackStatus(workloads: entries, current: current, policy: policy.name, speed: speed)
    (status.source, status.watch) = (source.description, source.capabilities.watch)
    state = DashboardState(status: status, size: screen.terminal.size)
    (state.keys, state.panes) = (screen.keys, screen.panes)
    state.columns = screen.columns ?? state.standardColumns
    if let history = source.capabilities.history { readPast(history) }
    if let notice = screen.notice { _ = state.update(.exported(notice, isFailure: true)) }
  }

  /// Starts the tour.
  mutating func startTour() { _ = perform(state.startTour()) }

  /// Runs until the user quits.
  /// - Returns: the exit status: 0, or 128 + n if signal n ended the dashboard.
  mutating func run() -> Int32 {
    defer {
      source.capabilities.replay?.end()
      recordingResult = source.capabilities.recording?.endRecording()
    }
    let terminal = screen.terminal
    var (lastRefresh, lastFrame) = (ContinuousClock.now - .seconds(3600), ContinuousClock.now - .seconds(1))
    var isFirst = true
    var hasReleasedMemory = false
    while true {
      let now = ContinuousClock.now
      let interval = source.interval
      if lastRefresh.duration(to: now) >= interval {
        let seconds = isFirst ? 0 : Double(lastRefresh.duration(to: now) / .nanoseconds(1)) / 1e9
        _ = refresh(seconds: seconds)
        (lastRefresh, isFirst) = (now, false)
      }
      // A slow terminal skips frames: each frame shows the whole state.
      let isBehind = mustDraw && terminal.hasPendingOutput
      if mustDraw, !isBehind, lastFrame.duration(to: now) >= DashboardLoop.frameInterval {
        draw()
        (mustDraw, lastFrame) = (false, .now)
        if !hasReleasedMemory {
          StartUpMemory.release()
          hasReleasedMemory = true
        }
      }
      let nextRefresh = interval - lastRefresh.duration(to: .now)
      let nextFrame =
        !mustDraw
        ? nextRefresh
        : isBehind ? DashboardLoop.slowTerminalInterval : DashboardLoop.frameInterval - lastFrame.duration(to: .now)
      let wait = max(0, Int(min(nextRefresh, nextFrame) / .milliseconds(1)) + 1)
      guard let event = terminal.nextEvent(timeoutMilliseconds: wait) else { continue }
      if case .terminate(let signal) = event { return 128 + signal }
      if perform(state.update(.input(event))) { return 0 }
      mustDraw = true
    }
  }

  private func draw() {
    let theme = screen.themes[theme]
    screen.terminal.flush(
      DashboardView.draw(state, theme: theme, glyphs: screen.glyphs), maximumDepth: theme.maximumDepth)
  }

  // MARK: Samples

  /// Returns a sample of the source for the page in view.
  func takeSample() -> SourceSample {
    source.sample(
      SampleRequest(
        page: state.view, selectedCache: selectedCache, needsProfile: state.needsProfile || writer != nil))
  }

  /// Takes a sample, and shows and records it.
  /// - Parameter seconds: seconds since the last sample.
  /// - Returns: whether the user has quit.
  private mutating func refresh(seconds: Double) -> Bool {
    mustDraw = true
    var sample = takeSample()
    if isAdvicePending, let sizes = sample.details.sizes, !sizes.sizes.isEmpty { advise(sizes) }
    sample.details.sizes?.advised = advisedSizes
    let capabilities = source.capabilities
    // Events that are repeated at maximum speed have no rate.
    if capabilities.replay?.repetition != nil { _ = state.update(.restarted) }
    record(sample)
    capabilities.recording.map { showProgress(of: $0) }
    if let problem = capabilities.replay?.progress.policyProblem, problem != shownPolicyProblem {
      shownPolicyProblem = problem
      _ = state.update(.exported("policy \(policy.name): \(problem)", isFailure: true))
    }
    return perform(
      state.update(
        .refreshed(
          sample.snapshot, status(capabilities, failure: sample.failure), seconds: sample.seconds ?? seconds,
          compared: capabilities.comparison?.comparedSnapshot, details: sample.details)))
  }

  /// Shows the progress of a recording in the last line, unless another message is there, and its result.
  private mutating func showProgress(of recording: any RecordingControl) {
    if let (text, isFailure) = recording.takeResult() {
      shownProgress = nil
      _ = state.update(.exported(text, isFailure: isFailure))
    } else if let progress = recording.progress, state.notice == nil || state.notice?.text == shownProgress {
      shownProgress = progress
      show(progress)
    }
  }

  private mutating func record(_ sample: SourceSample) {
    guard let writer, source.capabilities.pausing?.isPaused != true else { return }
    writer.add(sample.snapshot, profile: sample.details.profile)
    guard let failure = writer.failure, !hasShownWriterFailure else { return }
    hasShownWriterFailure = true
    _ = state.update(.exported("recording of the history ended: \(failure)", isFailure: true))
  }

  /// Returns the status line's figures for a source with these capabilities.
  private func status(_ capabilities: SourceCapabilities, failure: String?) -> PlaybackStatus {
    var status = state.status
    status.workloads = catalog.entries.map { PlaybackStatus.Entry(name: $0.name, summary: $0.summary) }
    (status.current, status.policy, status.failure) = (current, policy.name, failure)
    (status.source, status.watch) = (source.description, capabilities.watch)
    status.isPaused = capabilities.pausing?.isPaused ?? false
    if let speed = capabilities.speed?.speed { status.speed = speed }
    (status.interval, status.history) = (capabilities.sampling?.intervalText, capabilities.history?.position)
    if let replay = capabilities.replay {
      let progress = replay.progress
      (status.loops, status.kernelNotice) = (progress.loops, replay.kernelNotice)
      (status.stampMismatches, status.firstMismatch) = (progress.stampMismatches, progress.firstMismatch)
    }
    status.comparisonNotice = capabilities.comparison?.comparisonNotice
    status.machine = machineChanges(capabilities)
    status.recording = capabilities.recording?.progress
    status.isRecorded = writer.map { $0.failure == nil } ?? false
    status.now = Double(DashboardLoop.startTime.duration(to: .now) / .nanoseconds(1)) / 1e9
    let now = LocalTime()
    (status.secondsOfDay, status.exportName) = (now.secondsOfDay, "slabscope-" + now.stamp)
    return status
  }

  // MARK: Effects

  /// Carries out effects.
  /// - Returns: whether the user has quit.
  private mutating func perform(_ effects: [DashboardEffect]) -> Bool {
    let capabilities = source.capabilities
    var needsSample = false
    for effect in effects {
      switch effect {
      case .quit: return true
      case .nextTheme:
        theme = (theme + 1) % screen.themes.count
        show("Theme \(screen.themes[theme].name): \(screen.themes[theme].description)")
      case .redraw: screen.terminal.redraw()
      case .export(let format, let name): export(format, to: name)
      case .toggleRecording: capabilities.recording.map { toggleRecording($0) }
      case .watch(let cache): selectedCache = cache
      // The next sample has the details of the page in view.
      case .show: break
      case .switchWorkload(let index):
        // A workload is chosen in order to see it play.
        capabilities.pausing?.setPaused(false)
        open(index, policy)
      case .setUp(let setUp): open(setUp)
      case .setPaused(let isPaused): capabilities.pausing?.setPaused(isPaused)
      case .changeSpeed(let steps):
        capabilities.speed?.changeSpeed(by: steps)
        capabilities.sampling?.changeInterval(by: steps)
      case .play(let events): capabilities.replay?.play(events: events)
      case .seek(let seek):
        if let history = capabilities.history {
          history.seek(seek)
          readPast(history)
        }
      case .readPast: capabilities.history.map { readPast($0) }
      default: perform(onMachine: effect, capabilities)
      }
      switch effect {
      case .quit, .nextTheme, .redraw, .export: break
      default: needsSample = true
      }
    }
    return needsSample ? refresh(seconds: 0) : false
  }

  /// Shows the snapshot in view of a recorded history with the rates, charts and events before it.
  private mutating func readPast(_ history: any HistorySeeking) {
    let past = history.past(span: state.chartSpanSeconds)
    _ = state.update(.replayed(past.snapshots, earlier: past.earlier, profiles: past.profiles))
  }

  /// Shows a message in the last line of the screen.
  mutating func show(_ message: String) { _ = state.update(.exported(message, isFailure: false)) }
}
