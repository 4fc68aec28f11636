package import Recordings
package import SlabEngine

/// Replays the events of a source on an engine: each allocation and free on its recorded CPU, with real memory.
///
/// A recorded cache becomes a cache of the engine; kmalloc requests go to the general caches. A free whose allocation was not recorded
/// is counted, and frees an object that was live before the recording began, if there is one. An object whose free was not recorded is
/// freed at the event that `UnseenFreeSchedule` gives, when its slot is allocated again, or at the end of the source. At that end every
/// live object is freed, in the order of slots, and the source starts again, so that memory does not grow from loop to loop (see the
/// article NeverFreed of `Recordings`). The same source under the same policy always has the same result.
///
/// One thread drives a player; other threads may sample its engine at the same time.
package struct Player: ~Copyable {
  /// The engine that the events are played on.
  package let engine: SlabEngine
  /// Counts of the events played so far, and of live objects.
  package internal(set) var progress = PlayerProgress()
  /// The event that was played last; nil before the first.
  package internal(set) var lastEvent: AllocationEvent?
  let seed: UInt64
  var verification: VerificationCounter

  private var source: any AllocationEventSource
  /// The strings of the source, by symbol.
  private(set) var symbols: [String]
  /// For each symbol, whether it is a call site at which the recorded kernel's allocator allocates its own records.
  private(set) var isAllocatorSite: [Bool] = []
  private(set) var batch: [AllocationEvent] = []
  /// Index of the next event in `batch`.
  private var next = 0
  /// Whether the source has no further batch in this loop.
  private var isExhausted = false

  let unseenFrees: UnseenFrees
  var unseenFreeSchedule: UnseenFreeSchedule
  var sizes: RequestSizes
  var caches: PlayerCaches
  var calls = RecordedCalls()
  var residents: PlayerResidents
  let objects: PlayerObjects
  let cpus: UnsafeMutablePointer<EngineCPU>
  var maintenance: EngineMaintenance
  /// Objects moved and pages returned by earlier shufflers.
  var (movedBefore, returnedBefore) = (0, 0)

  /// Creates an engine under a policy, and prepares to play a source on it.
  ///
  /// A *shadow* is played next to another player, to find the slab memory that another policy needs: it does not write to objects
  /// (`ContentVerification.off`). Its figures are those of any other player of its policy, without the check of stamps.
  /// - Parameters:
  ///   - source: the source of the events.
  ///   - policy: the policy of the engine.
  ///   - memoryBytes: machine memory in bytes.
  ///   - seed: seed of the stamps in objects and of the random choices among residents.
  ///   - verification: the objects whose contents are verified.
  ///   - start: the kernel's caches before the first event; only used to find unseen frees, see `populate`.
  ///   - observations: the kernel's counts of active objects during the recording: upper bounds of live objects.
  ///   - facts: the facts about the source, if they are known already; nil reads them.
  /// - Throws: `EngineError` if the engine cannot be created with that memory, and the errors of the source.
  /// - Complexity: O(events) of a recording, which is read once, and a second time if frees are unseen.
  package init(
    _ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, seed: UInt64 = 0,
    verification: ContentVerification = .all, start: StartingState? = nil, observations: [KernelObservation] = [],
    facts: SourceFacts? = nil
  ) throws {
    let facts = try facts ?? SourceFacts(of: source)
    let schedule =
      try facts.schedule
      ?? UnseenFreeSchedule(
        source, facts, memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
    var configuration = policy.configuration(memoryBytes: memoryBytes, cpus: source.cpuCount)
    if source.hasMergedCaches { configuration.mergeWindow = nil }
    engine = try SlabEngine(configuration)
    self.source = source
    unseenFrees = facts.unseenFrees
    unseenFreeSchedule = schedule
    sizes = facts.sizes
    self.seed = seed
    self.verification = VerificationCounter(verification)
    symbols = source.symbols
    residents = PlayerResidents(seed: seed)
    let objects = PlayerObjects(seed: seed, verification: verification)
    self.objects = objects
    let movable = Set(policy.movable + source.movableCaches)
    caches = PlayerCaches(mover: { objects.move($0) }, policy: policy, movable: movable)
    maintenance = EngineMaintenance(
      engine, policy: policy, movesObjects: !movable.isEmpty, ticksPerSecond: source.ticksPerSecond)
    cpus = .allocate(capacity: source.cpuCount)
    for index in 0..<source.cpuCount { (cpus + index).initialize(to: engine.cpu(index)) }
  }

  deinit {
    objects.destroy()
    cpus.deallocate()
  }

  /// Name of the source.
  package var sourceName: String { source.name }

  /// Plays up to `count` events, fewer if a batch or the source ends before.
  /// - Returns: the number of events played; 0 only if the source has no events.
  /// - Throws: the errors of the source.
  package mutating func play(upTo count: Int) throws -> Int {
    try fetch()
    let end = min(batch.count, next + count)
    play(next..<end)
    return finish(end)
  }

  /// Plays up to `count` events of the current batch, as long as no more than `ticks` ticks of the source's clock have passed since the
  /// first event, in all loops together.
  /// - Returns: the number of events played; 0 if the next event is later.
  /// - Throws: the errors of the source.
  package mutating func play(untilElapsed ticks: UInt64, upTo count: Int) throws -> Int {
    try fetch()
    guard let last = progress.tick(atElapsed: ticks) else { return 0 }
    var end = next
    while end < batch.count, end - next < count, batch[end].time <= last { end += 1 }
    play(next..<end)
    // Maintenance goes on during a pause between events.
    if end < batch.count, batch[end].time > last, maintenance.hasStarted { maintainEngine(upTo: last) }
    return finish(end)
  }

  /// Returns whether the last event of the source was played, so that the next one starts a new loop.
  /// - Throws: the errors of the source.
  package mutating func isAtEnd() throws -> Bool {
    guard next == batch.count, progress.events > 0 else { return false }
    if !isExhausted {
      try source.nextBatch(into: &batch)
      next = 0
      isExhausted = batch.isEmpty
    }
    return isExhausted
  }

  // MARK: Batches

  /// Reads a batch if none is left, and starts the source again at its end.
  private mutating func fetch() throws {
    if try isAtEnd() {
      endLoop()
      isExhausted = false
    }
    if next == batch.count {
      try source.nextBatch(into: &batch)
      next = 0
    }
    symbols = source.symbols
    if progress.isFirstEvent(ofLoop: batch) { progress.beginLoop(at: batch[0].time) }
    while isAllocatorSite.count < symbols.count {
      isAllocatorSite.append(AllocatorCallSites.contains(symbols[isAllocatorSite.count]))
    }
  }

  /// Records that the events before index `end` of the batch were played.
  private mutating func finish(_ end: Int) -> Int {
    let played = end - next
    if played > 0 {
      lastEvent = batch[end - 1]
      progress.policyProblem = caches.problem
      engine.setTime(
        microseconds: Int(Double(progress.elapsedTicks) * EngineMaintenance.microseconds / Double(maintenance.interval))
      )
    }
    next = end
    return played
  }

  /// Frees the objects that are live at the end of the source, without capturing their frees, and returns to the first event.
  private mutating func endLoop() {
    for slot in 0..<objects.capacity where objects[slot].object != nil {
      progress.liveAtEnd += 1
      free(slot, on: 0, for: nil)
    }
    progress.endLoop()
    source.rewind()
    maintenance.restart()
    unseenFreeSchedule.rewind()
  }
}
