import Testing

@testable import SlabEngine

/// Calculation of page orders from a policy and a stride.
@Suite struct OrderPolicyTests {
  @Test(arguments: [(1, 0), (4096, 0), (4097, 1), (8192, 1), (8193, 2), (20_000, 3), (4 << 20, 10)])
  func minimumOrderIsTheLowestThatHoldsAnObject(stride: Int, order: Int) {
    #expect(OrderPolicy().minimumOrder(stride: stride) == order)
  }

  /// Orders as SLUB calculates them for at least eight objects and orders up to 3.
  @Test(arguments: [
    // Eight objects fit into a page; 480 bytes leave a tail of exactly 1/16.
    (64, 0), (192, 0), (256, 0), (480, 0), (512, 0),
    // A page has seven objects, or a tail of more than 1/16.
    (520, 1), (456, 1), (1024, 1), (2048, 2), (4096, 3),
    // Order 3 has fewer than eight objects, with tails of up to 1/8, 1/4 and 1/2.
    (5000, 3), (8192, 3), (12_000, 3), (16_384, 3),
    // An object needs order 3 or more.
    (32_768, 3), (40_000, 4),
  ])
  func preferredOrderIsTheLowestWithEnoughObjectsAndASmallTail(stride: Int, order: Int) {
    #expect(OrderPolicy().preferredOrder(stride: stride) == order)
  }

  @Test func preferredOrderOfThePolicyHoldsAtLeastAnObject() {
    var policy = OrderPolicy()
    policy.preferred = 0
    #expect([64, 4096, 5000, 40_000].map { policy.preferredOrder(stride: $0) } == [0, 0, 1, 4])
    policy.preferred = 5
    #expect([64, 4 << 20].map { policy.preferredOrder(stride: $0) } == [5, 10])
  }

  @Test func alternationStaysBetweenTheMinimumAndTheMaximumOrder() {
    let policy = OrderPolicy(maximumOrder: 3, alternation: [0, 1, 2, -1, -2, -3], alternationTail: 1)
    #expect(policy.plannedOrders(stride: 1024) == [1, 2, 3, 0, 0, 0])
    #expect(policy.plannedOrders(stride: 4096) == [3, 3, 3, 2, 1, 0])
    #expect(policy.plannedOrders(stride: 8192) == [3, 3, 3, 2, 1, 1])
    // An object that needs more than the maximum order has only that order.
    #expect(policy.plannedOrders(stride: 40_000) == [4, 4, 4, 4, 4, 4])
  }

  @Test func orderOfTheAlternationWithALargeTailIsReplacedTowardsThePreferredOrder() {
    // 1500 bytes: tails of 27 % of order 0, 8 % of order 1 and order 2, and 4 % of order 3.
    let policy = OrderPolicy(maximumOrder: 3, minimumObjects: 5, alternation: [0, -1, -2, 1])
    #expect(policy.preferredOrder(stride: 1500) == 3)
    #expect(policy.plannedOrders(stride: 1500) == [3, 2, 1, 3])
    let strict = OrderPolicy(maximumOrder: 3, minimumObjects: 5, alternation: [0, -1, -3], alternationTail: 0.05)
    #expect(strict.plannedOrders(stride: 1500) == [3, 3, 3])
  }

  @Test func tailOfTheAlternationMayBeExactlyTheBound() {
    // One object of 3584 bytes leaves exactly an eighth of a page; one of 3576 bytes leaves more, also in orders 1 and 2.
    var policy = OrderPolicy(maximumOrder: 3, alternation: [0, -3], alternationTail: 0.125)
    policy.preferred = 3
    #expect(policy.plannedOrders(stride: 3584) == [3, 0])
    #expect(policy.plannedOrders(stride: 3576) == [3, 3])
  }

  @Test(arguments: [(0, 8), (1, 8), (2, 12), (3, 12), (4, 16), (64, 32)])
  func slubWantsMoreObjectsOnLargerMachines(cpus: Int, objects: Int) {
    #expect(OrderPolicy.slubMinimumObjects(cpus: cpus) == objects)
  }

  @Test func emptyAlternationIsThePreferredOrder() {
    #expect(OrderPolicy(alternation: []).alternation == [0])
  }
}
