public import Recordings
import SlabEngine

/// Replays events on a model of SLUB: each allocation and free of a source, on the CPU on which it happened.
///
/// Before the first event the model's caches are as the starting state says, if there is one. An object whose free the
/// source does not report is freed with its companion, by reconciliation with what the kernel said of itself meanwhile, or
/// when its address is allocated again, whichever comes first; each such free is counted (`unseenFrees`). At the end of
/// the source all objects that are still live are freed, and the source begins anew.
///
/// A player is deterministic: equal sources, starting states and seeds give equal states.
public struct SLUBPlayer: ~Copyable {
  /// The model that is played on.
  public internal(set) var model: SLUBModel
  /// What happened so far.
  public internal(set) var progress = PlayerProgress()
  /// The event that was played last.
  public private(set) var lastEvent: AllocationEvent?
  /// Frees that the source did not report, by how they were found.
  public internal(set) var unseenFrees = UnseenFreeCounts()

  var cursor: EventCursor
  private let unseen: UnseenFrees
  private var sizes: RequestSizes
  let ticksPerSecond: UInt64
  var table: SLUBCacheTable
  private var roles: [CallSiteRole] = []
  var slots: [SLUBSlot] = []
  /// Of each CPU: the object that waits for its companion, and allocations until it waits no more.
  private var waiting: [Waiting]
  var rcuQueues: [RCUFreeQueue]
  /// Of each cache: objects whose frees are not reported.
  var unseenObjects: [UnseenObjects] = []
  /// Of each cache: the objects from before the first event, and those that the recording does not have.
  var residents: [ResidentObjects] = []
  /// Of each cache: residents that were freed less those that were added.
  var freedResidents: [Int] = []
  /// Of each cache: live objects, and `active_objs` of the kernel, before the first event.
  var startingLive: [Int] = []
  var startingActive: [Int] = []
  /// Of each cache: whether kfree_rcu collects objects of it.
  var areFreedByRCU: [Bool] = []
  /// Of each cache: bytes that owners of live objects asked for.
  var requestedBytes: [Int] = []
  var large = LargeRequestCounts()
  let observations: [KernelObservation]
  var nextObservation = 0
  /// Time at which an observation or a queue of kfree_rcu is due.
  var nextDue = UInt64.max
  var random: SplitMix64

  /// Objects that wait for the allocation of their companion.
  private struct Waiting: BitwiseCopyable {
    var slot = SLUBSlot.none
    var serial: UInt32 = 0
    var pair: UInt8 = 0
    var allocationsLeft: UInt8 = 0
  }

  /// Requests that the page allocator serves itself.
  struct LargeRequestCounts {
    var (live, requestedBytes, blockBytes, failed) = (0, 0, 0, 0)
  }

  /// Makes a model and gets ready to play a source on it.
  /// - Parameters:
  ///   - sizes: kmalloc's classes, ascending; Linux's unless a policy has others.
  ///   - orders: page orders of classes, by size, that don't follow SLUB's calculation.
  ///   - tuning: caches' parameters that differ from SLUB's own.
  ///   - start: what the caches held before the first event; nil for an empty machine.
  ///   - observations: what the kernel said of its caches meanwhile, in order of time.
  ///   - seed: decides where residents lie that nothing is known of, and which of them a free ends.
  /// - Throws: `EngineError` if page descriptors can't be reserved, and what the source throws.
  /// - Complexity: O(events) of a recording, which is read through once.
  public init(
    _ source: any AllocationEventSource, parameters: SLUBParameters = SLUBParameters(),
    sizes: [Int] = KmallocClasses.sizes, orders: [Int: Int] = [:], tuning: SLUBTuning = SLUBTuning(), memoryBytes: Int,
    start: StartingState? = nil,
    observations: [KernelObservation] = [], seed: UInt64 = 0
  ) throws {
    let unseen = try source.unseenFrees()
    let requests = try RequestSizes(of: source)
    let model = try SLUBModel(parameters: parameters, memoryBytes: memoryBytes, cpus: source.cpuCount)
    self.unseen = unseen
    self.sizes = requests
    self.model = model
    cursor = EventCursor(source)
    ticksPerSecond = source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond
    table = SLUBCacheTable(
      GeneralClasses(sizes: sizes, orders: orders, joinsKinds: start?.joinsKmallocKinds ?? false), tuning: tuning,
      mergesCaches: !source.cachesAreMerged, cpus: source.cpuCount)
    waiting = Array(repeating: Waiting(), count: source.cpuCount)
    rcuQueues = Array(repeating: RCUFreeQueue(ticksPerSecond: ticksPerSecond), count: source.cpuCount)
    self.observations = observations
    random = SplitMix64(seed: seed)
    if let start { layOut(start, symbols: Set(source.symbols)) }
    setNextDue()
  }

  /// What is played.
  public var sourceName: String { cursor.sourceName }

  // MARK: Playing

  /// Whether the last event of the source was played: the next one would start it anew.
  public mutating func isAtEnd() throws -> Bool { try cursor.isAtEnd() }

  /// Plays up to `count` events, fewer where a source's batch or the source itself ends.
  /// - Returns: events played; 0 only for a source without events.
  /// - Throws: what the source throws.
  public mutating func play(upTo count: Int) throws -> Int {
    try fetch()
    return play(upToIndex: min(cursor.batch.count, cursor.next + count))
  }

  /// Plays events as long as no more than `ticks` ticks of the source's clock have gone by since the first event, all
  /// loops together: no more than `count`, and only within the batch at hand.
  /// - Returns: events played; 0 when the next one is later.
  /// - Throws: what the source throws.
  public mutating func play(untilElapsed ticks: UInt64, upTo count: Int) throws -> Int {
    try fetch()
    guard let last = progress.tick(atElapsed: ticks) else { return 0 }
    var end = cursor.next
    while end < cursor.batch.count, end - cursor.next < count, cursor.batch[end].time <= last { end += 1 }
    let played = play(upToIndex: end)
    if played == 0, last >= nextDue { advance(to: last) }
    return played
  }

  /// Does what is due up to a time on the source's clock: frees objects that kfree_rcu has kept long enough, and reconciles
  /// with what the kernel said.
  public mutating func advance(to time: UInt64) {
    while nextDue <= time {
      let due = nextDue
      for cpu in rcuQueues.indices where rcuQueues[cpu].deadline <= due { advanceRCUQueue(of: cpu, to: due) }
      if nextObservation < observations.count, observations[nextObservation].time <= due {
        reconcile(with: nextObservation)
        nextObservation += 1
      }
      setNextDue()
    }
  }

  mutating func setNextDue() {
    nextDue = nextObservation < observations.count ? observations[nextObservation].time : .max
    for queue in rcuQueues { nextDue = min(nextDue, queue.deadline) }
  }

  private mutating func fetch() throws {
    if try cursor.isAtEnd() {
      endLoop()
      cursor.rewind()
    }
    try cursor.fetch()
    if progress.isFirstEvent(ofLoop: cursor.batch) { progress.beginLoop(at: cursor.batch[0].time) }
  }

  private mutating func play(upToIndex end: Int) -> Int {
    let first = cursor.next
    guard end > first else { return 0 }
    let (batch, symbols) = (cursor.batch, cursor.symbols)
    while roles.count < symbols.count { roles.append(CallSiteRole(symbol: symbols[roles.count])) }
    for index in first..<end {
      let event = batch[index]
      if event.time >= nextDue { advance(to: event.time) }
      switch event.outcome {
      case .allocated: allocate(event, symbols)
      case .allocatedOverLive:
        freeByAddress(Int(event.slot), on: Int32(event.cpu))
        allocate(event, symbols)
      case .freed: free(event)
      case .unmatched: freeResident(event, symbols)
      case .failed, .null, .zeroSize: break
      }
    }
    progress.events += end - first
    progress.eventsInLoop += end - first
    progress.lastTick = max(progress.lastTick, batch[end - 1].time)
    lastEvent = batch[end - 1]
    cursor.next = end
    return end - first
  }

  // MARK: Events

  @inline(__always)
  private mutating func allocate(_ event: AllocationEvent, _ symbols: [String]) {
    let slot = Int(event.slot)
    if slot >= slots.count { makeSlots(upTo: slot) }
    let serial = UInt32(truncatingIfNeeded: progress.allocations)
    let isUnseen = unseen.contains(progress.allocations)
    var event = event
    let knowledge = sizes.apply(to: &event, allocation: progress.allocations, symbols: symbols)
    progress.allocations += 1
    let role = roles[Int(event.site)]
    guard !role.isAllocators else { return skipAllocators(event) }
    let cache = table.cache(for: event, symbols: symbols, model: &model)
    guard cache >= 0 else { return allocateLarge(event, knowledge, serial: serial) }
    let slab = model.allocate(from: cache, on: Int32(event.cpu))
    guard slab >= 0 else {
      progress.failedAllocations += 1
      return
    }
    if Int(cache) >= requestedBytes.count { makeCacheRecords(upTo: Int(cache)) }
    slots[slot] = SLUBSlot(
      slab: slab, cache: cache, bytes: event.requestedBytes, serial: serial, cpu: event.cpu, isUnseen: isUnseen,
      knowledge: knowledge)
    progress.count(knowledge, bytes: Int(event.requestedBytes), objects: 1)
    requestedBytes[Int(cache)] += Int(event.requestedBytes)
    progress.liveObjects += 1
    if isUnseen { noteUnseen(event, cache: cache, serial: serial) }
    if waiting[Int(event.cpu)].allocationsLeft > 0 || (isUnseen && role.object != 0) {
      pair(event, role, serial: serial, isUnseen: isUnseen)
    }
  }

  @inline(__always)
  private mutating func free(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    guard slot < slots.count, slots[slot].slab >= 0 else { return freeOther(event) }
    let (partner, serial) = (slots[slot].partner, slots[slot].partnerSerial)
    release(slot, on: Int32(event.cpu))
    if partner != SLUBSlot.none { freePartner(partner, serial, event) }
  }

  /// Frees the object of a slot that lies in a slab.
  @inline(__always)
  mutating func release(_ slot: Int, on cpu: Int32) {
    model.free(slots[slot].slab, on: cpu)
    requestedBytes[Int(slots[slot].cache)] -= Int(slots[slot].bytes)
    slots[slot].slab = SLUBSlot.empty
    progress.liveObjects -= 1
    progress.count(slots[slot].knowledge, bytes: Int(slots[slot].bytes), objects: -1)
    if slots[slot].isUnseen {
      progress.unseenFreeObjects -= 1
      progress.unseenFreeBytes -= Int(slots[slot].bytes)
    }
  }

  @inline(never)
  private mutating func makeSlots(upTo slot: Int) {
    slots.append(contentsOf: repeatElement(SLUBSlot(), count: max(1024, slot + 1 - slots.count, slots.count)))
  }

  @inline(never)
  mutating func makeCacheRecords(upTo cache: Int) {
    while requestedBytes.count <= cache {
      requestedBytes.append(0)
      residents.append(ResidentObjects())
      freedResidents.append(0)
      startingLive.append(0)
      startingActive.append(0)
      unseenObjects.append(UnseenObjects())
      areFreedByRCU.append(false)
    }
  }

  @inline(never)
  private mutating func noteUnseen(_ event: AllocationEvent, cache: Int32, serial: UInt32) {
    unseenObjects[Int(cache)].append(slot: event.slot, serial: serial)
    progress.unseenFreeObjects += 1
    progress.unseenFreeBytes += Int(event.requestedBytes)
  }

  // MARK: Pairs

  /// Pairs the object at hand with the one that waits on its CPU, or lets it wait for its own companion.
  @inline(never)
  private mutating func pair(_ event: AllocationEvent, _ role: CallSiteRole, serial: UInt32, isUnseen: Bool) {
    let cpu = Int(event.cpu)
    if waiting[cpu].allocationsLeft > 0 {
      waiting[cpu].allocationsLeft -= 1
      if role.companion != 0, role.companion == waiting[cpu].pair, !isUnseen {
        slots[Int(event.slot)].partner = waiting[cpu].slot
        slots[Int(event.slot)].partnerSerial = waiting[cpu].serial
        waiting[cpu].allocationsLeft = 0
        return
      }
    }
    guard isUnseen, role.object != 0, event.kind == .kmemCacheAlloc else { return }
    let isFreedByRCU = UnseenFreePair.all[Int(role.object) - 1].isFreedByRCU
    slots[Int(event.slot)].isFreedByRCU = isFreedByRCU
    if isFreedByRCU { areFreedByRCU[Int(slots[Int(event.slot)].cache)] = true }
    waiting[cpu] = Waiting(
      slot: event.slot, serial: serial, pair: role.object, allocationsLeft: UInt8(UnseenFreePair.reach))
  }

  /// Frees an object because its companion was freed.
  @inline(never)
  private mutating func freePartner(_ slot: UInt32, _ serial: UInt32, _ event: AllocationEvent) {
    guard !roles[Int(event.site)].replacesCompanion, holds(slot, serial) else { return }
    guard slots[Int(slot)].isFreedByRCU else {
      unseenFrees.byPair += 1
      progress.inferredFrees += 1
      return release(Int(slot), on: Int32(event.cpu))
    }
    let entry = RCUFreeQueue.Entry(slot: slot, serial: serial)
    rcuQueues[Int(event.cpu)].add(entry, time: event.time)
    setNextDue()
  }

  /// Whether a slot still holds the object of this number.
  func holds(_ slot: UInt32, _ serial: UInt32) -> Bool {
    slots[Int(slot)].slab >= 0 && slots[Int(slot)].serial == serial
  }

  // MARK: Other events

  /// An allocation of SLUB's own records.
  @inline(never)
  private mutating func skipAllocators(_ event: AllocationEvent) {
    slots[Int(event.slot)] = SLUBSlot(slab: SLUBSlot.allocators)
    unseenFrees.allocatorEvents += 1
  }

  @inline(never)
  private mutating func allocateLarge(
    _ event: AllocationEvent, _ knowledge: RequestSizes.Knowledge, serial: UInt32
  ) {
    let order = SLUBParameters.order(ofBytes: Int(event.requestedBytes))
    guard let page = model.pages.allocate(order: order) else {
      large.failed += 1
      progress.failedAllocations += 1
      return
    }
    slots[Int(event.slot)] = SLUBSlot(
      slab: SLUBSlot.large, cache: Int32(bitPattern: page), bytes: event.requestedBytes, serial: serial, cpu: event.cpu,
      knowledge: knowledge)
    progress.count(knowledge, bytes: Int(event.requestedBytes), objects: 1)
    large.live += 1
    large.requestedBytes += Int(event.requestedBytes)
    large.blockBytes += PageBookkeeping.pageBytes << order
    progress.liveObjects += 1
  }

  /// Handles the free of a slot whose object lies in no slab.
  @inline(never)
  private mutating func freeOther(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    switch slot < slots.count ? slots[slot].slab : SLUBSlot.empty {
    case SLUBSlot.large: releaseLarge(slot)
    case SLUBSlot.allocators:
      unseenFrees.allocatorEvents += 1
      slots[slot].slab = SLUBSlot.empty
    default: progress.skippedFrees += 1
    }
  }

  mutating func releaseLarge(_ slot: Int) {
    model.pages.free(UInt32(bitPattern: slots[slot].cache))
    large.live -= 1
    large.requestedBytes -= Int(slots[slot].bytes)
    large.blockBytes -= PageBookkeeping.pageBytes << SLUBParameters.order(ofBytes: Int(slots[slot].bytes))
    slots[slot].slab = SLUBSlot.empty
    progress.liveObjects -= 1
    progress.count(slots[slot].knowledge, bytes: Int(slots[slot].bytes), objects: -1)
  }
}
