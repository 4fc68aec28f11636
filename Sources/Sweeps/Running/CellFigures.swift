package import Advisor
import Telemetry

/// Figures of a replay that depend on its cell only: equal cells have equal figures, on any machine.
///
/// The keys are those of `slabscope compare --format json`.
package struct CellFigures: Sendable, Hashable, Codable {
  /// Number of events played.
  package var events = 0
  /// Maximum of the bytes of slabs and of blocks of large objects.
  package var peakSlabBytes = 0
  /// Time-weighted mean of the bytes of slabs and of blocks of large objects.
  package var meanSlabBytes = 0
  /// Time-weighted mean of the requested bytes of live objects.
  package var meanLiveBytes = 0
  /// Requested bytes of live objects at the peak of slab memory.
  package var liveBytesAtPeak = 0
  /// Share (0...1) of the allocated bytes of live objects that was not requested, at the peak of slab memory.
  package var internalFragmentation = 0.0
  /// Share (0...1) of slab memory that is not in live objects, at the peak of slab memory.
  package var slabFragmentation = 0.0
  /// Number of pages in slabs above order 0, at the peak of slab memory.
  package var highOrderPages = 0
  /// Share (0...1) of free memory that is unusable for a request of order 3, at the peak of slab memory.
  package var unusableFreeIndex = 0.0
  /// Slabs allocated with a lower page order than the preferred one.
  package var orderFallbacks = 0
  /// Page requests of slabs for which the page allocator had no block.
  package var orderRefusals = 0
  /// Allocations that failed because memory was exhausted.
  package var failedAllocations = 0
  /// Number of magazines refilled from slabs per 1,000 allocations.
  package var refillsPerThousand = 0.0
  /// Objects that the shuffler moved.
  package var evacuatedObjects = 0
  /// Bytes of the objects that the shuffler moved.
  package var evacuatedBytes = 0
  /// Pages of slabs that were evacuated by moving their objects.
  package var evacuatedPages = 0
  /// Pages of slabs that became empty without moves and were returned to the page allocator.
  package var emptySlabPages = 0

  enum CodingKeys: String, CodingKey, CaseIterable {
    case events
    case peakSlabBytes = "peak_slab_bytes"
    case meanSlabBytes = "mean_slab_bytes"
    case meanLiveBytes = "mean_live_bytes"
    case liveBytesAtPeak = "live_bytes_at_peak"
    case internalFragmentation = "internal_fragmentation"
    case slabFragmentation = "slab_fragmentation"
    case highOrderPages = "high_order_pages"
    case unusableFreeIndex = "unusable_free_index"
    case orderFallbacks = "order_fallbacks"
    case orderRefusals = "order_refusals"
    case failedAllocations = "failed_allocations"
    case refillsPerThousand = "refills_per_1000_allocations"
    case evacuatedObjects = "evacuated_objects"
    case evacuatedBytes = "evacuated_bytes"
    case evacuatedPages = "evacuated_pages"
    case emptySlabPages = "empty_slab_pages"
  }

  /// Creates figures that are all 0.
  package init() {}

  /// Creates the figures of a run.
  package init(_ run: ComparedRun) {
    events = run.events
    (peakSlabBytes, meanSlabBytes, meanLiveBytes) = (run.peakSlabBytes, run.meanSlabBytes, run.meanLiveBytes)
    liveBytesAtPeak = run.ledgerAtPeak[.livePayload]
    (internalFragmentation, slabFragmentation) = (run.internalFragmentation, run.slabFragmentation)
    (highOrderPages, unusableFreeIndex) = (run.highOrderPages, run.unusableFreeIndex)
    (orderFallbacks, orderRefusals) = (run.orderFallbacks, run.orderRefusals)
    (failedAllocations, refillsPerThousand) = (run.failedAllocations, run.refillsPerThousand)
    (evacuatedObjects, evacuatedBytes) = (run.evacuatedObjects, run.evacuatedBytes)
    (evacuatedPages, emptySlabPages) = (run.evacuatedPages, run.emptySlabPages)
  }
}
