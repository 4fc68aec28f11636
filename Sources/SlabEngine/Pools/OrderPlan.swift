/// Order of a pool's next slab: its turn in the alternation, and the orders that the pool avoids because the page allocator
/// refused them. Part of `SlabPool`, hence used only while the pool's lock is held.
struct OrderPlan {
  /// Orders that successive slabs take, in turn.
  let orders: [Int]
  /// Whether a pool falls back to its lowest order at once.
  let fallsBackToLowest: Bool
  /// Orders that the pool may take instead of a planned higher one, a bit each; see `OrderPolicy.fitsFreeBlocks`.
  let fittingOrders: UInt32
  /// Bytes of tails in 4 MiB of slabs of each order that the pool may take for its smallest tail; `Int.max` for other orders.
  private var tails = InlineArray<11, Int>(repeating: .max)
  private let longestBackOff: Int
  private let startsSmall: Bool
  private let lowest: Int
  private var turn = 0
  private var avoidances = InlineArray<11, Avoidance>(repeating: Avoidance())
  private(set) var counters = OrderCounters()

  /// State of an order that the page allocator refused.
  private struct Avoidance {
    /// Attempts to add a slab in which the order is still avoided, and their number after the next refusal.
    var attemptsLeft = 0
    var nextAttempts = 1
    /// Time of the first refusal since the last slab of the order; nil if the order is not avoided.
    var since: Int?
  }

  init(_ policy: OrderPolicy, stride: Int) {
    orders = policy.plannedOrders(stride: stride)
    fallsBackToLowest = policy.fallsBackToLowest
    var fitting: UInt32 = 0
    for order in 0...PageAllocator.maximumOrder where policy.fitsFreeBlocks && policy.fits(order: order, stride: stride)
    {
      fitting |= 1 << UInt32(order)
    }
    fittingOrders = fitting
    longestBackOff = policy.longestBackOff
    startsSmall = policy.startsSmall
    lowest = policy.minimumOrder(stride: stride)
    guard policy.prefersSmallestTail else { return }
    for order in lowest...max(lowest, min(policy.maximumOrder, PageAllocator.maximumOrder)) {
      tails[order] = OrderPlan.tail(ofOrder: order, stride: stride) << (PageAllocator.maximumOrder - order)
    }
  }

  private static func tail(ofOrder order: Int, stride: Int) -> Int {
    let bytes = MachineMemory.pageBytes << order
    return bytes - min(bytes / stride, PageDescriptor.maximumObjects) * stride
  }

  /// Returns the planned order of the next slab of a pool that has `slabBytes` bytes of slabs.
  func plannedOrder(slabBytes: Int) -> Int {
    var order = orders[turn]
    if startsSmall { while order > lowest, MachineMemory.pageBytes << order > slabBytes { order -= 1 } }
    // Of orders with equal shares the planned one, otherwise the lowest, is taken.
    var best = order
    for other in tails.indices where tails[other] < tails[best] && MachineMemory.pageBytes << (other + 3) <= slabBytes {
      best = other
    }
    return best
  }

  /// Decides whether to request an order for the slab that is being allocated. An order that was refused is avoided for some
  /// attempts to add a slab; each call counts one of them. The pool's lowest order is never avoided, because no lower one
  /// can replace it.
  mutating func mayRequest(_ order: Int) -> Bool {
    guard avoidances[order].since != nil else { return true }
    guard avoidances[order].attemptsLeft > 0 else {
      counters.retried[order] += 1
      return true
    }
    avoidances[order].attemptsLeft -= 1
    counters.avoidedRequests[order] += 1
    return false
  }

  /// Records that the page allocator has no block of this order.
  /// - Parameter time: microseconds of the engine's clock.
  mutating func recordRefusal(of order: Int, at time: Int) {
    counters.refused[order] += 1
    guard order > lowest, longestBackOff > 0 else { return }
    let attempts = min(avoidances[order].nextAttempts, longestBackOff)
    avoidances[order] = Avoidance(
      attemptsLeft: attempts, nextAttempts: min(attempts * 2, longestBackOff), since: avoidances[order].since ?? time)
  }

  /// Records a new slab and passes the turn to the next order of the alternation.
  mutating func recordGrowth(order: Int, planned: Int, at time: Int) {
    counters.grown[order] += 1
    counters.planned[planned] += 1
    if order < planned { counters.fallenBack[order] += 1 }
    if let since = avoidances[order].since { counters.avoidedMicroseconds[order] += max(0, time - since) }
    avoidances[order] = Avoidance()
    turn = (turn + 1) % orders.count
  }

  /// Records that a slab of this order was returned to the page allocator.
  mutating func recordReturn(of order: Int) { counters.returned[order] += 1 }

  /// Returns how long an order was avoided until `time`, in microseconds of the engine's clock.
  func microsecondsAvoided(_ order: Int, until time: Int) -> Int {
    counters.avoidedMicroseconds[order] + (avoidances[order].since.map { max(0, time - $0) } ?? 0)
  }

  /// Whether an order is avoided at present.
  func isAvoided(_ order: Int) -> Bool { avoidances[order].since != nil }
}

/// Counts of a pool's slabs and page requests by order 0...10, since the pool was made.
struct OrderCounters {
  /// Slabs by the order that was planned for them.
  var planned = InlineArray<11, Int>(repeating: 0)
  /// Slabs by the order that they were allocated with.
  var grown = InlineArray<11, Int>(repeating: 0)
  /// Slabs that were returned to the page allocator.
  var returned = InlineArray<11, Int>(repeating: 0)
  /// Requests that the page allocator refused.
  var refused = InlineArray<11, Int>(repeating: 0)
  /// Requests of an order that had been avoided since an earlier refusal.
  var retried = InlineArray<11, Int>(repeating: 0)
  /// Slabs allocated with this order in place of a higher one (order fallbacks).
  var fallenBack = InlineArray<11, Int>(repeating: 0)
  /// Attempts to add a slab in which the order was not requested because it had been refused before.
  var avoidedRequests = InlineArray<11, Int>(repeating: 0)
  /// Microseconds of the engine's clock from a first refusal to the next slab of the order; past periods only.
  var avoidedMicroseconds = InlineArray<11, Int>(repeating: 0)
}
