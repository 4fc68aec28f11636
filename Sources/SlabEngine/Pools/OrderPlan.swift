/// Which order a pool's next slab takes: its place in the alternation, and which orders are left alone since memory
/// refused them. Part of `SlabPool`, hence reached only with the pool's lock held.
struct OrderPlan {
  private let orders: [Int]
  private let longestBackOff: Int
  private let startsSmall: Bool
  private let lowest: Int
  private var turn = 0
  private var waits = InlineArray<11, Wait>(repeating: Wait())
  private(set) var counters = OrderCounters()

  /// How long an order is still left alone, and how long it will be after the next refusal.
  private struct Wait {
    var remaining = 0
    var next = 1
  }

  init(_ policy: OrderPolicy, stride: Int) {
    orders = policy.plannedOrders(stride: stride)
    longestBackOff = policy.longestBackOff
    startsSmall = policy.startsSmall
    lowest = policy.minimumOrder(stride: stride)
  }

  /// The order that the next slab of a pool should have whose slabs hold `slabBytes` by now.
  func planned(slabBytes: Int) -> Int {
    var order = orders[turn]
    guard startsSmall else { return order }
    while order > lowest, MachineMemory.pageBytes << order > slabBytes { order -= 1 }
    return order
  }

  /// Whether an order may be asked for now; each call brings a refused order's next try nearer. The lowest order of a
  /// pool is asked for always: what it can satisfy succeeds.
  mutating func mayAsk(_ order: Int) -> Bool {
    guard waits[order].remaining > 0 else { return true }
    waits[order].remaining -= 1
    return false
  }

  /// Memory has no block of this order.
  mutating func refused(_ order: Int) {
    counters.refused[order] += 1
    waits[order].remaining = min(waits[order].next, longestBackOff)
    waits[order].next = min(waits[order].next * 2, max(1, longestBackOff))
  }

  /// A slab of this order was made where one of the planned order was wanted.
  mutating func grew(_ order: Int, planned: Int) {
    counters.grown[order] += 1
    if order < planned { counters.fallenBack[order] += 1 }
    waits[order] = Wait()
    turn = (turn + 1) % orders.count
  }

  /// A slab of this order was given up.
  mutating func returned(_ order: Int) { counters.returned[order] += 1 }
}

/// What became of slabs, for each order 0...10.
struct OrderCounters {
  /// Slabs made, and slabs given back.
  var grown = InlineArray<11, Int>(repeating: 0)
  var returned = InlineArray<11, Int>(repeating: 0)
  /// Times the page allocator refused the order.
  var refused = InlineArray<11, Int>(repeating: 0)
  /// Slabs of this order made in place of a higher one.
  var fallenBack = InlineArray<11, Int>(repeating: 0)
}
