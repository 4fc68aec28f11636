import Recordings
import Workloads

/// Allocations of each cache in a recording.
struct RecordedTraffic {
  /// Allocations of one cache.
  struct Cache {
    var stride: Int
    var allocations = 0
    /// Number of allocations without an event of their free.
    var unseenFrees = 0
  }

  /// Caches by name, with the kmalloc caches of a size combined if requested.
  private(set) var caches: [String: Cache] = [:]
  /// Time of the first event.
  private(set) var start: UInt64 = 0
  /// Maximum of the allocated bytes of live objects.
  private(set) var peakBytes = 0

  /// Reads a recording.
  /// - Complexity: O(events).
  init(_ recording: Recording, joiningKmallocKinds: Bool) throws {
    let unseen = try recording.unseenFrees()
    var copy = recording
    copy.rewind()
    var batch: [AllocationEvent] = []
    var names: [Key: String] = [:]
    var (allocation, live, isFirst) = (0, 0, true)
    var bytes: [UInt32: Int] = [:]
    try copy.nextBatch(into: &batch)
    while !batch.isEmpty {
      if isFirst { (start, isFirst) = (batch[0].time, false) }
      for event in batch {
        switch event.outcome {
        case .allocated, .allocatedOverLive:
          live += Int(event.allocatedBytes) - (bytes[event.slot] ?? 0)
          bytes[event.slot] = Int(event.allocatedBytes)
          peakBytes = max(peakBytes, live)
          let isUnseen = unseen.contains(allocation)
          allocation += 1
          let key = Key(event)
          let name = names[key] ?? RecordedTraffic.name(event, copy.symbols, joins: joiningKmallocKinds)
          names[key] = name
          guard !name.isEmpty else { continue }
          caches[name, default: Cache(stride: Int(event.allocatedBytes))].allocations += 1
          if isUnseen { caches[name]?.unseenFrees += 1 }
        case .freed: live -= bytes.removeValue(forKey: event.slot) ?? 0
        case .failed, .unmatched, .null, .zeroSize: break
        }
      }
      try copy.nextBatch(into: &batch)
    }
  }

  private struct Key: Hashable {
    let cache: UInt32
    let bytes: UInt32

    init(_ event: AllocationEvent) {
      cache = event.cache
      // The size determines the cache only for allocations by size.
      bytes = event.cache == AllocationEvent.noCache ? event.allocatedBytes : 0
    }
  }

  /// Returns the name of the cache that served an allocation; empty for a block of pages and for a cache of unknown name.
  private static func name(_ event: AllocationEvent, _ symbols: [String], joins: Bool) -> String {
    guard event.cache == AllocationEvent.noCache else {
      let name = symbols[Int(event.cache)]
      return name == "?" ? "" : joins ? KernelSamples.family(of: name) : name
    }
    guard event.allocatedBytes <= KmallocClasses.largest else { return "" }
    return KmallocKind.normal.cacheName(bytes: KmallocClasses.size(for: Int(event.allocatedBytes)))
  }
}
