import Foundation
import Profiles
import Recordings
import SlabEngine
import Testing
import Workloads

@testable import Advisor

@Suite struct AdviceTests {
  private func burst() throws -> any AllocationEventSource { try WorkloadCatalog.make("burst", seed: 4) }

  /// Data buffers of two sizes are live: two classes serve them without rounding.
  @Test func theSizesOfAKnownWorkloadAreFound() throws {
    let report = try AdviceReport(for: burst(), events: 120_000, AdviceOptions())
    let advice = report.advice
    #expect(advice.classes.map(\.size) == [960, 1856])
    #expect(advice.roundingShare == 0 && advice.linuxRoundingShare > 0.05)
    #expect(advice.savedBytes > 0 && !advice.isSavingNegligible)
    let proof = try #require(advice.proof)
    let error = Double(proof.predictedPeakBytes) / Double(proof.after.peakBytes) - 1
    #expect(abs(error) < 0.03, "\(error)")
    let holdout = try #require(report.holdout)
    #expect(holdout.roundingShare == 0 && !holdout.isUnlike)
    // The advised policy can be written, read and played, with the slab memory of the replay.
    let policy = try Policy(toml: advice.policy.toml, file: "advised.toml")
    #expect(policy == advice.policy)
    var player = try PolicyPlayer(burst(), policy: policy, memoryBytes: 1 << 30)
    while player.progress.events < 120_000 { _ = try player.play(upTo: 120_000 - player.progress.events) }
    let peak = player.sample().peakPagesInUse * 4096
    #expect(peak == proof.after.peakBytes && policy.slub != nil)
  }

  @Test func textJSONAndHTMLHaveTheSameFigures() throws {
    let report = try AdviceReport(for: burst(), events: 60_000, AdviceOptions())
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let proof = try #require(report.advice.proof)
    #expect(json["predicted_peak_bytes"] as? Int == proof.predictedPeakBytes)
    #expect(json["replayed_peak_bytes"] as? Int == proof.after.peakBytes)
    #expect((json["classes"] as? [[String: Any]])?.compactMap { $0["size"] as? Int } == [960, 1856])
    for key in [
      "rounding_waste_share", "linux_rounding_waste_share", "call_sites", "callers", "pareto", "holdout", "gains",
      "coverage",
    ] {
      #expect(json[key] != nil, "\(key)")
    }
    #expect(report.text.contains(report.advice.verdict) && report.text.contains("four-per-doubling"))
    let html = AdviceReport.html([report])
    #expect(html.components(separatedBy: "<svg").count == 4 && html.components(separatedBy: "</svg>").count == 4)
    // The HTML file does not load anything from the network: its only URL is the namespace of SVG.
    #expect(!html.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "").contains("http"))
    #expect(AdviceReport.escaped("a<b>&\"") == "a&lt;b&gt;&amp;&quot;")
  }

  @Test func sourcesWithoutEnoughTrafficAndMemoryAreErrors() throws {
    let source = try burst()
    #expect(throws: AdviceError.tooShort(name: "burst", events: 50)) {
      try Advice(for: source, events: 50, AdviceOptions())
    }
    let bulk = try WorkloadCatalog.make("bulk", seed: 1)
    #expect(throws: AdviceError.noRequests(name: "bulk")) { try Advice(for: bulk, events: 2000, AdviceOptions()) }
    var options = AdviceOptions()
    (options.keepsPowersOfTwo, options.classes) = (true, 3)
    #expect(throws: AdviceError.tooFewClasses(asked: 3, needed: 9)) { try Advice(for: source, events: 5000, options) }
    options.classes = 9
    #expect(try Advice(for: source, events: 5000, options).classes.map(\.size) == (3...11).map { 1 << $0 })
    options.classes = 10
    #expect(try Advice(for: source, events: 5000, options).classes.count == 10)
    options = AdviceOptions()
    options.memoryBytes = 4 << 20
    #expect(throws: AdviceError.self) { try Advice(for: source, events: 60_000, options) }
  }

  @Test func singleClassServesAllSizes() throws {
    var options = AdviceOptions()
    options.classes = 1
    let advice = try Advice(for: burst(), events: 20_000, options)
    #expect(advice.classes.map(\.size) == [1856])
    options.objective = .mean
    #expect(try Advice(for: burst(), events: 20_000, options).classes.map(\.size) == [1856])
  }

  /// Compares the profile with an independent count of every event.
  @Test(arguments: ["burst", "jumbo", "router"])
  func profilesCountLiveObjects(workload: String) throws {
    var source = try WorkloadCatalog.make(workload, seed: 2)
    let profile = try AllocationProfile(of: source, upTo: 20_000)
    let demand = SizeDemand(profile)
    var (live, bytes, most): ([UInt32: Int], Int, Int) = ([:], 0, 0)
    var (atPeak, requests): ([Int: Int], [Int: Int]) = ([:], [:])
    var (batch, count): ([AllocationEvent], Int) = ([], 0)
    while count < 20_000 {
      try source.nextBatch(into: &batch)
      for event in batch.prefix(20_000 - count) {
        if event.kind == .kmalloc {
          live[event.slot] = Int(event.requestedBytes)
          bytes += Int(event.requestedBytes)
          requests[Int(event.requestedBytes), default: 0] += 1
        } else if event.outcome == .freed, let freed = live.removeValue(forKey: event.slot) {
          bytes -= freed
        }
        if bytes > most { (most, atPeak) = (bytes, Dictionary(live.values.map { ($0, 1) }, uniquingKeysWith: +)) }
      }
      count += batch.count
    }
    #expect(demand.peakBytes == most)
    #expect(Dictionary(uniqueKeysWithValues: zip(demand.sizes, demand.liveAtPeak)).filter { $0.value > 0 } == atPeak)
    #expect(Dictionary(uniqueKeysWithValues: zip(demand.sizes, demand.requests)) == requests)
    #expect(CallSiteDemand.all(in: profile).reduce(0) { $0 + $1.figures.allocObjects } == demand.requestCount)
  }

  @Test func adviceForSeveralRecordingsIsOneSetOfClasses() throws {
    let demands = try ["burst", "router"].map { name in
      SizeDemand(try AllocationProfile(of: WorkloadCatalog.make(name, seed: 3), upTo: 40_000))
    }
    var options = AdviceOptions()
    options.classes = 2
    let joint = try JointAdvice(for: demands, options)
    #expect(joint.sumRatios.map(\.name) == ["burst", "router"] && joint.sumRatios.allSatisfy { $0.ratio >= 0.999 })
    let worst = (joint.sumRatios.map(\.ratio).max() ?? 0, joint.worstRatios.map(\.ratio).max() ?? 0)
    #expect(worst.1 <= worst.0)
  }

  @Test func sizesOfOneRecordingAreJudgedOnAnother() throws {
    let first = SizeDemand(try AllocationProfile(of: WorkloadCatalog.make("jumbo", seed: 1), upTo: 20_000))
    let report = try AdviceReport(for: burst(), events: 30_000, AdviceOptions(), derivedFrom: first)
    #expect(report.derivedFrom == "jumbo" && report.advice.classes.map(\.size) == [9280])
    let holdout = try #require(report.holdout)
    // Buffers of jumbo frames are far too large for datagrams.
    #expect(holdout.isUnlike && holdout.roundingShare > holdout.linuxRoundingShare)
    #expect(report.text.contains("classes derived from jumbo, judged on this recording"))
  }

  @Test func sharingIsReplayedForEachWasteBound() throws {
    let runner = try ReplayRunner(for: WorkloadCatalog.make("web", seed: 1), events: 60_000)
    let sharing = SharingAdvice(try runner.run(SharingAdvice.requests(.linux)))
    #expect(sharing.bounds.map(\.bound) == [nil, 0.05, 0.125, 0.25])
    #expect(sharing.groups.contains { $0.sharers.count > 0 })
    #expect(sharing.bounds.allSatisfy { $0.replay.failedAllocations == 0 && $0.replay.peakBytes > 0 })
  }
}
