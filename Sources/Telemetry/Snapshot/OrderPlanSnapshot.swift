package import SlabEngine

/// Planned page orders of a cache's slabs and what became of the plan: counts by order 0...10 since the cache was made.
package struct OrderPlanSnapshot: Sendable, Hashable, Codable {
  /// Orders that successive slabs are planned to take, in turn.
  package var orders: [Int]
  /// Orders that are avoided at present because the page allocator refused them.
  package var avoidedOrders: [Int]
  /// Slabs allocated so far, by planned order.
  package var plannedSlabsByOrder: [Int]
  /// Slabs allocated so far, by actual order.
  package var grownSlabsByOrder: [Int]
  /// Requests of an order that had been refused before and was then avoided for a while.
  package var retriesByOrder: [Int]
  /// Attempts to add a slab in which the order was not requested because it had been refused before.
  package var avoidedRequestsByOrder: [Int]
  /// Microseconds of the workload's time for which the order was avoided, up to now.
  package var avoidedMicrosecondsByOrder: [Int]

  /// The plan of an engine's sample.
  package init(_ sample: OrderPlanSample) {
    (orders, avoidedOrders) = (sample.orders, sample.avoidedOrders)
    plannedSlabsByOrder = sample.plannedSlabsByOrder
    grownSlabsByOrder = sample.grownSlabsByOrder
    retriesByOrder = sample.retriesByOrder
    avoidedRequestsByOrder = sample.avoidedRequestsByOrder
    avoidedMicrosecondsByOrder = sample.avoidedMicrosecondsByOrder
  }

  private enum CodingKeys: String, CodingKey {
    case orders
    case avoidedOrders = "avoided_orders"
    case plannedSlabsByOrder = "planned_slabs_by_order"
    case grownSlabsByOrder = "grown_slabs_by_order"
    case retriesByOrder = "retries_by_order"
    case avoidedRequestsByOrder = "avoided_requests_by_order"
    case avoidedMicrosecondsByOrder = "avoided_us_by_order"
  }
}
