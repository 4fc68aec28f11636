import Testing

@testable import SlabEngine

/// Page orders that a pool avoids after the page allocator has refused them (S7). The objects of the plan fit into
/// a page, so that the lowest order is 0; the planned order is 3.
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

  @Test func timesOfAvoidanceAddUpUntilASlabOfTheOrder() {
    var plan = makePlan()
    plan.recordRefusal(of: 3, at: 100)
    plan.recordRefusal(of: 3, at: 150)
    #expect(plan.microsecondsAvoided(3, until: 160) == 60, "the first refusal counts")
    plan.recordGrowth(order: 3, planned: 3, at: 200)
    plan.recordRefusal(of: 3, at: 1000)
    #expect(plan.microsecondsAvoided(3, until: 1030) == 100 + 30)
    plan.recordGrowth(order: 3, planned: 3, at: 1050)
    #expect(plan.microsecondsAvoided(3, until: 9000) == 100 + 50)
    // A clock that a driver sets back adds nothing.
    plan.recordRefusal(of: 3, at: 5000)
    #expect(plan.microsecondsAvoided(3, until: 4000) == 150)
    plan.recordGrowth(order: 3, planned: 3, at: 4000)
    #expect(plan.microsecondsAvoided(3, until: 9000) == 150)
  }

  @Test func countersTellRequestsRetriesAndFallbacksApart() {
    var plan = makePlan()
    var mayRequest = [plan.mayRequest(3)]
    plan.recordRefusal(of: 3, at: 0)
    plan.recordGrowth(order: 1, planned: 3, at: 0)
    for _ in 0..<2 { mayRequest.append(plan.mayRequest(3)) }
    #expect(mayRequest == [true, false, true])
    plan.recordGrowth(order: 3, planned: 3, at: 0)
    plan.recordReturn(of: 1)
    let counters = plan.counters
    #expect((counters.refused[3], counters.avoidedRequests[3], counters.retried[3]) == (1, 1, 1))
    #expect((counters.planned[3], counters.grown[3], counters.grown[1]) == (2, 1, 1))
    #expect((counters.fallenBack[1], counters.fallenBack[3], counters.returned[1]) == (1, 0, 1))
  }

  @Test func poolThatStartsSmallPlansNoSlabLargerThanAllItHas() {
    let plan = OrderPlan(OrderPolicy(maximumOrder: 3, startsSmall: true), stride: 1898)
    let page = MachineMemory.pageBytes
    #expect([0, 1, 2, 3, 4, 7, 8].map { plan.plannedOrder(slabBytes: $0 * page) } == [0, 0, 1, 1, 2, 2, 3])
    let large = OrderPlan(OrderPolicy(maximumOrder: 3, startsSmall: true), stride: 5000)
    #expect(large.plannedOrder(slabBytes: 0) == 1, "an object needs two pages")
  }
}
