import Testing

@testable import SlabEngine

/// Page orders that a pool avoids after the page allocator has refused them (S7). A pool of this plan has the orders 0
/// and 3: its objects fit into a page.
@Suite struct OrderBackOffTests {
  private func makePlan(longestBackOff: Int = 64) -> OrderPlan {
    OrderPlan(OrderPolicy(maximumOrder: 3, longestBackOff: longestBackOff), stride: 1898)
  }

  /// Number of attempts in which the plan avoids an order before the plan requests it again.
  private func attemptsAvoided(_ plan: inout OrderPlan, _ order: Int = 3) -> Int {
    (0..<1000).first { _ in plan.mayRequest(order) } ?? 1000
  }

  @Test func backOffDoublesWithEachRefusalUpToTheLongest() {
    var plan = makePlan(longestBackOff: 6)
    #expect(attemptsAvoided(&plan) == 0)
    let avoided = (0..<5).map { time in
      plan.recordRefusal(of: 3, at: time)
      return attemptsAvoided(&plan)
    }
    #expect(avoided == [1, 2, 4, 6, 6])
  }

  @Test func slabOfTheRefusedOrderResetsItsBackOff() {
    var plan = makePlan()
    for time in 0..<4 { plan.recordRefusal(of: 3, at: time) }
    plan.recordGrowth(order: 3, planned: 3, at: 10)
    #expect(!plan.isAvoided(3) && attemptsAvoided(&plan) == 0)
    // After the success, the next refusal counts as the first.
    plan.recordRefusal(of: 3, at: 20)
    #expect(attemptsAvoided(&plan) == 1)
  }

  @Test func slabOfALowerOrderKeepsTheBackOffOfTheRefusedOne() {
    var plan = makePlan()
    for time in 0..<3 { plan.recordRefusal(of: 3, at: time) }
    plan.recordGrowth(order: 2, planned: 3, at: 10)
    #expect(plan.isAvoided(3) && attemptsAvoided(&plan) == 4)
  }

  @Test func lowestOrderIsRequestedHoweverOftenItIsRefused() {
    var plan = makePlan()
    for time in 0..<4 { plan.recordRefusal(of: 0, at: time) }
    #expect(!plan.isAvoided(0) && plan.mayRequest(0))
    #expect(plan.counters.refused[0] == 4)
  }
}
