import BenchmarkContenders
import Recordings

/// Operations of a recording: allocate a number of bytes into a slot, free a slot. Every contender replays the same stream, so
/// that only the allocators differ.
struct OperationStream {
  var operations: [RecordedOperation] = []
  /// Object sizes of the named caches.
  var cacheSizes: [Int] = []
  /// Indices of the operations before which 100 ms of the recording's time have passed: the shuffler runs before them.
  var pauses: [Int] = []
  /// Index of the operation before which the requested bytes of the live objects have their maximum.
  var peak = 0
  /// Requested bytes of the live objects at that moment.
  var peakBytes = 0
  /// Duration of the recording in nanoseconds.
  var nanoseconds = 0.0
  var slots = 0
  var cpus = 1

  /// Reads a whole source. Frees of objects that the recording did not allocate are left out. An object with an unseen free is
  /// freed when its address is allocated again, or at the end, so that no object is live after a pass.
  init(_ source: inout some AllocationEventSource) throws {
    var indices: [String: UInt32] = [:]
    // Bytes of the live object in each slot, 0 for none.
    var live: [UInt32] = []
    var liveBytes = 0
    var batch: [AllocationEvent] = []
    cpus = source.cpuCount
    let ticksPerPause = max(1, (source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond) / 10)
    var (first, nextPause): (UInt64?, UInt64) = (nil, 0)
    while true {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      for event in batch where event.slot != AllocationEvent.noSlot {
        while live.count <= Int(event.slot) { live.append(0) }
        let start = first ?? event.time
        if first == nil { (first, nextPause) = (start, start + ticksPerPause) }
        while event.time >= nextPause {
          pauses.append(operations.count)
          nextPause += ticksPerPause
        }
        nanoseconds = Double(max(event.time, start) - start) / Double(ticksPerPause) * 1e8
        let freedBytes = live[Int(event.slot)]
        if event.outcome != .allocated, freedBytes > 0 {
          operations.append(
            RecordedOperation(
              slot: event.slot, bytes: freedBytes, cache: RecordedOperation.freed, cpu: UInt32(event.cpu)))
          liveBytes -= Int(freedBytes)
        }
        let bytes = event.outcome == .freed ? 0 : max(event.requestedBytes, 1)
        live[Int(event.slot)] = bytes
        guard bytes > 0 else { continue }
        var cache = generalCache
        if event.kind == .kmemCacheAlloc {
          let name = "\(source.symbols[Int(event.cache)])/\(event.requestedBytes)"
          cache = indices[name] ?? UInt32(cacheSizes.count)
          if indices.updateValue(cache, forKey: name) == nil {
            cacheSizes.append(Int(bytes))
          }
        }
        operations.append(RecordedOperation(slot: event.slot, bytes: bytes, cache: cache, cpu: UInt32(event.cpu)))
        liveBytes += Int(bytes)
        if liveBytes > peakBytes { (peakBytes, peak) = (liveBytes, operations.count) }
      }
    }
    for slot in live.indices where live[slot] > 0 {
      operations.append(
        RecordedOperation(slot: UInt32(slot), bytes: live[slot], cache: RecordedOperation.freed, cpu: 0))
    }
    slots = live.count
  }
}
