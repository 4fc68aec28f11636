public import Telemetry

/// What came of playing some events under one policy, on a machine of some memory, some of it taken away.
public struct ComparedRun: Sendable, Hashable, Encodable {
  /// What was played on: columns of a comparison.
  public struct Setting: Sendable, Hashable {
    /// The policy's name.
    public var policy: String
    /// Bytes of machine memory.
    public var memoryBytes: Int
    /// Percent of the memory that a page hog holds, in single pages with a free one beside each.
    public var pressure: Int
  }

  /// One moment.
  public struct Moment: Sendable, Hashable {
    /// Seconds of the workload's own time.
    public var seconds: Double
    /// Bytes of slabs, and of live objects as their owners asked for them.
    public var slabBytes: Int
    /// Bytes that owners asked for.
    public var liveBytes: Int
  }

  /// What was played on.
  public var setting: Setting
  /// Events played.
  public var events = 0
  /// Bytes of slabs at the moment when they were most, and on average over the workload's time.
  public var peakSlabBytes = 0
  /// Bytes of slabs on average over the workload's time.
  public var meanSlabBytes = 0
  /// Bytes that owners of live objects asked for, on average.
  public var meanLiveBytes = 0
  /// Where all memory was at that moment.
  public var ledgerAtPeak = ByteLedger()
  /// Slabs of each order 0...10 at that moment.
  public var slabsByOrder = [Int](repeating: 0, count: 11)
  /// Pages of slabs above order 0 at that moment.
  public var highOrderPages = 0
  /// The share of free memory at that moment that no request of order 3 can use (the kernel's unusable free space index).
  public var unusableFreeIndex = 0.0
  /// Slabs made of a lower order than wanted, and page requests refused.
  public var orderFallbacks = 0
  /// Page requests that were refused.
  public var orderRefusals = 0
  /// Allocations that failed.
  public var failedAllocations = 0
  /// Magazines refilled from slabs, per 1,000 allocations.
  public var refillsPerThousand = 0.0
  /// Objects freed on another CPU than they were allocated on; nil where data capture is built out.
  public var remoteFrees: Int?
  /// Objects that the shuffler moved: of caches that the policy names as movable.
  public var evacuatedObjects = 0
  /// Bytes of those objects.
  public var evacuatedBytes = 0
  /// Pages that became free because the objects of their slabs were moved.
  public var evacuatedPages = 0
  /// Pages that the shuffler returned: of evacuated slabs, and of slabs that were empty.
  public var shuffledPages = 0
  /// Pages that were returned to the page allocator because their slabs were empty, without any object being moved.
  public var emptySlabPages = 0
  /// Nanoseconds an event, the player's stamps included: the only figure that differs from run to run.
  public var nanosecondsPerEvent = 0.0
  /// Memory over time.
  public var moments: [Moment] = []
  /// Slab memory of each cache, in the order of their names; large requests are one of them.
  public var caches: [ComparedCache] = []

  init(_ setting: Setting) { self.setting = setting }

  /// Of the bytes of live objects at the peak, the share that nobody asked for: rounding and alignment.
  public var internalFragmentation: Double {
    let lost = ledgerAtPeak[.rounding] + ledgerAtPeak[.alignmentAndMetadata]
    let live = ledgerAtPeak[.livePayload] + lost
    return live == 0 ? 0 : Double(lost) / Double(live)
  }

  /// Of the bytes of slabs at the peak, the share that no live object covers.
  public var slabFragmentation: Double {
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

  /// Encodes every figure under its snake_case name; the moments are for pictures and left out.
  public func encode(to encoder: any Encoder) throws {
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
