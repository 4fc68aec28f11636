public import Recordings
public import SlabEngine

/// Plays events on an engine: each allocation and free of a source, on the CPU it happened on, with real memory.
///
/// A recorded cache name becomes a cache, kmalloc goes to the general caches. Frees whose allocation was not seen are
/// counted; they free an object from before the recording if there is one. An object whose free was not seen is freed when
/// `UnseenFreeSchedule` says, when its slot is allocated again, or when the source ends: then every object still live is freed, in the order of slots, and the source starts anew, so that a loop
/// neither leaks nor grows; how far that reaches is among the progress (see the article NeverFreed of `Recordings`). Same source, same policy: same engine contents.
///
/// One thread drives a player; its engine may be sampled by others meanwhile.
public struct Player: ~Copyable {
  /// What is played on.
  public let engine: SlabEngine
  /// What happened so far.
  public private(set) var progress = PlayerProgress()
  /// The event that was played last.
  public private(set) var lastEvent: AllocationEvent?
  private var source: any AllocationEventSource
  private let unseenFrees: UnseenFrees
  private var sizes: RequestSizes
  /// Frees that the source does not report, and the number of those done in this loop.
  private let schedule: [UnseenFreeSchedule.Entry]
  private var scheduledFreesDone = 0
  /// The event in this loop before which the next of them is due.
  private var nextScheduledFree = Int.max
  /// Of each symbol: whether it is a call site at which the recorded kernel's allocator allocates for its own records.
  private var isAllocatorSite: [Bool] = []
  private let seed: UInt64
  /// Whether objects' memory is left alone: all bookkeeping is done, by the same engine, and nothing else.
  public let isShadow: Bool
  /// What shuffles the engine's slabs between events, where the policy wants that.
  public private(set) var shuffler: Shuffler?
  /// When the engine is next looked after, in the source's time, and how long until the time after that: 100 ms.
  private var nextUpkeep: UInt64 = 0
  private let upkeepInterval: UInt64
  private let drainedMagazines: MagazineDraining
  private let movesObjects: Bool
  private(set) var symbols: [String]
  private var batch: [AllocationEvent] = []
  private var next = 0
  /// The source has no further batch in this loop.
  private var isExhausted = false
  private var caches: PlayerCaches
  private var calls = RecordedCalls()
  private var residents: PlayerResidents
  private let objects: PlayerObjects
  private let cpus: UnsafeMutablePointer<EngineCPU>

  /// Makes an engine under a policy and gets ready to play a source on it.
  ///
  /// A *shadow* is carried along beside another player: slab and page arithmetic without touching the objects' memory, to
  /// tell what another policy would hold. Its figures are those of a real player of that policy, since it is one, but for
  /// the stamps.
  /// - Parameters:
  ///   - start: what the kernel's caches held before the first event; used to find unseen frees only, see `populate`.
  ///   - observations: what the kernel said of its caches meanwhile: bounds for the objects that live.
  /// - Throws: `EngineError` when the engine can't be made of that memory, and what the source throws.
  /// - Complexity: O(events) of a recording, which is read through once, and once more if frees are unseen.
  public init(
    _ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, seed: UInt64 = 0, isShadow: Bool = false,
    start: StartingState? = nil, observations: [KernelObservation] = []
  ) throws {
    let unseenFrees = try source.unseenFrees()
    let sizes = try RequestSizes(of: source)
    let schedule = try UnseenFreeSchedule(
      source, unseenFrees: unseenFrees, memoryBytes: memoryBytes, start: start, observations: observations, seed: seed
    ).entries
    var configuration = policy.configuration(memoryBytes: memoryBytes, cpus: source.cpuCount)
    if source.hasMergedCaches { configuration.mergeWindow = nil }
    engine = try SlabEngine(configuration)
    self.source = source
    self.unseenFrees = unseenFrees
    self.sizes = sizes
    self.schedule = schedule
    nextScheduledFree = schedule.first?.event ?? .max
    self.seed = seed
    self.isShadow = isShadow
    symbols = source.symbols
    residents = PlayerResidents(seed: seed)
    let objects = PlayerObjects(seed: seed, isShadow: isShadow)
    self.objects = objects
    // General caches have none: their objects are of any owner.
    caches = PlayerCaches(mover: { objects.carryOut($0) }, policy: policy)
    drainedMagazines = policy.drainedMagazines
    movesObjects = !policy.movable.isEmpty
    upkeepInterval = max(1, (source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond) / 10)
    if let budget = policy.shuffling { shuffler = Shuffler(engine, budget: budget) } else { shuffler = nil }
    cpus = .allocate(capacity: source.cpuCount)
    for index in 0..<source.cpuCount { (cpus + index).initialize(to: engine.cpu(index)) }
  }

  deinit {
    objects.destroy()
    cpus.deallocate()
  }

  /// What is played.
  public var sourceName: String { source.name }

  /// Plays up to `count` events, fewer where a source's batch or the source itself ends.
  /// - Returns: events played; 0 only for a source without events.
  /// - Throws: what the source throws.
  public mutating func play(upTo count: Int) throws -> Int {
    try fetch()
    let end = min(batch.count, next + count)
    play(next..<end)
    return finish(end)
  }

  /// Plays events as long as no more than `ticks` ticks of the source's clock have gone by since the first event, all
  /// loops together: no more than `count`, and only within the batch at hand.
  /// - Returns: events played; 0 when the next one is later.
  /// - Throws: what the source throws.
  public mutating func play(untilElapsed ticks: UInt64, upTo count: Int) throws -> Int {
    try fetch()
    guard let last = progress.tick(atElapsed: ticks) else { return 0 }
    var end = next
    while end < batch.count, end - next < count, batch[end].time <= last { end += 1 }
    play(next..<end)
    // The background goes on while nothing happens.
    if end < batch.count, batch[end].time > last, last >= nextUpkeep, nextUpkeep > 0 { lookAfterEngine(upTo: last) }
    return finish(end)
  }

  /// Whether the last event of the source was played: the next one would start it anew.
  public mutating func isAtEnd() throws -> Bool {
    guard next == batch.count, progress.events > 0 else { return false }
    if !isExhausted {
      try source.nextBatch(into: &batch)
      next = 0
      isExhausted = batch.isEmpty
    }
    return isExhausted
  }

  /// Gives back all that the engine holds without need, as kmem_cache_shrink of every cache would.
  public func shrink() {
    for cache in engine.caches {
      for cpu in 0..<engine.configuration.cpus { engine.cpu(cpu).drain(cache) }
      engine.shrink(cache)
    }
  }

  /// Live objects that were asked for by size, by bytes asked for: up to `largest`.
  /// - Complexity: O(slots).
  public func liveSizes(upTo largest: Int) -> [Int: Int] {
    var sizes: [Int: Int] = [:]
    for slot in 0..<objects.capacity {
      let held = objects[slot]
      guard held.object != nil, held.cache == PlayerSlot.generalCache, held.bytes <= largest else { continue }
      sizes[held.bytes, default: 0] += 1
    }
    return sizes
  }

  /// The object that an event slot holds at the moment.
  func object(inSlot slot: Int) -> UnsafeMutableRawPointer? { slot < objects.capacity ? objects[slot].object : nil }

  /// See `populate`.
  mutating func makeAhead(_ population: Population) throws -> SlabCache {
    try caches.makeAhead(
      population.name, objectSize: population.objectSize, stride: population.stride, engine: engine)
  }

  /// See `populate`.
  mutating func fill(_ population: Population, allocate: () -> UnsafeMutableRawPointer?) {
    let cpu = cpus[0]
    residents.fill(population, allocate) { object in
      #if Capture
        cpu.free(object, site: .unknown)
      #else
        cpu.free(object)
      #endif
    }
    cpu.drain()
  }

  /// Shuffles from here on, or no more.
  public mutating func setShuffling(_ budget: ShuffleBudget?) {
    shuffler = budget.map { Shuffler(engine, budget: $0) }
  }

  // MARK: Batches

  /// Sees to it that an event is at hand, starting the source anew at its end.
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
  }

  private mutating func finish(_ end: Int) -> Int {
    let played = end - next
    if played > 0 {
      lastEvent = batch[end - 1]
      progress.policyProblem = caches.problem
      engine.setTime(microseconds: Int(Double(progress.elapsedTicks) * 100_000 / Double(upkeepInterval)))
    }
    next = end
    return played
  }

  /// Frees the objects that are live at the end of the source, outside of what is captured, and goes back to the first event.
  private mutating func endLoop() {
    for slot in 0..<objects.capacity where objects[slot].object != nil {
      progress.liveAtEnd += 1
      free(slot, on: 0, for: nil, isAtEnd: true)
    }
    progress.endLoop()
    source.rewind()
    nextUpkeep = 0
    (scheduledFreesDone, nextScheduledFree) = (0, schedule.first?.event ?? .max)
  }

  /// Rounds that a gap between events is good for: by then nothing is left to do.
  private static let mostRoundsAtOnce = 64
  /// Rounds in a row that find nothing to do, after which none will: depots look back on one interval, and reserves
  /// shrink by steps.
  private static let idleRounds = 4

  /// What a kernel does in the background, up to a time on the source's clock, at the same moments each time events are
  /// played: depots give back what they kept in vain, and where the policy wants that, slabs are shuffled.
  @inline(never)
  private mutating func lookAfterEngine(upTo time: UInt64) {
    guard nextUpkeep > 0 else {
      nextUpkeep = time + upkeepInterval
      return
    }
    var (rounds, idle) = (0, 0)
    while nextUpkeep <= time {
      if rounds == Player.mostRoundsAtOnce || idle == Player.idleRounds {
        nextUpkeep = time - (time - nextUpkeep) % upkeepInterval
      } else {
        idle = upkeep() ? 0 : idle + 1
        rounds += 1
      }
      nextUpkeep += upkeepInterval
    }
  }

  /// - Returns: whether there was anything to do.
  private mutating func upkeep() -> Bool {
    let returned = engine.reap(returningEmptySlabs: shuffler == nil)
    let hasDrained = drainMagazines()
    guard let shuffler else { return returned > 0 || hasDrained }
    objects.beginRound()
    let hasShuffled = shuffler.step()
    return hasShuffled || returned > 0 || hasDrained
  }

  /// Returns the objects in magazines that the policy has drained to their slabs: this thread drives every CPU, so it may
  /// empty their magazines. Where objects are moved, those in magazines would pin their slabs.
  /// - Returns: whether more than ever is done at each round was.
  private mutating func drainMagazines() -> Bool {
    let movesObjects = shuffler != nil && movesObjects
    var caches: [SlabCache] = []
    switch movesObjects ? .always : drainedMagazines {
    case .never: return false
    case .shrinking: caches = engine.cachesThatShrank()
    case .always: caches = engine.caches
    }
    for cache in caches {
      for cpu in 0..<engine.configuration.cpus { cpus[cpu].drain(cache) }
      engine.drainDepot(of: cache)
    }
    return drainedMagazines == .shrinking && !caches.isEmpty
  }

  // MARK: Events

  private mutating func play(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    while isAllocatorSite.count < symbols.count {
      isAllocatorSite.append(AllocatorCallSites.contains(symbols[isAllocatorSite.count]))
    }
    let first = progress.eventsInLoop - range.lowerBound
    for index in range {
      let event = batch[index]
      if first + index >= nextScheduledFree { freeScheduled(before: first + index) }
      if event.time >= nextUpkeep { lookAfterEngine(upTo: event.time) }
      switch event.outcome {
      case .allocated: allocate(event)
      case .allocatedOverLive:
        freeByAddress(event)
        allocate(event)
      case .freed: free(Int(event.slot), on: event.cpu, for: event)
      case .unmatched: freeResident(event)
      case .failed, .null, .zeroSize: break
      }
      progress.events += 1
    }
    progress.eventsInLoop += range.count
    progress.lastTick = max(progress.lastTick, batch[range.upperBound - 1].time)
  }

  /// Frees the objects that the schedule says ended before an event of this loop.
  @inline(never)
  private mutating func freeScheduled(before event: Int) {
    while scheduledFreesDone < schedule.count, schedule[scheduledFreesDone].event <= event {
      let entry = schedule[scheduledFreesDone]
      scheduledFreesDone += 1
      let slot = Int(entry.slot)
      guard slot < objects.capacity, objects[slot].object != nil, objects[slot].serial == entry.serial else { continue }
      progress.inferredFrees += 1
      free(slot, on: objects[slot].cpu, for: nil)
    }
    nextScheduledFree = scheduledFreesDone < schedule.count ? schedule[scheduledFreesDone].event : .max
  }

  /// Frees the object that a slot holds because its address is allocated again, unless it was freed before.
  @inline(never)
  private mutating func freeByAddress(_ event: AllocationEvent) {
    guard Int(event.slot) < objects.capacity, objects[Int(event.slot)].object != nil else { return }
    progress.inferredFrees += 1
    free(Int(event.slot), on: event.cpu, for: event)
  }

  /// A free of an object that was allocated before the recording: of one of the residents, where there are any and the
  /// event names their cache.
  @inline(never)
  private mutating func freeResident(_ event: AllocationEvent) {
    progress.unmatchedFrees += 1
    guard !residents.isEmpty, event.cache != AllocationEvent.noCache,
      let object = residents.take(Player.residentsName(of: symbols[Int(event.cache)]))
    else { return }
    #if Capture
      cpus[Int(event.cpu)].free(object, site: .unknown)
    #else
      cpus[Int(event.cpu)].free(object)
    #endif
  }

  @inline(__always)
  private mutating func allocate(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    objects.ensure(slot)
    let isUnsure = unseenFrees.contains(progress.allocations)
    let serial = UInt32(truncatingIfNeeded: progress.allocations)
    var event = event
    let knowledge = sizes.apply(to: &event, allocation: progress.allocations, symbols: symbols)
    progress.allocations += 1
    guard !isAllocatorSite[Int(event.site)] else {
      objects[slot] = PlayerSlot(cache: PlayerSlot.allocatorRecord)
      return
    }
    let bytes = Int(max(event.requestedBytes, 1))
    let cpu = cpus[Int(event.cpu)]
    var cache = PlayerSlot.generalCache
    var object: UnsafeMutableRawPointer?
    if event.kind == .kmemCacheAlloc {
      if let number = caches.number(
        symbol: event.cache, bytes: event.requestedBytes, stride: event.allocatedBytes, names: symbols, engine: engine)
      {
        cache = number
        object = calls.allocate(cpu, bytes, from: caches.caches[number], event, symbols, engine)
      }
    } else if caches.hasOwn, let number = caches.ownNumber(event, names: symbols, engine: engine) {
      cache = number
      object = calls.allocate(cpu, bytes, from: caches.caches[number], event, symbols, engine)
    } else {
      object = calls.allocate(cpu, bytes, from: nil, event, symbols, engine)
    }
    guard let object else {
      progress.failedAllocations += 1
      return
    }
    if !isShadow { Stamp(seed: seed, slot: slot, event: progress.events).write(to: object, bytes: bytes) }
    objects[slot] = PlayerSlot(
      object: object, bytes: bytes, event: progress.events, cache: cache, serial: serial, cpu: event.cpu,
      isUnsure: isUnsure, knowledge: knowledge)
    progress.count(knowledge, bytes: bytes, objects: 1)
    if isUnsure {
      progress.unseenFreeObjects += 1
      progress.unseenFreeBytes += bytes
    }
    progress.liveObjects += 1
  }

  @inline(__always)
  private mutating func free(_ slot: Int, on cpu: UInt16, for event: AllocationEvent?, isAtEnd: Bool = false) {
    guard slot < objects.capacity, let object = objects[slot].object else {
      // Records of the recorded allocator are not replayed: their frees are not skipped for lack of memory.
      let isRecord = slot < objects.capacity && objects[slot].cache == PlayerSlot.allocatorRecord
      if !isRecord { progress.skippedFrees += 1 }
      return
    }
    let held = objects[slot]
    if !isShadow {
      let stamp = Stamp(seed: seed, slot: slot, event: held.event)
      if let found = stamp.mismatch(in: object, bytes: held.bytes) { report(found, instead: stamp, slot: slot) }
    }
    objects[slot].object = nil
    progress.liveObjects -= 1
    progress.count(held.knowledge, bytes: held.bytes, objects: -1)
    if held.isUnsure {
      progress.unseenFreeObjects -= 1
      progress.unseenFreeBytes -= held.bytes
    }
    guard !isAtEnd else { return calls.freeLiveAtEnd(cpus[Int(cpu)], object) }
    let cache = held.cache == PlayerSlot.generalCache ? nil : caches.caches[held.cache]
    calls.free(cpus[Int(cpu)], object, to: cache, event, symbols, engine)
  }

  @inline(never)
  private mutating func report(_ found: Stamp, instead expected: Stamp, slot: Int) {
    let held = objects[slot]
    let cache = held.cache == PlayerSlot.generalCache ? "kmalloc" : caches.caches[held.cache].name
    progress.addMismatch(
      "object of \(cache), \(held.bytes) bytes, allocated by event \(held.event), freed by event \(progress.events): "
        + "found \(String(found.value, radix: 16)) where its owner wrote \(String(expected.value, radix: 16))")
  }
}
