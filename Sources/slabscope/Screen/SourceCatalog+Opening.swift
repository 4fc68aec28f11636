import Dashboard
import Recordings
import Telemetry
import Workloads

extension SourceCatalog.Entry {
  /// The settings that a source of events is opened with.
  struct Settings {
    let playback: PlaybackOptions
    let policy: Policy
    /// Policy to compare with; nil for none.
    let comparedPolicy: Policy?
    let speed: PlaybackSpeed
    /// Number of events to repeat at maximum speed: those that another policy has played.
    var eventsToRepeat = 0
  }

  /// Opens the source. Only a source of events uses the settings.
  /// - Throws: a `Failure`, and the errors of the input's reader.
  func open(_ settings: Settings) throws -> any Source {
    switch input {
    case .kernel(let reader, let interval, let traffic): try KernelSource(reader, interval: interval, traffic: traffic)
    case .snapshot(let file): SavedSnapshotSource(file)
    case .history(let history): try open(history)
    case .events(let open): try replay(open(), settings)
    }
  }

  /// Opens a history at the time that was named.
  private func open(_ history: InputHistory) throws -> HistorySource {
    let source = try HistorySource(history.file, path: history.path)
    if history.time != nil { source.seek(.by(history.index - (history.file.count - 1))) }
    return source
  }

  private func replay(_ events: any AllocationEventSource, _ settings: Settings) throws -> ReplaySource {
    var playback = settings.playback
    if let memoryBytes { playback.memory = ByteSize(bytes: memoryBytes) }
    let options = playback
    let start = try options.start(of: events)
    let player = try options.makePolicyPlayer(events, settings.policy, start: start)
    let curve = try options.kernelCurve(of: events, player)
    let notice = "The kernel's own slab memory is not known: this recording has no samples of /proc/slabinfo."
    let replay = Replay(
      workload: name, policy: settings.policy, ticksPerSecond: events.ticksPerSecond, kernelCurve: curve,
      kernelNotice: curve == nil && events is Recording ? notice : nil,
      makeShadow: { policy in
        ShadowPlayer(try options.makePolicyPlayer(events, policy, verification: .off, start: start), policy: policy)
      }, makeProfiler: { ReplayProfiler(events, policy: settings.policy) })
    return ReplaySource(
      player, replay, comparedPolicy: settings.comparedPolicy, speed: settings.speed,
      repeating: settings.eventsToRepeat)
  }
}
