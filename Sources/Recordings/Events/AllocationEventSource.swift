/// Source of allocation events: a recording or a generator of synthetic traffic.
public protocol AllocationEventSource: Sendable {
  /// Short name for screens and exports, such as `imix` or `01_tcp_bulk_1`.
  var name: String { get }
  /// Description of the traffic, in one line.
  var summary: String { get }
  /// Strings that `site` and `cache` of the events index. Strings may be appended; the index of a string never changes.
  var symbols: [String] { get }
  /// Ticks of ``AllocationEvent/time`` in a second: 1,000,000 if times are microseconds, 0 if the clock's rate is unknown.
  var ticksPerSecond: UInt64 { get }
  /// Number of CPUs; all CPU numbers of events are less.
  var cpuCount: Int { get }
  /// Whether the caches have already been merged by a kernel, so that a replay must not merge them again.
  var hasMergedCaches: Bool { get }
  /// Whether the requested sizes of skb data are rounded up to a size class (``SkbDataCallSites``), as a kernel does.
  var roundsSkbDataSizes: Bool { get }
  /// Names of the caches whose owners provide a mover of their objects, so that a shuffler may move them.
  var movableCaches: [String] { get }
  /// Bytes of machine memory that the source is meant for; nil if any size that suffices will do.
  var memoryBytes: Int? { get }
  /// Replaces the contents of `batch` by the next events. `batch` is empty at the end of the source; a generator has no end.
  mutating func nextBatch(into batch: inout [AllocationEvent]) throws
  /// Sets the position back to the first event.
  mutating func rewind()
  /// Returns the allocations that have no free in the source. A recording reads all its events; a generator has none.
  func unseenFrees() throws -> UnseenFrees
  /// Returns the number of bytes in use of each object for which it is known. A recording that knows any reads all its
  /// events; a generator has none.
  func usedBytesByAllocation() throws -> UsedBytesByAllocation
}

extension AllocationEventSource {
  /// False: the caches of a generator have not been merged.
  public var hasMergedCaches: Bool { false }
  /// False: a generator requests the bytes that it needs.
  public var roundsSkbDataSizes: Bool { false }
  /// No cache: the kernels that recordings are made on move no objects.
  public var movableCaches: [String] { [] }
  /// Nil: any size that suffices.
  public var memoryBytes: Int? { nil }
  /// Returns no allocations: a generator frees all objects that it allocates.
  public func unseenFrees() throws -> UnseenFrees { UnseenFrees() }
  /// Returns no figures: the objects of a generator are in use completely.
  public func usedBytesByAllocation() throws -> UsedBytesByAllocation { UsedBytesByAllocation() }
}
