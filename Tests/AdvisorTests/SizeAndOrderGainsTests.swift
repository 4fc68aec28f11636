import Foundation
import SlabEngine
import Testing
import Workloads

@testable import Advisor

/// Replays that tell the effect of the advised sizes from that of the advised page orders.
@Suite struct SizeAndOrderGainsTests {
  private func report(_ workload: String = "burst") throws -> AdviceReport {
    try AdviceReport(for: WorkloadCatalog.make(workload, seed: 4), events: 60_000, AdviceOptions())
  }

  @Test func eachChangeIsTheDifferenceOfItsOwnReplay() throws {
    let source = try WorkloadCatalog.make("burst", seed: 4)
    let advice = try report().advice
    let proof = try #require(advice.proof)
    func replay(_ policy: Policy) throws -> ShadowReplay {
      try ShadowReplay(source, policy: policy, memoryBytes: 1 << 30, sampledAfter: advice.demand.eventsByMoment)
    }
    var sizes = advice.policy
    sizes.orders.byCache = [:]
    #expect(try proof.gains.sizes.meanChange == replay(sizes).meanBytes - proof.before.meanBytes)
    let orders = Advice.orders(
      of: .linux, serving: advice.demand, ResidentObjects(nil, base: .linux), advice.options)
    var linux = Policy.linux
    for (size, order) in orders { linux.orders.prefer(order: order, forGeneralCacheOf: size) }
    #expect(try proof.gains.orders.meanChange == replay(linux).meanBytes - proof.before.meanBytes)
    #expect(proof.gains.both.meanChange == proof.after.meanBytes - proof.before.meanBytes)
    // Only sizes that serve an object have another order.
    #expect(Set(orders.keys) == [1024, 2048])
  }

  @Test func textJSONAndHTMLTellSizesFromPageOrders() throws {
    let report = try report()
    let gains = try #require(report.advice.proof).gains
    let sentence = "mean slab memory against linux: the sizes alone \(gains.sizes.text), the page orders alone"
    #expect(report.text.contains(sentence) && AdviceReport.html([report]).contains(sentence))
    let json = try #require(JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let found = try #require(json["gains"] as? [String: [String: Any]])
    #expect(found["sizes"]?["mean_change_bytes"] as? Int == gains.sizes.meanChange)
    #expect(found["orders"]?["peak_change_bytes"] as? Int == gains.orders.peakChange)
    #expect(found["both"]?["mean_bytes"] as? Int == gains.both.meanBytes)
  }
}
