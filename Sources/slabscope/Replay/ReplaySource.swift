import Advisor
import Dashboard
import Dispatch
import Kernel
import Profiles
import SlabEngine
import Synchronization
import Telemetry
import Workloads

/// A workload or a recording that a player replays on a thread of its own. The dashboard thread controls and samples it.
///
/// The dashboard thread samples an engine directly, which does not delay the player. The model of SLUB has one thread only, so that
/// the player thread samples it and publishes the sample.
final class ReplaySource: Source, Sendable {
  let replay: Replay
  let channel: PlayerChannel
  /// The engine that the policy is replayed on; nil if the policy is replayed on the model of SLUB.
  let engine: SlabEngine?
  /// Number of events that the player repeats at maximum speed before it plays on.
  private let eventsToRepeat: Int
  private let threadEnd = DispatchSemaphore(value: 0)

  /// Greatest number of events that a new policy, or a new policy to compare with, repeats.
  static let maximumEventsToRepeat = 20_000_000

  /// Starts to play.
  /// - Parameters:
  ///   - comparedPolicy: the policy to compare with; nil for none.
  ///   - events: number of events to repeat at maximum speed: those that another policy has played.
  init(
    _ player: consuming PolicyPlayer, _ replay: Replay, comparedPolicy: Policy?, speed: PlaybackSpeed,
    repeating events: Int
  ) {
    self.replay = replay
    engine = player.slabEngine
    eventsToRepeat = events
    var report = PlayerReport()
    (report.progress, report.percentRepeated) = (player.progress, events > 0 ? 0 : nil)
    if player.slabEngine == nil { report.sample = player.sample() }
    let requests = PlayerRequests(speed: speed, shuffling: replay.policy.shuffling, comparedPolicy: comparedPolicy)
    channel = PlayerChannel(requests, report)
    let work = PlayerThread(player, replay, channel, repeating: events)
    BackgroundThread.start(name: "player") { [threadEnd] in
      work.run()
      threadEnd.signal()
    }
  }

  var title: String { engine == nil ? "The SLUB model" : "The allocator" }

  /// Four samples a second: figures that change faster cannot be read.
  let interval = Duration.milliseconds(250)

  var capabilities: SourceCapabilities {
    var capabilities = SourceCapabilities(
      pausing: self, speed: self, replay: self, comparison: self, memory: self,
      figures: [.slabMap, .allocationCounts, .requestSizes, .callSites, .cpuTraffic])
    if let engine {
      (capabilities.shuffling, capabilities.generalCaches) = (self, GeneralCacheControls(engine: engine))
      capabilities.figures.insert(.generalCacheList)
    }
    return capabilities
  }

  func sample(_ request: SampleRequest) -> SourceSample {
    channel.requests.withLock {
      ($0.page, $0.selectedCache, $0.needsProfile) = (request.page, request.selectedCache, request.needsProfile)
    }
    return SourceSample(
      snapshot: snapshot(request.selectedCache), details: details(request),
      failure: channel.report.withLock { $0.failure })
  }

  private func snapshot(_ selectedCache: String?) -> Snapshot {
    let (progress, time) = channel.report.withLock { ($0.progress, $0.time) }
    let sample =
      engine.map { engine in engine.sample(mapping: selectedCache.flatMap { engine.cache(named: $0) }) }
      ?? channel.report.withLock { $0.sample }
    var snapshot = sample.map { Snapshot($0) } ?? Snapshot()
    snapshot.describe(
      progress, workload: replay.workload, policy: replay.policy.name, ticksPerSecond: replay.ticksPerSecond)
    if let time { replay.kernelCurve?.add(to: &snapshot, at: time) }
    return snapshot
  }

  private func details(_ request: SampleRequest) -> MachineDetails {
    let (read, progress) = channel.report.withLock { ($0.details, $0.progress) }
    var details = MachineDetails()
    details.lastEvent = read.lastEvent
    switch request.page {
    case .sizes:
      let classes = engine?.generalCacheSizes ?? Policy.linux.generalCacheSizes
      details.sizes = read.sizes.map { LiveSizes($0, classes: classes) }
      details.sizes?.knownUseObjects = progress.knownUseObjects
      details.sizes?.unknownUseObjects = progress.unknownUseObjects
    case .slabs, .sites, .growth:
      details.pinnedSlabs = read.pinnedSlabs.map {
        MachineDetails.PinnedSlab($0, ticksPerSecond: replay.ticksPerSecond)
      }
    case .shuffler: details.shuffling = read.shuffling.map { MachineDetails.Shuffling($0) }
    case .caches, .pages, .ledger, .generalCaches, .cpus, .events, .comparison: break
    }
    if request.needsProfile {
      (details.profile, details.profileNotice) =
        engine.map { (profile(of: $0, progress), nil) }
        ?? (read.profile, read.profileNotice)
    }
    return details
  }

  /// Returns the profile that an engine captured; nil if the program was built without data capture.
  private func profile(of engine: SlabEngine, _ progress: PlayerProgress) -> AllocationProfile? {
    #if Capture
      engine.captureReport().map { capture in
        AllocationProfile(
          capture,
          source: ProfileSource(name: replay.workload, progress, ticksPerSecond: replay.ticksPerSecond),
          ticksPerSecond: replay.ticksPerSecond)
      }
    #else
      nil
    #endif
  }
}

// MARK: Time

extension ReplaySource: Pausing, SpeedControl {
  var isPaused: Bool { channel.requests.withLock { $0.isPaused } }

  func setPaused(_ isPaused: Bool) {
    channel.requests.withLock { ($0.isPaused, $0.eventsToStep) = (isPaused, 0) }
    channel.report.withLock { $0.details.lastEvent = nil }
  }

  var speed: PlaybackSpeed { channel.requests.withLock { $0.speed } }
  func changeSpeed(by steps: Int) { channel.requests.withLock { $0.speed = $0.speed.stepped(by: steps) } }
}

extension ReplaySource: EventReplay {
  var progress: PlayerProgress { channel.report.withLock { $0.progress } }

  var eventsInLoop: Int {
    channel.report.withLock { $0.percentRepeated == nil ? $0.progress.eventsInLoop : eventsToRepeat }
  }

  var repetition: String? {
    channel.report.withLock { $0.percentRepeated.map { "replaying to the same event: \($0) %" } }
  }

  var kernelNotice: String? { replay.kernelNotice }

  func play(events: Int) {
    channel.requests.withLock { requests in
      requests.isPaused = true
      requests.eventsToStep += events
    }
  }

  func end() {
    channel.requests.withLock { $0.isEnding = true }
    threadEnd.wait()
  }
}

// MARK: The machine

extension ReplaySource: ComparisonControl {
  func compare(with policy: Policy?) { channel.requests.withLock { $0.comparedPolicy = policy } }

  var comparedSnapshot: Snapshot? {
    guard let comparison = channel.report.withLock({ $0.comparison }) else { return nil }
    var snapshot = Snapshot(comparison.machine.sample)
    snapshot.describe(
      comparison.progress, workload: replay.workload, policy: comparison.policy, ticksPerSecond: replay.ticksPerSecond)
    return snapshot
  }

  var comparisonNotice: String? { channel.report.withLock { $0.comparisonNotice } }
}

extension ReplaySource: MemoryPressureControl {
  var pressure: MemoryPressure { channel.requests.withLock { $0.pressure } }

  func setPressure(_ pressure: MemoryPressure) {
    channel.report.withLock { report in
      if let engine { pressure.apply(to: engine, insteadOf: report.pressure) }
      if case .engine(let compared) = report.comparison?.machine {
        pressure.apply(to: compared, insteadOf: report.pressure)
      }
      report.pressure = pressure
    }
    // The player thread puts models under pressure.
    channel.requests.withLock { $0.pressure = pressure }
  }
}

extension ReplaySource: ShufflingControl {
  var isShuffling: Bool { channel.requests.withLock { $0.shuffling != nil } }

  func setShuffling(_ isShuffling: Bool) {
    let budget = replay.policy.shuffling ?? ShuffleBudget(nanosecondsPerRound: .max)
    channel.requests.withLock { $0.shuffling = isShuffling ? budget : nil }
  }
}
