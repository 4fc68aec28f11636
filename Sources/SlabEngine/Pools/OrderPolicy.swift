/// Which page orders a pool's slabs take, how they alternate, and what happens when memory refuses one (S7 of the mail).
///
/// The preferred order follows SLUB's `calculate_order` (Linux, mm/slub.c): the lowest order that holds enough objects
/// and wastes at most 1/16 of the slab in its tail, then 1/8, 1/4, 1/2. Successive slabs take the orders of
/// `alternation`, smaller ones at first where the policy `startsSmall`. An order that the page allocator refuses is
/// replaced by the next lower one that holds an object (or, as in SLUB, by the lowest: `fallsBackToLowest`), is left alone
/// for some growths, twice as many after each refusal, and then tried again.
public struct OrderPolicy: Sendable, Hashable {
  /// The highest order asked for, unless a single object needs more.
  public var maximumOrder: Int
  /// Objects that a slab should hold at least (as far as `maximumOrder` allows).
  public var minimumObjects: Int
  /// How successive slabs' orders differ from the preferred one, in turn: `[0]` always takes it, `[0, -1]` alternates
  /// with the next lower one. Where an order is out of range, the nearest in range counts.
  public var alternation: [Int]
  /// The share of a slab that an order of the alternation may leave without an object. One that leaves more, and more
  /// than the preferred one, is replaced by the nearest towards that.
  public var alternationTail: Double
  /// Whether a pool grows in proportion: no slab is larger than all that the pool has already, so that a cache that is
  /// hardly used holds little, and one in use soon has slabs of the preferred order.
  public var startsSmall: Bool
  /// Whether a refused order is replaced by the lowest that holds an object, as SLUB does, rather than by the next lower one.
  public var fallsBackToLowest: Bool
  /// Growths after which a refused order is tried again, at most; 0 tries it each time.
  public var longestBackOff: Int

  /// The preferred orders of general caches of some strides, in place of what the calculation says: bytes from one object
  /// to the next, and an order. Named caches go by the calculation.
  public var byStride: [Int: Int] = [:]

  /// As it holds for named caches.
  var forNamedCaches: OrderPolicy {
    var policy = self
    policy.byStride = [:]
    return policy
  }

  /// SLUB's highest order (3) by default, slabs of 8 objects or more, always of the preferred order.
  public init(
    maximumOrder: Int = 3, minimumObjects: Int = 8, alternation: [Int] = [0], alternationTail: Double = 0.125,
    startsSmall: Bool = false, fallsBackToLowest: Bool = false, longestBackOff: Int = 64
  ) {
    self.maximumOrder = maximumOrder
    self.minimumObjects = minimumObjects
    self.alternation = alternation.isEmpty ? [0] : alternation
    self.alternationTail = alternationTail
    self.startsSmall = startsSmall
    self.fallsBackToLowest = fallsBackToLowest
    self.longestBackOff = longestBackOff
  }

  /// The fewest objects that SLUB wants in a slab on a machine of so many CPUs: 4 * (fls(CPUs) + 1) (Linux, mm/slub.c,
  /// calculate_order).
  public static func slubMinimumObjects(cpus: Int) -> Int { 4 * (Int.bitWidth - max(1, cpus).leadingZeroBitCount + 1) }

  /// The lowest order whose slab holds at least one object of `stride` bytes.
  func minimumOrder(stride: Int) -> Int {
    var order = 0
    while MachineMemory.pageBytes << order < stride { order += 1 }
    return order
  }

  /// The order a pool of this stride asks for first.
  public func preferredOrder(stride: Int) -> Int {
    let lowest = minimumOrder(stride: stride)
    if let order = byStride[stride] { return min(max(order, lowest), max(lowest, PageAllocator.maximumOrder)) }
    guard lowest < maximumOrder else { return lowest }
    // No more than the highest order holds.
    let wanted = min(minimumObjects, max(1, MachineMemory.pageBytes << maximumOrder / stride))
    for tolerated in [16, 8, 4, 2] {
      for order in lowest...maximumOrder {
        let bytes = MachineMemory.pageBytes << order
        if bytes / stride >= wanted && bytes % stride * tolerated <= bytes { return order }
      }
    }
    return lowest
  }

  /// The orders that successive slabs of this stride take, in turn.
  func plannedOrders(stride: Int) -> [Int] {
    let (lowest, preferred) = (minimumOrder(stride: stride), preferredOrder(stride: stride))
    let highest = max(preferred, min(maximumOrder, PageAllocator.maximumOrder))
    let tolerated = max(alternationTail, OrderPolicy.tail(ofOrder: preferred, stride: stride))
    return alternation.map { difference in
      var order = min(max(preferred + difference, lowest), highest)
      while OrderPolicy.tail(ofOrder: order, stride: stride) > tolerated { order += order < preferred ? 1 : -1 }
      return order
    }
  }

  /// The share of a slab that no object covers.
  private static func tail(ofOrder order: Int, stride: Int) -> Double {
    let bytes = MachineMemory.pageBytes << order
    return Double(bytes % stride) / Double(bytes)
  }
}
