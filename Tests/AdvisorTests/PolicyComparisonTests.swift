import Foundation
import Telemetry
import Testing
import Workloads

@testable import Advisor

@Suite struct PolicyComparisonTests {
  private func comparison(pressure: [Int] = [0]) throws -> PolicyComparison {
    try PolicyComparison(
      of: WorkloadCatalog.make("burst", seed: 3), events: 60_000, policies: [.linux, .hemment], memory: [24 << 20],
      pressure: pressure
    ) { _, _ in }
  }

  @Test func repetitionGivesEqualFiguresExceptTimes() throws {
    var (first, second) = (try comparison().policies, try comparison().policies)
    for index in first.indices { (first[index].nanosecondsPerEvent, second[index].nanosecondsPerEvent) = (0, 0) }
    #expect(first == second)
    #expect(first.map(\.setting.policy) == ["linux", "hemment"])
    for run in first {
      #expect(run.events == 60_000 && run.failedAllocations == 0 && run.peakSlabBytes > 0)
      #expect(run.ledgerAtPeak.sum == 24 << 20 && run.meanSlabBytes <= run.peakSlabBytes)
      let slabs = run.slabsByOrder.indices.reduce(0) { $0 + run.slabsByOrder[$1] * 4096 << $1 }
      #expect(slabs <= run.peakSlabBytes && run.highOrderPages * 4096 <= slabs)
      #expect((0...1).contains(run.internalFragmentation) && (0...1).contains(run.slabFragmentation))
    }
    #expect(first[0].shuffledPages == 0)
    // Empty slabs are returned without moves of objects.
    #expect(first.allSatisfy { $0.emptySlabPages >= 0 } && first[1].emptySlabPages > 0)
    // No cache is movable by default.
    #expect(first.allSatisfy { $0.evacuatedObjects == 0 && $0.evacuatedBytes == 0 && $0.evacuatedPages == 0 })
  }

  @Test func runsAtTheSameTimeHaveTheFiguresOfRunsAlone() throws {
    let policies: [Policy] = [.linux, .hemment]
    func runs(_ policies: [Policy], _ verification: ContentVerification) throws -> [ComparedRun] {
      let comparison = try PolicyComparison(
        of: WorkloadCatalog.make("churn", seed: 3), events: 30_000, policies: policies, memory: [48 << 20],
        pressure: [30], verification: verification
      ) { _, _ in }
      return comparison.policies.map { run in
        var run = run
        run.nanosecondsPerEvent = 0
        return run
      }
    }
    let alone = try policies.flatMap { try runs([$0], .all) }
    for verification in [ContentVerification.all, .off, .sampled] {
      #expect(try runs(policies, verification) == alone)
    }
  }

  @Test func evacuatedPagesAreCountedSeparatelyFromEmptySlabs() throws {
    var movable = Policy.hemment
    (movable.name, movable.movable) = ("movable", ["skbuff_head_cache", "skbuff_small_head", "skbuff_fclone_cache"])
    let comparison = try PolicyComparison(
      of: WorkloadCatalog.make("burst", seed: 3), events: 60_000, policies: [.hemment, movable], memory: [24 << 20],
      pressure: [0]
    ) { _, _ in }
    let (still, moved) = (comparison.policies[0], comparison.policies[1])
    #expect(still.evacuatedPages == 0 && moved.evacuatedPages > 0 && moved.evacuatedPages <= moved.shuffledPages)
    #expect(moved.evacuatedObjects > 0 && moved.evacuatedBytes > moved.evacuatedObjects * 64)
    #expect(moved.meanSlabBytes < still.meanSlabBytes)
    #expect(comparison.text.contains("evacuation: pages freed") && comparison.csv.contains("evacuation_objects_moved"))
    // The table has these rows even if no object was moved.
    let linux = try self.comparison().text
    for row in ["objects moved", "bytes moved", "pages freed"] { #expect(linux.contains("evacuation: \(row)")) }
  }

  @Test func memoryPressureReducesHighOrderSlabs() throws {
    let runs = try comparison(pressure: [0, 60]).policies
    #expect(runs.map(\.setting.pressure) == [0, 0, 60, 60])
    #expect(runs[2].orderFallbacks > runs[0].orderFallbacks && runs[2].highOrderPages < runs[0].highOrderPages)
    #expect(runs[2].ledgerAtPeak[.pageHog] == 24 << 20 * 60 / 100 / 4096 * 4096)
  }

  @Test func cachesSumToRunAndAreSortedByDifference() throws {
    let comparison = try comparison()
    for run in comparison.policies {
      let sum = run.caches.reduce(0) { $0 + $1.meanSlabBytes }
      // Each mean is rounded.
      #expect(abs(sum - run.meanSlabBytes) <= run.caches.count, "\(run.setting.policy)")
      #expect(run.caches.allSatisfy { $0.meanSlabBytes <= $0.peakSlabBytes && $0.peakSlabBytes <= run.peakSlabBytes })
    }
    // The model of SLUB does not share slabs; the engine does under this policy.
    #expect(comparison.policies[0].caches.allSatisfy { !$0.sharesSlabs })
    #expect(comparison.policies[1].caches.contains { $0.sharesSlabs })
    let rows = PolicyComparison.cacheRows(comparison.policies)
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.largestDifference >= $1.largestDifference })
    let first = try #require(rows.first)
    #expect(first.largestDifference > 0 && first.difference(0, \.peakSlabBytes) == 0)
    let text = comparison.cachesText.split(separator: "\n")
    #expect(text[2].hasPrefix(first.name) && comparison.cachesText.contains("~ shares slabs"))
    #expect(text.contains { $0.hasPrefix("kmalloc, all classes") } && text.contains { $0.hasPrefix("all ") })
    let lines = comparison.cachesCSV.split(separator: "\n")
    #expect(
      lines.count == 1 + 2 * rows.count
        && Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [9])
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(comparison.cachesJSON().utf8)) as? [String: Any])
    let setting = try #require((json["settings"] as? [[String: Any]])?.first)
    let caches = try #require(setting["caches"] as? [[String: Any]])
    #expect(setting["memory_bytes"] as? Int == 24 << 20 && caches.map { $0["cache"] as? String } == rows.map(\.name))
    let figures = try #require((caches[0]["policies"] as? [[String: Any]])?[1])
    #expect(figures["mean_difference_bytes"] as? Int == first.difference(1, \.meanSlabBytes))
  }

  @Test func sharedSlabsAreDividedInProportionToLiveBytes() {
    var snapshot = Snapshot()
    func cache(_ name: String, in holder: String, live: Int, bytes: Int) -> CacheSnapshot {
      var cache = CacheSnapshot(name: name)
      (cache.slabHolder, cache.activeObjects, cache.stride, cache.slabBytes) = (holder, live, 64, bytes)
      return cache
    }
    // As in a sample of the engine: one cache reports all free objects, the other only its live objects.
    snapshot.caches = [
      cache("a", in: "a", live: 16, bytes: 16384 - 48 * 64), cache("b", in: "a", live: 48, bytes: 48 * 64),
      cache("c", in: "c", live: 1, bytes: 4096),
    ]
    let shares = CacheMemorySums.shares(of: snapshot)
    #expect(shares.map(\.bytes) == [4096, 12288, 4096] && shares.map(\.isShared) == [true, true, false])
    // Without live objects, the slabs belong to the cache that reports them.
    for index in snapshot.caches.indices { snapshot.caches[index].activeObjects = 0 }
    #expect(CacheMemorySums.shares(of: snapshot).map(\.bytes) == snapshot.caches.map { Double($0.slabBytes) })
  }

  @Test func allFormatsContainTheSameRuns() throws {
    let comparison = try comparison()
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(comparison.json().utf8)) as? [String: Any])
    let policies = try #require(json["policies"] as? [[String: Any]])
    #expect(policies.map { $0["policy"] as? String } == ["linux", "hemment"])
    #expect(policies.map { $0["peak_slab_bytes"] as? Int } == comparison.policies.map(\.peakSlabBytes))
    #expect(policies.allSatisfy { $0["ledger_at_peak"] != nil && $0["order_fallbacks"] != nil })
    let rows = comparison.csv.split(separator: "\n")
    #expect(rows.count == 3 && Set(rows.map { $0.split(separator: ",").count }).count == 1)
    #expect(comparison.text.contains("*") && comparison.text.contains("mean slab bytes"))
    #expect(comparison.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let parser = XMLParsing(comparison.svg)
    #expect(parser.isWellFormed && comparison.svg.contains("<polyline"))
  }
}

/// Check that the tags of an XML document are balanced.
private struct XMLParsing {
  let isWellFormed: Bool

  init(_ text: String) {
    var open: [Substring] = []
    var isWellFormed = true
    for piece in text.split(separator: "<").filter({ !$0.isEmpty && !$0.first!.isWhitespace }) {
      guard let end = piece.firstIndex(of: ">") else {
        isWellFormed = false
        continue
      }
      let tag = piece[..<end]
      if tag.hasPrefix("/") {
        isWellFormed = isWellFormed && open.popLast() == tag.dropFirst()
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { !$0.isWhitespace })
      }
    }
    self.isWellFormed = isWellFormed && open.isEmpty
  }
}
