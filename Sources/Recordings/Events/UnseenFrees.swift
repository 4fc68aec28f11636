/// Set of the allocations of a source that have no free in it, with one bit for each allocation.
///
/// The kernel frees some objects without an event: in bulk (kmem_cache_free_bulk), by RCU (kfree_rcu) and from the NAPI skb
/// cache. Other objects live longer than the recording. <doc:NeverFreed> describes when a replay frees them.
public struct UnseenFrees: Sendable {
  @usableFromInline var words: [UInt64] = []
  /// Number of the latest allocation in each slot.
  private var slots: [Int] = []
  /// Number of successful allocations read.
  public private(set) var allocations = 0

  /// Creates an empty set.
  public init() {}

  /// Creates the set of the allocations without a free in a list of events.
  /// - Complexity: O(events).
  public init(of events: [AllocationEvent]) {
    for event in events { add(event.outcome, slot: event.slot) }
  }

  /// Adds the next event.
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

  /// Returns whether the object of an allocation has no free in the source.
  /// - Parameter allocation: Number of the allocation, from 0. Failed allocations are not counted.
  @inlinable @inline(__always)
  public func contains(_ allocation: Int) -> Bool {
    allocation >> 6 < words.count && words[allocation >> 6] >> UInt64(allocation & 63) & 1 == 1
  }

  /// Returns the set of a part of the source, in which allocations have other numbers.
  /// - Parameters:
  ///   - first: Numbers that the first allocations of the part have in the source, in their order in the part.
  ///   - rest: Numbers that the other allocations of the part have in the source.
  package func renumbered(_ first: [Int], then rest: Range<Int>) -> UnseenFrees {
    var part = UnseenFrees()
    for number in first { part.append(contains(number)) }
    for number in rest.clamped(to: 0..<max(allocations, 1)) { part.append(contains(number)) }
    return part
  }

  /// Adds the next allocation.
  private mutating func append(_ isUnseen: Bool) {
    if allocations >> 6 == words.count { words.append(0) }
    if isUnseen { words[allocations >> 6] |= 1 << UInt64(allocations & 63) }
    allocations += 1
  }

  /// Number of allocations without a free.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
