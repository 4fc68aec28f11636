package import Telemetry

/// Result of a replay of events under one policy, with a given machine memory and memory pressure.
package struct ComparedRun: Sendable, Hashable, Encodable {
  /// Policy, machine memory and memory pressure of a run.
  package struct Setting: Sendable, Hashable {
    /// Name of the policy.
    package var policy: String
    /// Bytes of machine memory.
    package var memoryBytes: Int
    /// Memory pressure: percentage of the memory that the memory hog allocates, in single pages with a free page beside each.
    package var pressure: Int
  }

  /// Memory at one time.
  package struct Sample: Sendable, Hashable {
    /// Time on the workload's clock in seconds.
    package var seconds: Double
    /// Bytes of slabs and of blocks of large objects.
    package var slabBytes: Int
    /// Requested bytes of live objects.
    package var liveBytes: Int
  }

  /// Policy, memory and pressure of the run.
  package var setting: Setting
  /// Number of events played.
  package var events = 0
  /// Maximum of the bytes of slabs and of blocks of large objects.
  package var peakSlabBytes = 0
  /// Time-weighted mean of the bytes of slabs and of blocks of large objects.
  package var meanSlabBytes = 0
  /// Time-weighted mean of the requested bytes of live objects.
  package var meanLiveBytes = 0
  /// Use of all memory at the peak of slab memory.
  package var ledgerAtPeak = ByteLedger()
  /// Number of slabs of each page order 0...10 at the peak of slab memory.
  package var slabsByOrder = [Int](repeating: 0, count: 11)
  /// Number of pages in slabs above order 0 at the peak of slab memory.
  package var highOrderPages = 0
  /// The kernel's unusable free space index at the peak of slab memory: share (0...1) of free memory that is unusable for a
  /// request of order 3.
  package var unusableFreeIndex = 0.0
  /// Order fallbacks: slabs allocated with a lower page order than the preferred one.
  package var orderFallbacks = 0
  /// Page requests of slabs for which the page allocator had no block.
  package var orderRefusals = 0
  /// Allocations that failed because memory was exhausted.
  package var failedAllocations = 0
  /// Number of magazines refilled from slabs per 1,000 allocations.
  package var refillsPerThousand = 0.0
  /// Remote frees: objects freed on another CPU than the allocating one; nil without data capture.
  package var remoteFrees: Int?
  /// Objects that the shuffler moved. It moves only objects of caches that the policy declares movable.
  package var evacuatedObjects = 0
  /// Bytes of the objects that the shuffler moved.
  package var evacuatedBytes = 0
  /// Pages of slabs that were evacuated by moving their objects.
  package var evacuatedPages = 0
  /// Pages that the shuffler returned to the page allocator, of evacuated and of empty slabs.
  package var shuffledPages = 0
  /// Pages of slabs that became empty without moves and were returned to the page allocator.
  package var emptySlabPages = 0
  /// Nanoseconds per event, including the stamps that the player writes into objects. No other figure differs between
  /// repetitions of a run.
  package var nanosecondsPerEvent = 0.0
  /// Memory over time.
  package var samples: [Sample] = []
  /// Slab memory of each cache, sorted by name, including one entry for large requests.
  package var caches: [ComparedCache] = []

  init(_ setting: Setting) { self.setting = setting }

  /// Share (0...1) of the allocated bytes of live objects that was not requested (rounding, alignment and debug metadata), at the
  /// peak of slab memory.
  package var internalFragmentation: Double {
    let lost = ledgerAtPeak[.rounding] + ledgerAtPeak[.alignmentAndMetadata]
    let live = ledgerAtPeak[.livePayload] + lost
    return live == 0 ? 0 : Double(lost) / Double(live)
  }

  /// Share (0...1) of slab memory that is not in live objects, at the peak of slab memory.
  package var slabFragmentation: Double {
    let parts: [ByteLedger.Part] = [.slabTail, .freeInMagazines, .freeInPartialSlabs, .emptySlabs]
    let free = parts.reduce(0) { $0 + ledgerAtPeak[$1] }
    return peakSlabBytes == 0 ? 0 : Double(free) / Double(peakSlabBytes)
  }

  private enum CodingKeys: String, CodingKey {
    case policy, pressure, events
    case memoryBytes = "memory_bytes"
    case peakSlabBytes = "peak_slab_bytes"
    case meanSlabBytes = "mean_slab_bytes"
    case meanLiveBytes = "mean_live_bytes"
    case ledgerAtPeak = "ledger_at_peak"
    case slabsByOrder = "slabs_by_order"
    case highOrderPages = "high_order_pages"
    case unusableFreeIndex = "unusable_free_index"
    case internalFragmentation = "internal_fragmentation"
    case slabFragmentation = "slab_fragmentation"
    case orderFallbacks = "order_fallbacks"
    case orderRefusals = "order_refusals"
    case failedAllocations = "failed_allocations"
    case refillsPerThousand = "refills_per_1000_allocations"
    case remoteFrees = "remote_frees"
    case evacuatedObjects = "evacuated_objects"
    case evacuatedBytes = "evacuated_bytes"
    case evacuatedPages = "evacuated_pages"
    case shuffledPages = "shuffled_pages"
    case emptySlabPages = "empty_slab_pages"
    case nanosecondsPerEvent = "ns_per_event"
  }

  /// Encodes every figure under its snake_case name, without ``samples`` and ``caches``.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(setting.policy, forKey: .policy)
    try object.encode(setting.memoryBytes, forKey: .memoryBytes)
    try object.encode(setting.pressure, forKey: .pressure)
    try object.encode(ledgerAtPeak, forKey: .ledgerAtPeak)
    try object.encode(slabsByOrder, forKey: .slabsByOrder)
    for (key, value) in [
      (CodingKeys.events, events), (.peakSlabBytes, peakSlabBytes), (.meanSlabBytes, meanSlabBytes),
      (.meanLiveBytes, meanLiveBytes), (.highOrderPages, highOrderPages), (.orderFallbacks, orderFallbacks),
      (.orderRefusals, orderRefusals), (.failedAllocations, failedAllocations),
      (.evacuatedObjects, evacuatedObjects), (.evacuatedBytes, evacuatedBytes), (.evacuatedPages, evacuatedPages),
      (.shuffledPages, shuffledPages), (.emptySlabPages, emptySlabPages),
    ] { try object.encode(value, forKey: key) }
    for (key, value) in [
      (CodingKeys.unusableFreeIndex, unusableFreeIndex), (.internalFragmentation, internalFragmentation),
      (.slabFragmentation, slabFragmentation), (.refillsPerThousand, refillsPerThousand),
      (.nanosecondsPerEvent, nanosecondsPerEvent),
    ] { try object.encode(value, forKey: key) }
    try object.encode(remoteFrees, forKey: .remoteFrees)
  }
}
