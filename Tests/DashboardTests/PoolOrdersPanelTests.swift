import SlabEngine
import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct PoolOrdersPanelTests {
  private static let order2 = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]

  /// A machine whose memory has no block of order 2 or 3 for one pool at present, and had none for another.
  private func pressedDashboard(_ size: Size) -> DashboardState {
    var state = watchedDashboard(size, seconds: 3)
    var machine = snapshot(second: 4)
    var plan = OrderPlanSample()
    (plan.orders, plan.avoidedOrders) = ([3, 2], [2, 3])
    plan.plannedSlabsByOrder[3] = 60
    plan.plannedSlabsByOrder[2] = 60
    (plan.grownSlabsByOrder[3], plan.grownSlabsByOrder[2], plan.grownSlabsByOrder[0]) = (50, 1, 69)
    (plan.retriesByOrder[3], plan.retriesByOrder[2]) = (4, 3)
    (plan.avoidedRequestsByOrder[3], plan.avoidedRequestsByOrder[2]) = (40, 21)
    (plan.avoidedMicrosecondsByOrder[3], plan.avoidedMicrosecondsByOrder[2]) = (2_300_000, 1_100_000)
    machine.caches[3].orderPlan = OrderPlanSnapshot(plan)
    machine.caches[3].fallbacksByOrder?[0] = 69
    machine.caches[3].refusalsByOrder?[3] = 8
    var past = OrderPlanSample()
    (past.orders, past.plannedSlabsByOrder) = ([2], PoolOrdersPanelTests.order2)
    past.grownSlabsByOrder[0] = 1
    past.avoidedMicrosecondsByOrder[2] = 400_000
    machine.caches[4].orderPlan = OrderPlanSnapshot(past)
    machine.caches[4].refusalsByOrder?[2] = 1
    // A source that plans no orders.
    machine.caches[5].orderPlan = nil
    machine.caches[5].refusalsByOrder = nil
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
    _ = state.update(.input(.key(.character("r"))))
    return state
  }

  @Test(arguments: [Size(width: 80, height: 24), Size(width: 160, height: 46)])
  func pressureOnHighOrdersIsShownByPool(size: Size) throws {
    let canvas = DashboardView.draw(pressedDashboard(size), theme: .monochrome, glyphs: .ascii)
    try expectGolden(canvas.text(), "pages-pressure-\(size.width)x\(size.height)")
  }

  @Test func mixListsOrdersFromTheHighestDown() {
    #expect(PoolOrdersPanel.mix([69, 0, 1, 50, 0, 0, 0, 0, 0, 0, 0]) == "3:42 2:<1 0:58")
    #expect(PoolOrdersPanel.mix(PoolOrdersPanelTests.order2) == "2")
    #expect(PoolOrdersPanel.mix([Int](repeating: 0, count: 11)) == "-")
  }
}
