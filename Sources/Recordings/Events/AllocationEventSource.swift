/// Where events come from: a recording or a generator. A player can't tell which.
public protocol AllocationEventSource: Sendable {
  /// A short name for screens and exports, e.g. `imix` or `01_tcp_bulk_1`.
  var name: String { get }
  /// One line that says what this traffic is.
  var summary: String { get }
  /// The strings that `site` and `cache` index. Grows only; an index keeps its meaning.
  var symbols: [String] { get }
  /// Ticks of `AllocationEvent.time` in a second: 1_000_000 for microseconds. 0 where the clock's rate is unknown (a counter).
  var ticksPerSecond: UInt64 { get }
  /// CPUs are numbered below this.
  var cpuCount: Int { get }
  /// Whether cache names are those that a kernel has after merging caches, so that none are to be merged again.
  var cachesAreMerged: Bool { get }
  /// Whether the sizes of skb data were rounded up before they were asked for (`SkbDataCallSites`), as a kernel does.
  var roundsDataSizes: Bool { get }
  /// Replaces `batch` by the next events, in order; empty at the end of the source (generators never end).
  mutating func nextBatch(into batch: inout [AllocationEvent]) throws
  /// Goes back to the first event.
  mutating func rewind()
  /// Which allocations are never seen freed. A recording is read through for it; generators free all that they allocate.
  func unseenFrees() throws -> UnseenFrees
  /// How much of each object was in use. A recording is read through for it, if it has any; generators ask for what they use.
  func objectUses() throws -> ObjectUses
}

extension AllocationEventSource {
  /// Generators name the caches that their model has.
  public var cachesAreMerged: Bool { false }
  /// Generators ask for what they need.
  public var roundsDataSizes: Bool { false }
  /// Generators free what they allocate.
  public func unseenFrees() throws -> UnseenFrees { UnseenFrees() }
  /// Generators ask for what they use.
  public func objectUses() throws -> ObjectUses { ObjectUses() }
}
