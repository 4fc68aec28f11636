package import Recordings
import SlabEngine

/// Plan of a concurrent replay: one list of operations for each thread, with the order of operations on the same object.
///
/// Each CPU is assigned to one thread. Each slot has a turn number, which increases by one with each operation on the slot. A
/// thread waits until the turn number of the slot equals that of the operation. There is no deadlock, because the earliest
/// operation that has not been done never waits.
package struct ConcurrentPlan: Sendable {
  /// Allocation or free of the object of a slot.
  struct Operation: Sendable {
    var slot: UInt32
    /// Turn number of the slot at which the operation is due: even for an allocation, odd for a free.
    var turn: UInt32
    /// Requested bytes; 0 for a free.
    var bytes: UInt32
    /// Index of the cache in `caches`; -1 for a request by size.
    var cache: Int32
    var cpu: UInt16
  }

  /// Cache that events name.
  struct Cache: Sendable, Hashable {
    var name: String
    var objectSize: Int
    var stride: Int
  }

  /// Name of the event source.
  package let name: String
  /// Number of CPUs of the recording.
  package let cpus: Int
  /// Number of threads. Each CPU is assigned to one thread.
  package var threads: Int { operations.count }
  /// Number of operations of all threads.
  package var operationCount: Int { operations.reduce(0) { $0 + $1.count } }
  /// Number of allocations by cache, and of requests by size.
  package private(set) var rates = CacheRates()
  private(set) var operations: [[Operation]]
  private(set) var slots = 0
  private(set) var caches: [Cache] = []
  let hasMergedCaches: Bool

  /// Creates a plan of up to `limit` events of a source.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - limit: Maximum number of events.
  ///   - threads: Maximum number of threads. The plan has at most one thread for each CPU.
  ///   - memoryBytes: Memory of the model that finds unseen frees.
  ///   - start: State of the caches before the first event; nil for an empty machine.
  ///   - observations: Object counts of the recorded kernel, in order of time.
  /// - Throws: Errors of the source, and `EngineError`.
  package init(
    _ source: any AllocationEventSource, upTo limit: Int, threads: Int, memoryBytes: Int, start: StartingState? = nil,
    observations: [KernelObservation] = []
  ) throws {
    name = source.name
    cpus = source.cpuCount
    hasMergedCaches = source.hasMergedCaches
    operations = Array(repeating: [], count: max(1, min(threads, source.cpuCount)))
    let schedule = try UnseenFreeSchedule(
      source, SourceFacts(of: source), memoryBytes: memoryBytes, start: start, observations: observations, seed: 0
    ).entries
    var builder = Builder(schedule: schedule)
    var source = source
    source.rewind()
    var batch: [AllocationEvent] = []
    var number = 0
    while number < limit {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      let symbols = source.symbols
      for event in batch.prefix(limit - number) {
        builder.freeScheduled(before: number, into: &self)
        builder.add(event, symbols: symbols, into: &self)
        number += 1
      }
    }
    builder.freeLiveObjects(into: &self)
  }

  fileprivate mutating func append(_ operation: Operation) {
    slots = max(slots, Int(operation.slot) + 1)
    operations[Int(operation.cpu) % operations.count].append(operation)
  }

  fileprivate mutating func number(of cache: Cache) -> Int32 {
    caches.append(cache)
    return Int32(caches.count - 1)
  }

  fileprivate mutating func count(cache: Int32, bytes: Int) {
    rates.add(cache >= 0 ? .named(caches[Int(cache)].name) : .bytes(bytes))
  }
}

/// Converter of events to operations, with the state of each slot.
private struct Builder {
  private struct Slot {
    var turn: UInt32 = 0
    var cache: Int32 = -1
    var cpu: UInt16 = 0
    var serial: UInt32 = 0
    var isLive: Bool { turn & 1 == 1 }
  }

  private struct Name: Hashable {
    var symbol: UInt32
    var bytes: UInt32
  }

  private var slots: [Slot] = []
  private var numbers: [Name: Int32] = [:]
  private var names: Set<String> = []
  private var allocations: UInt32 = 0
  private let schedule: [UnseenFreeSchedule.Entry]
  private var scheduledFreesDone = 0

  init(schedule: [UnseenFreeSchedule.Entry]) { self.schedule = schedule }

  mutating func add(_ event: AllocationEvent, symbols: [String], into plan: inout ConcurrentPlan) {
    guard event.slot != AllocationEvent.noSlot else { return }
    while slots.count <= Int(event.slot) { slots.append(Slot()) }
    if event.outcome != .allocated { free(event.slot, on: event.cpu, into: &plan) }
    guard event.outcome != .freed else { return }
    let serial = allocations
    allocations &+= 1
    guard !AllocatorCallSites.contains(symbols[Int(event.site)]) else { return }
    let bytes = max(event.requestedBytes, 1)
    let cache = event.kind == .kmemCacheAlloc ? cache(of: event, symbols, in: &plan) : -1
    let slot = Int(event.slot)
    // An unseen free that is not in the schedule: the slot is allocated again.
    if slots[slot].isLive { free(event.slot, on: event.cpu, into: &plan) }
    plan.append(
      ConcurrentPlan.Operation(slot: event.slot, turn: slots[slot].turn, bytes: bytes, cache: cache, cpu: event.cpu))
    plan.count(cache: cache, bytes: Int(bytes))
    slots[slot] = Slot(turn: slots[slot].turn + 1, cache: cache, cpu: event.cpu, serial: serial)
  }

  mutating func freeScheduled(before event: Int, into plan: inout ConcurrentPlan) {
    while scheduledFreesDone < schedule.count, schedule[scheduledFreesDone].event <= event {
      let entry = schedule[scheduledFreesDone]
      scheduledFreesDone += 1
      guard Int(entry.slot) < slots.count, slots[Int(entry.slot)].serial == entry.serial else { continue }
      free(entry.slot, on: slots[Int(entry.slot)].cpu, into: &plan)
    }
  }

  mutating func freeLiveObjects(into plan: inout ConcurrentPlan) {
    for slot in slots.indices { free(UInt32(slot), on: slots[slot].cpu, into: &plan) }
  }

  private mutating func free(_ slot: UInt32, on cpu: UInt16, into plan: inout ConcurrentPlan) {
    let state = slots[Int(slot)]
    guard state.isLive else { return }
    plan.append(ConcurrentPlan.Operation(slot: slot, turn: state.turn, bytes: 0, cache: state.cache, cpu: cpu))
    slots[Int(slot)].turn += 1
  }

  /// Returns the cache of an event. If a name occurs with several sizes, each size has its own cache, as in `PlayerCaches`.
  private mutating func cache(of event: AllocationEvent, _ symbols: [String], in plan: inout ConcurrentPlan) -> Int32 {
    let key = Name(symbol: event.cache, bytes: event.requestedBytes)
    if let known = numbers[key] { return known }
    let symbol = symbols[Int(event.cache)]
    let name = names.insert(symbol).inserted ? symbol : "\(symbol)/\(event.requestedBytes)"
    let number = plan.number(
      of: ConcurrentPlan.Cache(
        name: name, objectSize: Int(max(event.requestedBytes, 1)), stride: Int(event.allocatedBytes)))
    numbers[key] = number
    return number
  }
}
