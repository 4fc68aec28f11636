/// Page orders of slabs: which order a pool prefers, how the orders of successive slabs alternate, and which order replaces
/// one that the page allocator refuses (S7 of the mail).
///
/// The preferred order is calculated as in SLUB (`calculate_order` in mm/slub.c): the lowest order that holds enough objects
/// and leaves at most 1/16 of the slab unused in its tail, else 1/8, 1/4, 1/2. Successive slabs take the orders of
/// `alternation`. If the page allocator refuses an order, the pool falls back to the next lower order that holds an object
/// (as in SLUB to the lowest, if `fallsBackToLowest`). It then avoids the refused order for some attempts to add a
/// slab, twice as many after each refusal, before it retries.
public struct OrderPolicy: Sendable, Hashable {
  /// The highest order to request, unless a single object needs a higher one.
  public var maximumOrder: Int
  /// Number of objects that a slab should hold at least, if an order of up to `maximumOrder` does.
  public var minimumObjects: Int
  /// Differences between the orders of successive slabs and the preferred order, in turn: `[0]` always takes the preferred
  /// order, `[0, -1]` alternates between it and the next lower one. An order out of range is replaced by the nearest in range.
  public var alternation: [Int]
  /// The largest share of a slab, from 0 to 1, that an order of the alternation may leave unused in the tail. An order that
  /// leaves more, and more than the preferred order does, is replaced by the nearest order towards the preferred one.
  public var alternationTail: Double
  /// Whether a pool grows in proportion: no slab is larger than all slabs that the pool already has, so that a cache that is
  /// hardly used has little slab memory.
  public var startsSmall: Bool
  /// Whether a pool falls back to the lowest order that holds an object, as SLUB does, instead of the next lower order.
  public var fallsBackToLowest: Bool
  /// The most attempts to add a slab in which a refused order is avoided before it is retried; 0 requests it each time.
  public var longestBackOff: Int
  /// Whether a pool takes a lower order than its turn if memory is fragmented and a free block has exactly that order, so that
  /// larger blocks remain for caches that need them. The slab's tail must be within `alternationTail`.
  public var fitsFreeBlocks: Bool
  /// Whether a pool takes, in place of its turn, the order up to `maximumOrder` that leaves the smallest share of a slab unused
  /// in the tail. Such a slab is at most an eighth of the pool's slabs, so that only large pools have slabs of a higher order
  /// than they would otherwise have.
  public var prefersSmallestTail: Bool
  /// The preferred order, in place of the calculated one; nil calculates it.
  public var preferred: Int?
  /// Settings of caches that differ from these, by the cache's name. They take precedence over `byStride`.
  public var byCache: [String: OrderOverride] = [:]
  /// Settings of pools that differ from these, by stride in bytes (from one object to the next).
  public var byStride: [Int: OrderOverride] = [:]

  /// Whether any cache or stride has settings of its own.
  var hasOverrides: Bool { !byCache.isEmpty || !byStride.isEmpty }

  /// Creates a policy; by default SLUB's highest order (3), slabs of 8 objects or more, always of the preferred order.
  public init(
    maximumOrder: Int = 3, minimumObjects: Int = 8, alternation: [Int] = [0], alternationTail: Double = 0.125,
    startsSmall: Bool = false, fallsBackToLowest: Bool = false, longestBackOff: Int = 64,
    fitsFreeBlocks: Bool = false, prefersSmallestTail: Bool = false
  ) {
    self.maximumOrder = maximumOrder
    self.minimumObjects = minimumObjects
    self.alternation = alternation.isEmpty ? [0] : alternation
    self.alternationTail = alternationTail
    self.startsSmall = startsSmall
    self.fallsBackToLowest = fallsBackToLowest
    self.longestBackOff = longestBackOff
    self.fitsFreeBlocks = fitsFreeBlocks
    self.prefersSmallestTail = prefersSmallestTail
  }

  /// The number of objects that SLUB wants in a slab at least on a machine of `cpus` CPUs: 4 * (fls(CPUs) + 1)
  /// (`calculate_order` in mm/slub.c).
  public static func slubMinimumObjects(cpus: Int) -> Int { 4 * (Int.bitWidth - max(1, cpus).leadingZeroBitCount + 1) }

  /// Returns the lowest order whose slab holds an object of `stride` bytes.
  func minimumOrder(stride: Int) -> Int {
    var order = 0
    while MachineMemory.pageBytes << order < stride { order += 1 }
    return order
  }

  /// Returns the order that a pool of this stride prefers.
  public func preferredOrder(stride: Int) -> Int {
    let lowest = minimumOrder(stride: stride)
    if let preferred { return min(max(preferred, lowest), max(lowest, PageAllocator.maximumOrder)) }
    guard lowest < maximumOrder else { return lowest }
    // No more objects than a slab of the highest order holds.
    let wanted = min(minimumObjects, max(1, MachineMemory.pageBytes << maximumOrder / stride))
    for tolerated in [16, 8, 4, 2] {
      for order in lowest...maximumOrder {
        let bytes = MachineMemory.pageBytes << order
        if bytes / stride >= wanted && bytes % stride * tolerated <= bytes { return order }
      }
    }
    return lowest
  }

  /// Returns the orders that successive slabs of this stride take, in turn.
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

  /// Whether a slab of an order leaves at most `alternationTail` unused.
  func fits(order: Int, stride: Int) -> Bool {
    order >= minimumOrder(stride: stride) && OrderPolicy.tail(ofOrder: order, stride: stride) <= alternationTail
  }

  /// Returns the share of a slab, from 0 to 1, that no object covers.
  private static func tail(ofOrder order: Int, stride: Int) -> Double {
    let bytes = MachineMemory.pageBytes << order
    return Double(bytes % stride) / Double(bytes)
  }
}
