import Recordings

/// A recording boiled down to what an allocator sees: allocate so many bytes into a slot, free a slot. Every contender
/// replays the same stream, so that differences are the allocator's.
struct OperationStream {
  /// One operation, 16 bytes.
  struct Operation {
    var slot: UInt32
    /// Bytes to allocate; 0 frees the slot.
    var bytes: UInt32
    /// Index into `cacheSizes`; `generalCache` for kmalloc.
    var cache: UInt32
    var cpu: UInt32
  }

  var operations: [Operation] = []
  /// Object sizes of the named caches.
  var cacheSizes: [Int] = []
  /// Numbers of operations before which another 100 ms of the recording's time had gone by: where a shuffler that runs ten
  /// times a second has its turn.
  var pauses: [Int] = []
  /// The recording's length in nanoseconds.
  var nanoseconds = 0.0
  var slots = 0
  var cpus = 1

  /// Reads a whole source. Frees that nothing in the recording allocated are left out; an object whose free was not
  /// seen is freed where its pointer is handed out again, or at the end, so that a pass leaves nothing behind.
  init(_ source: inout some AllocationEventSource) throws {
    var indices: [String: UInt32] = [:]
    var live: [Bool] = []
    var batch: [AllocationEvent] = []
    cpus = source.cpuCount
    let ticksPerPause = max(1, (source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond) / 10)
    var (first, nextPause): (UInt64?, UInt64) = (nil, 0)
    while true {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      for event in batch where event.slot != AllocationEvent.noSlot {
        while live.count <= Int(event.slot) { live.append(false) }
        let start = first ?? event.time
        if first == nil { (first, nextPause) = (start, start + ticksPerPause) }
        while event.time >= nextPause {
          pauses.append(operations.count)
          nextPause += ticksPerPause
        }
        nanoseconds = Double(max(event.time, start) - start) / Double(ticksPerPause) * 1e8
        if event.outcome != .allocated, live[Int(event.slot)] {
          operations.append(Operation(slot: event.slot, bytes: 0, cache: 0, cpu: UInt32(event.cpu)))
        }
        live[Int(event.slot)] = event.outcome != .freed
        guard event.outcome != .freed else { continue }
        var cache = generalCache
        if event.kind == .kmemCacheAlloc {
          let name = "\(source.symbols[Int(event.cache)])/\(event.requestedBytes)"
          cache = indices[name] ?? UInt32(cacheSizes.count)
          if indices.updateValue(cache, forKey: name) == nil {
            cacheSizes.append(Int(max(event.requestedBytes, 1)))
          }
        }
        operations.append(
          Operation(slot: event.slot, bytes: max(event.requestedBytes, 1), cache: cache, cpu: UInt32(event.cpu)))
      }
    }
    for slot in live.indices where live[slot] {
      operations.append(Operation(slot: UInt32(slot), bytes: 0, cache: 0, cpu: 0))
    }
    slots = live.count
  }
}
