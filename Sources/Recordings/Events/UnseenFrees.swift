/// Which of a source's allocations end without an event that says so, by their number: one bit each.
///
/// The kernel frees in bulk (kmem_cache_free_bulk), by RCU (kfree_rcu) and from the NAPI skb cache without an event; and
/// objects outlive a recording. See <doc:NeverFreed> for what is made of that.
public struct UnseenFrees: Sendable {
  private var words: [UInt64] = []
  private var slots: [Int] = []
  /// Allocations looked at, failed ones apart.
  public private(set) var allocations = 0

  /// No allocation yet.
  public init() {}

  /// Those of a list of events.
  /// - Complexity: O(events).
  public init(of events: [AllocationEvent]) {
    for event in events { add(event.outcome, slot: event.slot) }
  }

  /// Takes in the next event.
  @inline(__always)
  mutating func add(_ outcome: AllocationEvent.Outcome, slot: UInt32) {
    switch outcome {
    case .allocated, .allocatedOverLive:
      if allocations >> 6 == words.count { words.append(0) }
      words[allocations >> 6] |= 1 << UInt64(allocations & 63)
      while slots.count <= Int(slot) { slots.append(0) }
      slots[Int(slot)] = allocations
      allocations += 1
    case .freed:
      let allocation = slots[Int(slot)]
      words[allocation >> 6] &= ~(1 << UInt64(allocation & 63))
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  /// Whether the object of the so-manieth successful allocation is never seen freed.
  @inline(__always)
  public func contains(_ allocation: Int) -> Bool {
    allocation >> 6 < words.count && words[allocation >> 6] >> UInt64(allocation & 63) & 1 == 1
  }

  /// How many there are.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
