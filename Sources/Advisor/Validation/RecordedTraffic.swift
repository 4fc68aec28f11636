import Recordings
import Workloads

/// The caches that a recording has allocations of, and how many of those are never seen freed.
struct RecordedCaches {
  struct Cache {
    var stride: Int
    var allocations = 0
    var unseen = 0
  }

  /// By name; kmalloc's of one size together if kinds are joined.
  private(set) var caches: [String: Cache] = [:]
  /// When the first event happened.
  private(set) var start: UInt64 = 0
  /// The most bytes that were live at once.
  private(set) var peakBytes = 0

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
          let name = names[key] ?? RecordedCaches.name(event, copy.symbols, joins: joiningKmallocKinds)
          names[key] = name
          guard !name.isEmpty else { continue }
          caches[name, default: Cache(stride: Int(event.allocatedBytes))].allocations += 1
          if isUnseen { caches[name]?.unseen += 1 }
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
      // A named cache's name does not depend on the size.
      bytes = event.cache == AllocationEvent.noCache ? event.allocatedBytes : 0
    }
  }

  /// The name of the cache that served an allocation; empty for a block of pages and for a cache without a name.
  private static func name(_ event: AllocationEvent, _ symbols: [String], joins: Bool) -> String {
    guard event.cache == AllocationEvent.noCache else {
      let name = symbols[Int(event.cache)]
      return name == "?" ? "" : joins ? KernelSamples.family(of: name) : name
    }
    guard event.allocatedBytes <= KmallocClasses.largest else { return "" }
    return KmallocKind.normal.cacheName(bytes: KmallocClasses.size(for: Int(event.allocatedBytes)))
  }
}
