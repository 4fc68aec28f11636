import Foundation
import Profiles
import Recordings
import Testing
import Workloads

@testable import Advisor

/// Advice on a profile, which has no events to replay.
@Suite struct ProfileAdviceTests {
  @Test(arguments: ["burst", "mix", "jumbo"])
  func profileGivesTheClassesOfItsWorkload(workload: String) throws {
    let source = try WorkloadCatalog.make(workload, seed: 4)
    let whole = try Advice(for: source, events: 30_000, AdviceOptions())
    let report = try AdviceReport(on: AllocationProfile(of: source, upTo: 30_000), AdviceOptions())
    #expect(report.advice.classes == whole.classes && report.advice.policy == whole.policy)
    #expect(report.advice.roundingShare == whole.roundingShare && report.advice.model == whole.model)
    #expect(report.advice.callSites.map(\.savedBytes) == whole.callSites.map(\.savedBytes))
  }

  @Test func sectionsThatNeedReplaysAreAbsent() throws {
    let source = try WorkloadCatalog.make("burst", seed: 4)
    let report = try AdviceReport(on: AllocationProfile(of: source, upTo: 60_000), AdviceOptions())
    #expect(report.advice.proof == nil && report.sharing == nil && report.ownCaches == nil && report.holdout == nil)
    let sentence = "a profile has no events to replay, so that a proof by replay needs a recording"
    let (text, html) = (report.text, AdviceReport.html([report]))
    #expect(text.contains(sentence) && html.contains(sentence))
    #expect(
      report.advice.verdict.contains("less slab memory at the peak by the model (") && report.advice.savedBytes > 0)
    #expect(text.contains("slab memory of requests by size, by the model: \(report.advice.model.advised) bytes"))
    for part in ["peak predicted", "replayed alone", "other sizes", "shared between", "own caches, replayed"] {
      #expect(!text.contains(part), "\(part)")
    }
    #expect(html.components(separatedBy: "<svg").count == 3 && !html.contains("Shared slabs"))
    let json = try #require(JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    for key in [
      "predicted_peak_bytes", "replayed_peak_bytes", "base_replayed_peak_bytes", "replayed", "gains", "standing_sets",
      "sharing", "sharing_groups", "own_caches", "holdout",
    ] {
      #expect(json[key] == nil, "\(key)")
    }
    #expect((json["classes"] as? [[String: Any]])?.compactMap { $0["size"] as? Int } == [960, 1856])
    #expect(json["modelled_bytes"] as? Int == report.advice.model.advised)
  }

  /// The peaks of merged profiles add up, and so do their mean numbers of live objects.
  @Test func mergedProfilesAddUpSideBySide() throws {
    let profile = try AllocationProfile(of: WorkloadCatalog.make("burst", seed: 4), upTo: 30_000)
    let (one, two) = (SizeDemand(profile), SizeDemand(profile.merged(with: profile)))
    #expect(two.sizes == one.sizes && two.liveAtPeak == one.liveAtPeak.map { $0 * 2 })
    #expect(zip(one.liveOnAverage, two.liveOnAverage).allSatisfy { abs($0 * 2 - $1) < 1e-9 * $1 + 1e-9 })
    #expect(two.requestCount == one.requestCount * 2 && two.name == "burst, burst")
  }

  @Test func sizesOfOneProfileAreJudgedOnAnother() throws {
    let jumbo = SizeDemand(try AllocationProfile(of: WorkloadCatalog.make("jumbo", seed: 1), upTo: 20_000))
    let burst = try AllocationProfile(of: WorkloadCatalog.make("burst", seed: 4), upTo: 30_000)
    let report = try AdviceReport(on: burst, AdviceOptions(), derivedFrom: jumbo)
    let holdout = try #require(report.holdout)
    #expect(report.advice.classes.map(\.size) == [9280] && holdout.isUnlike)
  }

  /// The file of a profile can claim any numbers whose sums are in range.
  @Test func absurdCountsDoNotOverflow() throws {
    var figures = AllocationFigures()
    (figures.allocObjects, figures.liveObjects) = (1 << 53, 1 << 53)
    (figures.liveObjectMicroseconds, figures.peakLiveObjects) = (1 << 60, 1 << 53)
    let contexts = [1, 1 << 17].map {
      AllocationContext(
        site: "site\($0)", cache: "kmalloc", isGeneral: true, requestedBytes: $0, allocatedBytes: $0, usedBytes: nil)
    }
    let profile = AllocationProfile(
      source: ProfileSource(name: "absurd", events: 1000, microseconds: 1), figures: contexts.map { ($0, figures) })
    let report = try AdviceReport(on: profile, AdviceOptions())
    #expect(report.text.contains("absurd: 1000 events") && AdviceReport.html([report]).contains("absurd"))
    #expect(try report.json().contains("absurd"))
  }
}
