import Recordings

/// A recording boiled down to what an allocator sees: allocate so many bytes into a slot, free a slot. Every contender
/// replays the same stream, so that differences are the allocator's.
struct OperationStream {
  /// One operation, 16 bytes.
  struct Operation {
    var slot: UInt32
    /// Bytes to allocate; 0 frees the slot.
    var bytes: UInt32
    /// Index into `caches`; `generalCache` for kmalloc.
    var cache: UInt32
    var cpu: UInt32
  }

  static let generalCache = UInt32.max

  var operations: [Operation] = []
  /// Named caches: name and object size.
  var caches: [(name: String, objectSize: Int)] = []
  var slots = 0
  var cpus = 1

  /// Reads a whole source. Frees that nothing in the recording allocated are left out; an object whose free was not
  /// seen is freed where its pointer is handed out again, or at the end, so that a pass leaves nothing behind.
  init(_ source: inout some AllocationEventSource) throws {
    var indices: [String: UInt32] = [:]
    var live: [Bool] = []
    var batch: [AllocationEvent] = []
    cpus = source.cpuCount
    while true {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      for event in batch where event.slot != AllocationEvent.noSlot {
        while live.count <= Int(event.slot) { live.append(false) }
        if event.outcome != .allocated, live[Int(event.slot)] {
          operations.append(Operation(slot: event.slot, bytes: 0, cache: 0, cpu: UInt32(event.cpu)))
        }
        live[Int(event.slot)] = event.outcome != .freed
        guard event.outcome != .freed else { continue }
        var cache = OperationStream.generalCache
        if event.cache != AllocationEvent.noCache {
          let name = "\(source.symbols[Int(event.cache)])/\(event.requestedBytes)"
          cache = indices[name] ?? UInt32(caches.count)
          if indices.updateValue(cache, forKey: name) == nil {
            caches.append((name, Int(max(event.requestedBytes, 1))))
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
