public import Recordings
import SlabEngine

/// A source's events as lists of operations, one list for each thread, which keep the order of the events wherever an
/// object passes from one thread to another.
///
/// Each CPU belongs to one thread. Each slot has a turn, which rises by one with each operation on the slot: an operation
/// waits until it is its turn. The operation that is first in the order of events never waits, so that replays end.
public struct ConcurrentPlan: Sendable {
  /// One operation on a slot.
  struct Operation: Sendable {
    var slot: UInt32
    /// The slot's turn at which the operation is due: even for an allocation, odd for a free.
    var turn: UInt32
    /// Bytes to allocate; 0 for a free.
    var bytes: UInt32
    /// Number of the cache; -1 for an allocation by size.
    var cache: Int32
    var cpu: UInt16
  }

  /// A cache that events name.
  struct Cache: Sendable, Hashable {
    var name: String
    var objectSize: Int
    var stride: Int
  }

  /// Where the events are from.
  public let name: String
  /// CPUs of the recording.
  public let cpus: Int
  /// Threads, each with CPUs of its own.
  public var threads: Int { operations.count }
  /// Operations of all threads together.
  public var operationCount: Int { operations.reduce(0) { $0 + $1.count } }
  /// Allocations by the name of the cache that serves them; those by size count under the name of `kmalloc` and the size.
  public private(set) var rates = CacheRates()
  private(set) var operations: [[Operation]]
  private(set) var slots = 0
  private(set) var caches: [Cache] = []
  let cachesAreMerged: Bool

  /// Reads up to `limit` events of a source.
  /// - Parameters:
  ///   - threads: at most; no more than the source has CPUs.
  ///   - memoryBytes: memory of the model that finds unseen frees.
  /// - Throws: what the source throws, and `EngineError`.
  public init(
    _ source: any AllocationEventSource, upTo limit: Int, threads: Int, memoryBytes: Int, start: StartingState? = nil,
    observations: [KernelObservation] = []
  ) throws {
    name = source.name
    cpus = source.cpuCount
    cachesAreMerged = source.cachesAreMerged
    operations = Array(repeating: [], count: max(1, min(threads, source.cpuCount)))
    let schedule = try UnseenFreeSchedule(
      source, unseenFrees: source.unseenFrees(), memoryBytes: memoryBytes, start: start, observations: observations,
      seed: 0
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
    builder.freeRest(into: &self)
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

/// What is known of the slots while events become operations.
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
    // Freed unseen, where the recording says nothing of it.
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

  mutating func freeRest(into plan: inout ConcurrentPlan) {
    for slot in slots.indices { free(UInt32(slot), on: slots[slot].cpu, into: &plan) }
  }

  private mutating func free(_ slot: UInt32, on cpu: UInt16, into plan: inout ConcurrentPlan) {
    let held = slots[Int(slot)]
    guard held.isLive else { return }
    plan.append(ConcurrentPlan.Operation(slot: slot, turn: held.turn, bytes: 0, cache: held.cache, cpu: cpu))
    slots[Int(slot)].turn += 1
  }

  /// A name that occurs with another size gets a cache of its own, as in `PlayerCaches`.
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
