import Advisor
import Dashboard
import Foundation
import SlabEngine
import Synchronization
import Telemetry
import Workloads

/// A player at work on a thread of its own, steered and watched from another.
///
/// The thread plays, then says how far it came. Another thread samples the engine itself, which does not delay the player;
/// the model of SLUB has one thread only, so that the player's thread samples it and publishes the sample.
final class LiveSession: DashboardSession, Sendable {
  /// What the watcher wants.
  private struct Wishes {
    var speed: PlaybackSpeed
    var isPaused = false
    var isOver = false
    /// What shuffling may cost; nil for none.
    var shuffling: ShuffleBudget?
    /// The policy to be carried along.
    var other: Policy?
    var page = DashboardPage.caches
    /// The cache whose nearly empty slabs are looked into.
    var watched: String?
    /// Events to be played although it stands still.
    var eventsToPlay = 0
    /// How tight the model's memory is to be; the engine's is changed at once.
    var pressure = MachinePressure()
  }

  /// What the player's thread last said.
  private struct State {
    var progress = PlayerProgress()
    var failure: String?
    /// The other policy's machine, once it is in step, and how far it came; why it isn't, in words.
    var other: (machine: Machine, policy: String, progress: PlayerProgress)?
    var otherNotice: String?
    /// How far the way is to where another session was, in percent, while it is gone.
    var percentRepeated: Int?
    var pressure = MachinePressure()
    var sizes: [Int: Int]?
    var shuffled: ShuffleLedger?
    var pinned: [PinnedSlab] = []
    var lastEvent: String?
    /// Call sites and CPUs of the events that were played, where they are counted; why they are not yet, in words.
    var captured: EventCaptureReport?
    var captureNotice: String?
    /// The model's last sample; nil if the player's machine is an engine.
    var sample: EngineSample?
    /// The time that playing has come to, on the source's clock in this loop; nil before the first event. Between two events it
    /// goes on.
    var time: UInt64?
  }

  /// A machine to sample: an engine, or the last sample of a model.
  private enum Machine {
    case engine(SlabEngine)
    case model(EngineSample)

    init(_ player: borrowing PolicyPlayer, mapping cache: String? = nil) {
      self = player.slabEngine.map { .engine($0) } ?? .model(player.sample(mapping: cache))
    }

    var sample: EngineSample {
      switch self {
      case .engine(let engine): engine.sample()
      case .model(let sample): sample
      }
    }
  }

  /// nil if the policy is replayed on the model of SLUB.
  private let engine: SlabEngine?
  /// Makes a shadow of this session's player under another policy, at its beginning.
  private let makeShadow: @Sendable (Policy) throws -> ShadowPlayer
  /// Makes what counts the call sites and CPUs of events that are replayed on a model.
  private let makeCapture: @Sendable () throws -> EventCapture
  private let ticksPerSecond: UInt64
  private let workload: String
  private let policy: String
  /// The slabs of the kernel that the recording was made on; nil if they are not known.
  private let kernelCurve: KernelSlabCurve?
  let kernelNotice: String?
  /// What shuffling costs when it is switched on, and what the policy has.
  private let budget: ShuffleBudget
  private let shufflesAtFirst: ShuffleBudget?
  private let eventsToRepeat: Int
  private let wishes: Mutex<Wishes>
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Starts to play on. The player's engine is this session's.
  /// - Parameters:
  ///   - kernelCurve: the slabs of the kernel that the recording was made on; nil if they are not known.
  ///   - kernelNotice: why they are not known, in one sentence, if a recording plays.
  ///   - events: how many are played at once, as fast as possible: where another session was.
  init(
    _ player: consuming PolicyPlayer, workload: String, policy: Policy, other: Policy?, ticksPerSecond: UInt64,
    kernelCurve: KernelSlabCurve?, kernelNotice: String?, speed: PlaybackSpeed, from events: Int = 0,
    makeShadow: @escaping @Sendable (Policy) throws -> ShadowPlayer,
    makeCapture: @escaping @Sendable () throws -> EventCapture
  ) {
    self.makeCapture = makeCapture
    (self.kernelCurve, self.kernelNotice) = (kernelCurve, kernelNotice)
    engine = player.slabEngine
    self.makeShadow = makeShadow
    eventsToRepeat = events
    let (progress, sample) = (player.progress, engine == nil ? player.sample() : nil)
    state.withLock { ($0.progress, $0.percentRepeated, $0.sample) = (progress, events > 0 ? 0 : nil, sample) }
    self.workload = workload
    self.policy = policy.name
    self.ticksPerSecond = ticksPerSecond
    wishes = Mutex(Wishes(speed: speed, shuffling: policy.shuffling, other: other))
    budget = policy.shuffling ?? ShuffleBudget(nanosecondsPerRound: .max)
    shufflesAtFirst = policy.shuffling
    let box = PlayerBox(player)
    let thread = Thread { [self] in
      play(box)
      ended.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }

  var speed: PlaybackSpeed { wishes.withLock { $0.speed } }
  var isPaused: Bool { wishes.withLock { $0.isPaused } }

  func changeSpeed(by steps: Int) { wishes.withLock { $0.speed = $0.speed.stepped(by: steps) } }
  func setPaused(_ isPaused: Bool) {
    wishes.withLock { ($0.isPaused, $0.eventsToPlay) = (isPaused, 0) }
    state.withLock { $0.lastEvent = nil }
  }
  func play(events: Int) {
    wishes.withLock { wishes in
      wishes.isPaused = true
      wishes.eventsToPlay += events
    }
  }

  /// Where it is among its source's events, or will be when it has repeated those that were played before.
  var eventsInLoop: Int { state.withLock { $0.percentRepeated == nil ? $0.progress.eventsInLoop : eventsToRepeat } }

  var busy: String? { state.withLock { $0.percentRepeated.map { "repeats what was played: \($0) %" } } }

  /// Whatever plays is looked at as often as eyes can follow figures.
  var interval: (Duration, inWords: String?) { (.milliseconds(250), nil) }

  func watch(_ page: DashboardPage) { wishes.withLock { $0.page = page } }

  var details: MachineDetails {
    var details = MachineDetails()
    let (sizes, shuffled, pinned, progress) = state.withLock { ($0.sizes, $0.shuffled, $0.pinned, $0.progress) }
    details.lastEvent = state.withLock { $0.lastEvent }
    switch wishes.withLock({ $0.page }) {
    case .sizes:
      details.sizes = sizes.map { LiveSizes($0, classes: engine?.generalCacheSizes ?? Policy.linux.generalCacheSizes) }
      details.sizes?.usedObjects = progress.usedObjects
      details.sizes?.hiddenObjects = progress.hiddenObjects
    case .slabs:
      details.pinnedSlabs = pinned.map { MachineDetails.PinnedSlab($0, ticksPerSecond: ticksPerSecond) }
    case .shuffler: details.shuffling = shuffled.map { MachineDetails.Shuffling($0) }
    case .sites, .cpus:
      #if Capture
        // Any thread may ask.
        engine?.captureReport().map { details.describe($0) }
      #endif
      if engine == nil {
        let (captured, notice) = state.withLock { ($0.captured, $0.captureNotice) }
        details.captureNotice = notice
        captured.map { details.describe($0) }
      }
    default: break
    }
    return details
  }

  func setOther(_ policy: Policy?) { wishes.withLock { $0.other = policy } }

  var other: (Snapshot?, notice: String?) {
    let state = state.withLock { $0 }
    guard let other = state.other else { return (nil, state.otherNotice) }
    var snapshot = Snapshot(other.machine.sample)
    snapshot.describe(other.progress, workload: workload, policy: other.policy, ticksPerSecond: ticksPerSecond)
    return (snapshot, nil)
  }

  func makeControls() -> MachineControls? {
    MachineControls(engine, isShuffling: shufflesAtFirst != nil, setPressure: { [self] in put(under: $0) }) {
      [self] isWanted in
      wishes.withLock { $0.shuffling = isWanted ? budget : nil }
    }
  }

  /// Puts this machine under pressure, and the one that it is compared with.
  private func put(under pressure: MachinePressure) {
    state.withLock { state in
      if let engine { pressure.apply(to: engine, insteadOf: state.pressure) }
      if case .engine(let other) = state.other?.machine { pressure.apply(to: other, insteadOf: state.pressure) }
      state.pressure = pressure
    }
    // Models follow on the player's thread.
    wishes.withLock { $0.pressure = pressure }
  }

  /// Ends the playing and waits until it has ended.
  func end() {
    wishes.withLock { $0.isOver = true }
    ended.wait()
  }

  /// The machine as it is now, the slabs of one cache listed.
  func snapshot(watching cache: String?) -> Snapshot {
    let (progress, time) = state.withLock { ($0.progress, $0.time) }
    wishes.withLock { $0.watched = cache }
    let sample =
      engine.map { engine in engine.sample(mapping: cache.flatMap { engine.cache(named: $0) }) }
      ?? state.withLock { $0.sample }
    var snapshot = sample.map { Snapshot($0) } ?? Snapshot()
    snapshot.describe(progress, workload: workload, policy: policy, ticksPerSecond: ticksPerSecond)
    if let time { kernelCurve?.add(to: &snapshot, at: time) }
    return snapshot
  }

  /// How far the player came, and why it stopped, if it did.
  var progress: (PlayerProgress, failure: String?) { state.withLock { ($0.progress, $0.failure) } }

  // MARK: The player's thread

  /// Events between two looks at the wishes: a few hundred microseconds' worth.
  private static let eventsPerSlice = 4096
  /// Real time without anything due is slept through in such steps.
  private static let nap: useconds_t = 5000

  /// Between two looks at what a page shows besides the snapshot.
  private static let detailsInterval = Duration.milliseconds(200)

  /// Looks at what only this thread may: the sizes of live objects, who allocated them, the shuffler's account.
  private func look(at wishes: Wishes, _ box: PlayerBox, _ now: ContinuousClock.Instant) {
    guard [.sizes, .shuffler, .slabs].contains(wishes.page), box.detailsDue <= now else { return }
    box.detailsDue = now + LiveSession.detailsInterval
    let sizes = wishes.page == .sizes ? box.player.liveSizes(upTo: AllocationProfile.largestSize) : nil
    let shuffled = box.player.shuffling
    let watched = wishes.page == .slabs ? wishes.watched.flatMap { engine?.cache(named: $0) } : nil
    let pinned = watched.flatMap { engine?.pinnedSlabs(of: $0) } ?? []
    state.withLock { ($0.sizes, $0.shuffled, $0.pinned) = (sizes ?? $0.sizes, shuffled, pinned) }
  }

  /// Events that are counted between two looks at the wishes: a millisecond's worth.
  private static let eventsCountedAtOnce = 1 << 16

  /// Counts call sites and CPUs of the events that a model has played, while a page shows them.
  private func countEvents(for page: DashboardPage, _ box: PlayerBox, _ now: ContinuousClock.Instant) throws {
    guard engine == nil, [.sites, .cpus].contains(page), box.detailsDue <= now else { return }
    var capture = try box.capture.take() ?? makeCapture()
    let progress = box.player.progress
    let isComplete = try capture.read(upTo: progress, atMost: LiveSession.eventsCountedAtOnce)
    if isComplete {
      box.detailsDue = now + LiveSession.detailsInterval
      let report = capture.report(loops: progress.loops)
      state.withLock { ($0.captured, $0.captureNotice) = (report, nil) }
    } else {
      let left = capture.eventsLeft(to: progress)
      state.withLock { state in
        if state.captured == nil { state.captureNotice = "Counting the events played so far: \(left) are left." }
      }
    }
    box.capture = capture
  }

  /// Between two samples of a model.
  private static let sampleInterval = Duration.milliseconds(50)

  /// Puts models under the pressure that is wished for, and publishes samples of them.
  private func publishModels(_ wishes: Wishes, _ box: PlayerBox, _ now: ContinuousClock.Instant) {
    guard box.hasModel else { return }
    if wishes.pressure != box.pressure {
      let before = box.pressure
      if engine == nil { wishes.pressure.apply(to: &box.player, insteadOf: before) }
      if let shadow = box.shadow, shadow.player.slabEngine == nil, !box.isCatchingUp {
        wishes.pressure.apply(to: &shadow.player, insteadOf: before)
      }
      box.pressure = wishes.pressure
    }
    guard box.sampleDue <= now || wishes.watched != box.sampledCache else { return }
    (box.sampleDue, box.sampledCache) = (now + LiveSession.sampleInterval, wishes.watched)
    let sample = engine == nil ? box.player.sample(mapping: wishes.watched) : nil
    let other = box.isCatchingUp ? nil : box.shadow.flatMap { $0.player.slabEngine == nil ? $0.player.sample() : nil }
    state.withLock { state in
      if let sample { state.sample = sample }
      if let other { state.other?.machine = .model(other) }
    }
  }

  private func play(_ box: PlayerBox) {
    var clock = PlaybackClock(ticksPerSecond: ticksPerSecond, speed: speed)
    var shuffling = shufflesAtFirst
    do {
      try repeatEvents(box)
      clock.moveTo(ticks: box.player.progress.elapsedTicks)
      var last = ContinuousClock.now
      while true {
        let wishes = wishes.withLock { $0 }
        if wishes.isOver { return }
        let now = ContinuousClock.now
        if wishes.speed != clock.speed { clock.setSpeed(wishes.speed) }
        if wishes.shuffling != shuffling {
          shuffling = wishes.shuffling
          box.player.setShuffling(shuffling)
        }
        if !wishes.isPaused { clock.advance(nanoseconds: Int(last.duration(to: now) / .nanoseconds(1))) }
        last = now
        follow(wishes.other, box)
        look(at: wishes, box, now)
        publishModels(wishes, box, now)
        try countEvents(for: wishes.page, box, now)
        let played = wishes.isPaused || box.isCatchingUp ? 0 : try playSlice(box, &clock)
        if box.isCatchingUp {
          try catchUp(box)
        } else if wishes.eventsToPlay > 0 {
          try playOneByOne(wishes.eventsToPlay, box, &clock)
        } else if played == 0 {
          usleep(LiveSession.nap)
        }
      }
    } catch {
      state.withLock { $0.failure = "\(workload): \(error)" }
    }
  }

  /// Plays what another session has played already.
  private func repeatEvents(_ box: PlayerBox) throws {
    let events = eventsToRepeat
    while box.player.progress.events < events, !wishes.withLock({ $0.isOver }) {
      let left = min(events - box.player.progress.events, LiveSession.eventsPerSlice * 4)
      guard try box.player.play(upTo: left) > 0 else { break }
      let progress = box.player.progress
      state.withLock { state in
        (state.progress, state.percentRepeated) = (progress, progress.events * 100 / events)
        state.time = progress.lastTick
      }
    }
    state.withLock { $0.percentRepeated = nil }
  }

  /// Plays what is due, and a slice at most.
  private func playSlice(_ box: PlayerBox, _ clock: inout PlaybackClock) throws -> Int {
    var played = 0
    while played < LiveSession.eventsPerSlice {
      let left = LiveSession.eventsPerSlice - played
      let count = try box.player.play(untilElapsed: clock.dueTicks, upTo: left)
      // The same calls on the same events: the shadow stays in step.
      _ = try box.shadow?.player.play(untilElapsed: clock.dueTicks, upTo: left)
      if count == 0 { break }
      played += count
    }
    let progress = box.player.progress
    let shadow = box.shadow?.player.progress
    // While no event is due, time goes on; a machine that can't keep up is where its last event is.
    let isBehind = clock.speed == .maximum || played >= LiveSession.eventsPerSlice
    let time = isBehind ? progress.lastTick : progress.tick(atElapsed: clock.dueTicks)
    state.withLock { state in
      state.progress = progress
      state.time = time.map { max($0, progress.lastTick) } ?? state.time
      if let shadow { state.other?.progress = shadow }
    }
    // At maximum speed the position is wherever the player came; a machine that can't keep up is not chased either.
    if isBehind { clock.moveTo(ticks: progress.elapsedTicks) }
    return played
  }

  /// Plays so many events while it stands still otherwise.
  private func playOneByOne(_ count: Int, _ box: PlayerBox, _ clock: inout PlaybackClock) throws {
    var left = count
    while left > 0 {
      let played = try box.player.play(upTo: left)
      _ = try box.shadow?.player.play(upTo: left)
      guard played > 0 else { break }
      left -= played
    }
    let (progress, shadow) = (box.player.progress, box.shadow?.player.progress)
    clock.moveTo(ticks: progress.elapsedTicks)
    wishes.withLock { $0.eventsToPlay = max(0, $0.eventsToPlay - count) }
    state.withLock { state in
      (state.progress, state.time) = (progress, progress.lastTick)
      state.lastEvent = box.player.lastEventInWords
      if let shadow { state.other?.progress = shadow }
    }
  }

  // MARK: The other policy

  /// Events that a new shadow is brought up to at most.
  static let mostEventsToRepeat = 20_000_000

  /// Begins or ends carrying another policy along, as is wished.
  private func follow(_ policy: Policy?, _ box: PlayerBox) {
    guard policy != box.shadow?.policy, policy != box.refused else { return }
    box.shadow = nil
    box.refused = nil
    state.withLock { ($0.other, $0.otherNotice) = (nil, nil) }
    guard let policy else { return }
    do {
      guard box.player.progress.eventsInLoop <= LiveSession.mostEventsToRepeat else {
        throw Failure.failed("too many events to repeat for \(policy.name): start the workload anew")
      }
      box.shadow = try makeShadow(policy)
      box.isCatchingUp = true
    } catch {
      box.refused = policy
      state.withLock { $0.otherNotice = "\(error)" }
    }
  }

  /// Plays on the shadow until it is where the player is.
  private func catchUp(_ box: PlayerBox) throws {
    guard let shadow = box.shadow else { return box.isCatchingUp = false }
    let target = box.player.progress.eventsInLoop
    let left = target - shadow.player.progress.eventsInLoop
    if left > 0, try shadow.player.play(upTo: min(left, LiveSession.eventsPerSlice * 4)) > 0 {
      let percent = shadow.player.progress.eventsInLoop * 100 / max(1, target)
      state.withLock { $0.otherNotice = "\(shadow.policy.name) catches up: \(percent) %" }
      return
    }
    box.isCatchingUp = false
    let progress = shadow.player.progress
    state.withLock { state in
      state.pressure.apply(to: &shadow.player, insteadOf: MachinePressure())
      (state.other, state.otherNotice) = ((Machine(shadow.player), shadow.policy.name, progress), nil)
    }
  }
}

/// A player of another policy, carried along without touching objects.
final class ShadowPlayer: @unchecked Sendable {
  // Sendable: made by the thread that drives it, or handed to it before it starts.
  var player: PolicyPlayer
  let policy: Policy

  init(_ player: consuming PolicyPlayer, policy: Policy) {
    self.player = player
    self.policy = policy
  }
}

/// Carries a player to its thread: only that thread touches it.
private final class PlayerBox: @unchecked Sendable {
  var player: PolicyPlayer
  var shadow: ShadowPlayer?
  /// When models are next sampled, and the cache whose slabs were listed last.
  var sampleDue = ContinuousClock.now
  var sampledCache: String?
  /// The pressure that models are under.
  var pressure = MachinePressure()
  /// What counts the events of a model, once a page has asked for it.
  var capture: EventCapture?
  /// Whether the shadow is not yet where the player is; that waits meanwhile.
  var isCatchingUp = false
  /// When details are next looked at.
  var detailsDue = ContinuousClock.now
  /// A policy that could not be carried along.
  var refused: Policy?
  init(_ player: consuming PolicyPlayer) { self.player = player }

  /// Whether one of the machines is a model, which only this thread may touch.
  var hasModel: Bool { player.slabEngine == nil || shadow.map { $0.player.slabEngine == nil } ?? false }
}
