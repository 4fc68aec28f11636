import Advisor
import Dashboard
import Kernel
import Profiles
import Recordings
import SlabEngine
import Telemetry
import Workloads

/// The machine of a tour without a screen. It carries out the requests of the dashboard's state as the dashboard does, and plays
/// events in the order of the workload's clock, so that every run has the same figures.
final class TourMachine {
  private var replay: TourReplay?
  private var kernel: KernelSource?
  private var setUp: TourSetUp?
  private var policies: [Policy] = []
  private var policy = Policy.standard
  private var pressure = MemoryPressure()
  private var advisedSizes: [Int] = []

  /// Number of events between two readings of the clock.
  private static let eventsPerSlice = 1 << 16

  /// Whether the machine is the running kernel, whose time is that of the wall clock.
  var isKernel: Bool { kernel != nil }

  /// Carries out requests, and gives the state the figures after them.
  /// - Throws: the errors of the workload and of the engine.
  func perform(_ effects: [DashboardEffect], for state: inout DashboardState) throws {
    for effect in effects { try perform(effect, for: &state) }
    refresh(&state, seconds: 0)
  }

  /// Plays a time of the workload's clock, and gives the state the new figures.
  /// - Throws: the errors of the workload.
  func play(seconds: Double, for state: inout DashboardState) throws {
    if let replay {
      replay.elapsedTicks += UInt64(seconds * Double(replay.ticksPerSecond))
      while try replay.player.play(untilElapsed: replay.elapsedTicks, upTo: TourMachine.eventsPerSlice) > 0 {}
    }
    refresh(&state, seconds: seconds)
  }

  private func perform(_ effect: DashboardEffect, for state: inout DashboardState) throws {
    switch effect {
    case .setUp(let setUp):
      do {
        try open(setUp)
        _ = state.update(.restarted)
      } catch {
        guard setUp.workload == nil else { throw error }
        _ = state.update(.tourFailed(TourText.failure("\(error)")))
      }
    case .nextPolicy: try switchPolicy()
    case .advise:
      guard let live = liveSizes else { break }
      let powers = live.classes.filter { $0.nonzeroBitCount == 1 }
      advisedSizes = LiveAdvice(live: live.sizes.map { ($0.bytes, $0.objects) }, powers: powers).sizes
    case .applyAdvice: _ = controls?.apply(advisedSizes: advisedSizes)
    case .toggleSizes: _ = controls?.toggleOneAndAHalfSizes()
    case .toggleHighOrders:
      var changed = pressure
      changed.refusesHighOrders.toggle()
      if let replay { changed.apply(to: &replay.player, insteadOf: pressure) }
      pressure = changed
    case .toggleShuffling: replay?.player.setShuffling(policy.shuffling ?? ShuffleBudget(nanosecondsPerRound: .max))
    default: break
    }
  }

  private var controls: GeneralCacheControls? { replay?.player.slabEngine.map { GeneralCacheControls(engine: $0) } }

  private func open(_ setUp: TourSetUp) throws {
    (replay, kernel, pressure, advisedSizes) = (nil, nil, MemoryPressure(), [])
    (self.setUp, policies) = (setUp, setUp.policies)
    guard setUp.workload != nil else {
      kernel = try KernelSource(HostReader())
      return
    }
    policy = policies[0]
    try open(policy)
  }

  private func open(_ policy: Policy) throws {
    guard let setUp, case .events(let events) = try SourceCatalog.Entry(setUp).input else { return }
    let source = try events()
    let player = try PolicyPlayer(source, policy: policy, memoryBytes: setUp.memoryBytes, seed: TourSetUp.seed)
    replay = TourReplay(player, workload: source.name, ticksPerSecond: source.ticksPerSecond)
  }

  /// Replays the events that were played under the next policy.
  private func switchPolicy() throws {
    let (events, elapsedTicks) = (replay?.player.progress.events ?? 0, replay?.elapsedTicks ?? 0)
    policy = policies[((policies.firstIndex(of: policy) ?? -1) + 1) % policies.count]
    try open(policy)
    while let replay, replay.player.progress.events < events {
      guard try replay.player.play(upTo: events - replay.player.progress.events) > 0 else { break }
    }
    replay?.elapsedTicks = elapsedTicks
  }

  // MARK: Figures

  private func refresh(_ state: inout DashboardState, seconds: Double) {
    var details = MachineDetails()
    let snapshot = snapshot
    if state.needsProfile { details.profile = profile }
    var status = state.status
    if let kernel { status.source = kernel.description }
    _ = state.update(.refreshed(snapshot, status, seconds: seconds, details: details))
  }

  private var snapshot: Snapshot {
    if let kernel { return kernel.sample(SampleRequest()).snapshot }
    guard let replay else { return Snapshot() }
    var snapshot = Snapshot(replay.player.sample())
    snapshot.describe(
      replay.player.progress, workload: replay.workload, policy: policy.name, ticksPerSecond: replay.ticksPerSecond)
    return snapshot
  }

  private var liveSizes: LiveSizes? {
    guard let replay else { return nil }
    let sizes = replay.player.liveSizes(upTo: SizeDemand.largestSize)
    return LiveSizes(sizes, classes: replay.player.slabEngine?.generalCacheSizes ?? [])
  }

  /// Profile of the captured traffic; nil if the program was built without data capture.
  private var profile: AllocationProfile? {
    #if Capture
      guard let replay else { return nil }
      let source = ProfileSource(
        name: replay.workload, replay.player.progress, ticksPerSecond: replay.ticksPerSecond)
      return replay.player.slabEngine?.captureReport().map {
        AllocationProfile($0, source: source, ticksPerSecond: replay.ticksPerSecond)
      }
    #else
      nil
    #endif
  }
}

/// Player of a workload, with the facts about it that figures need.
private final class TourReplay {
  var player: PolicyPlayer
  let workload: String
  let ticksPerSecond: UInt64
  /// Time of the workload's clock, which goes on between two events.
  var elapsedTicks: UInt64 = 0

  init(_ player: consuming PolicyPlayer, workload: String, ticksPerSecond: UInt64) {
    self.player = player
    (self.workload, self.ticksPerSecond) = (workload, ticksPerSecond)
  }
}
