import Foundation
import Profiles
import Testing
import Workloads

@testable import Advisor

/// Slab memory against the number of classes, and the number that is chosen.
@Suite struct ClassCurveTests {
  private func demand(_ workload: String = "mix") throws -> SizeDemand {
    SizeDemand(try AllocationProfile(of: WorkloadCatalog.make(workload, seed: 5), upTo: 60_000))
  }

  @Test func theKneeIsTheFewestClassesWithinOnePercentOfTheLeast() throws {
    let curve = try ClassCurve(for: [demand()], AdviceOptions())
    let bytes = curve.points.map(\.slabBytesWithOverhead)
    let least = try #require(bytes.min())
    let knee = try #require(curve.points.firstIndex { $0.classes.count == curve.knee })
    #expect(bytes[knee] <= least * 1.01)
    #expect(bytes[..<knee].allSatisfy { $0 > least * 1.01 })
    #expect(curve.points.map(\.classes.count) == Array(1...curve.points.count))
    // More classes round less, and take no more slab memory apart from the page of each class.
    for (fewer, more) in zip(curve.points, curve.points.dropFirst()) {
      #expect(more.slabBytes <= fewer.slabBytes + 1e-6)
    }
    #expect(curve.points.allSatisfy { $0.meanSlabBytes > 0 && (0..<1).contains($0.roundingShare) })
  }

  @Test func theNumberOfClassesIsTheKneeUnlessTheUserLimitsIt() throws {
    let curve = try ClassCurve(for: [demand()], AdviceOptions())
    #expect(curve.classes(upTo: nil).count == curve.knee)
    #expect(curve.classes(upTo: 1).count == 1)
    let advice = try Advice(for: WorkloadCatalog.make("mix", seed: 5), events: 60_000, AdviceOptions())
    #expect(advice.classes.count == advice.curve.knee)
  }

  @Test func sizesThatHaveToStayAreInEverySet() throws {
    let curve = try ClassCurve(for: [demand()], AdviceOptions(), keeping: [96, 8192])
    #expect(curve.points.allSatisfy { Set($0.classes.map(\.size)).isSuperset(of: [96, 8192]) })
    var options = AdviceOptions()
    options.classes = 1
    #expect(throws: AdviceError.tooFewClasses(asked: 1, needed: 2)) {
      try ClassCurve(for: [demand()], options, keeping: [96, 8192])
    }
  }

  @Test func everyFormatShowsTheWholeCurve() throws {
    let report = try AdviceReport(for: WorkloadCatalog.make("mix", seed: 5), events: 60_000, AdviceOptions())
    let points = report.advice.curve.points
    let json = try #require(JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let curve = try #require(json["pareto"] as? [[String: Any]])
    #expect(curve.compactMap { $0["classes"] as? Int } == points.map(\.classes.count))
    #expect(curve.compactMap { $0["mean_bytes"] as? Int } == points.map { Int($0.meanSlabBytes) })
    #expect(curve.allSatisfy { $0["rounding_waste_share"] is Double })
    #expect(json["knee"] as? Int == report.advice.curve.knee)
    #expect(report.text.contains("the knee, \(report.advice.curve.knee) classes, is the least number"))
    #expect(AdviceReport.html([report]).contains("\(report.advice.curve.knee) (knee)"))
  }
}
