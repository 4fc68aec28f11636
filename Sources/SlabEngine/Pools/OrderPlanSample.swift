/// Planned page orders of a cache's slabs and what became of the plan: counts by order 0...10 since the cache was made.
public struct OrderPlanSample: Sendable, Hashable {
  /// Orders that successive slabs are planned to take, in turn, once the pool is large enough for them.
  public var orders: [Int] = []
  /// Orders that are avoided at present because the page allocator refused them.
  public var avoidedOrders: [Int] = []
  /// Slabs allocated so far, by planned order.
  public var plannedSlabsByOrder = OrderPlanSample.zeros
  /// Slabs allocated so far, by actual order.
  public var grownSlabsByOrder = OrderPlanSample.zeros
  /// Requests of an order that had been refused before and was then avoided for a while.
  public var retriesByOrder = OrderPlanSample.zeros
  /// Attempts to add a slab in which the order was not requested because it had been refused before.
  public var avoidedRequestsByOrder = OrderPlanSample.zeros
  /// Microseconds of the workload's time for which the order was avoided: from a refusal to the next slab of the order, or
  /// to this sample. The engine's clock (`SlabEngine.setTime`) has the resolution with which its driver sets it.
  public var avoidedMicrosecondsByOrder = OrderPlanSample.zeros

  private static let zeros = [Int](repeating: 0, count: PageAllocator.maximumOrder + 1)

  /// A plan of no order.
  public init() {}

  /// Adds the counts of a pool's plan. A cache that left a shared pool has several pools.
  /// - Parameter isCurrent: whether the cache allocates from the pool.
  mutating func add(_ plan: OrderPlan, isCurrent: Bool, at time: Int) {
    if isCurrent { orders = plan.orders }
    for order in plannedSlabsByOrder.indices {
      plannedSlabsByOrder[order] += plan.counters.planned[order]
      grownSlabsByOrder[order] += plan.counters.grown[order]
      retriesByOrder[order] += plan.counters.retried[order]
      avoidedRequestsByOrder[order] += plan.counters.avoidedRequests[order]
      avoidedMicrosecondsByOrder[order] += plan.microsecondsAvoided(order, until: time)
      if isCurrent, plan.isAvoided(order) { avoidedOrders.append(order) }
    }
  }
}
