import Profiles
import Testing

/// Verdicts on call sites whose live objects behave in known ways.
struct LeakReportTests {
  private static let seeds: [UInt64] = [1, 2, 3, 4]

  private func expect(_ verdict: GrowthVerdict?, _ behaviour: GrowthTraffic.Behaviour, seed: UInt64) throws {
    let report = try GrowthTraffic.profile(behaviour, seed: seed).leakReport()
    #expect(report.suspects.map(\.verdict) == (verdict.map { [$0] } ?? []), "\(behaviour) \(report.suspects)")
    if verdict != nil { #expect(report.suspects.first?.site == GrowthTraffic.site) }
    #expect(report.findsLeak == (verdict?.isLeak ?? false))
  }

  @Test("A constant leak beside normal allocations of the same call site grows steadily", arguments: seeds)
  func leak(seed: UInt64) throws {
    try expect(.growingSteadily, .leak, seed: seed)
    let suspect = try GrowthTraffic.profile(.leak, seed: seed).leakReport().suspects[0]
    // One object of 256 bytes in 10 milliseconds.
    let expected = 256 * 100 * 3600.0
    #expect(abs((suspect.growthBytesPerHour ?? 0) / expected - 1) < 0.15)
    #expect(suspect.cache == "suspect_cache" && suspect.isReclaimable == false && suspect.unseenShare == 0)
    // The leaked objects are as old as the recording is long; half of the 12 seconds is their median.
    #expect((4...6.5).contains(suspect.medianAgeSeconds ?? 0))
  }

  @Test("A constant leak grows steadily although the load varies", arguments: seeds)
  func leakUnderVaryingLoad(seed: UInt64) throws { try expect(.growingSteadily, .leakUnderVaryingLoad, seed: seed) }

  @Test("A leak of some requests grows with the load", arguments: seeds)
  func leakWithLoad(seed: UInt64) throws { try expect(.growingWithLoad, .leakWithLoad, seed: seed) }

  @Test("A table that is nearly full is a cache filling up", arguments: seeds)
  func fillingTable(seed: UInt64) throws { try expect(.cacheFillingUp, .fillingTable, seed: seed) }

  @Test("Directory entries that are kept are a cache filling up, which can be reclaimed", arguments: seeds)
  func fillingDentries(seed: UInt64) throws {
    try expect(.cacheFillingUp, .fillingDentries, seed: seed)
    #expect(try GrowthTraffic.profile(.fillingDentries, seed: seed).leakReport().suspects[0].isReclaimable)
  }

  @Test("A queue whose reader is too slow grows with the load", arguments: seeds)
  func queue(seed: UInt64) throws { try expect(.growingWithLoad, .queue, seed: seed) }

  @Test("Growth cannot be judged if many frees are not visible", arguments: seeds)
  func unseenFrees(seed: UInt64) throws { try expect(.freesNotVisible, .unseenFrees, seed: seed) }

  @Test(
    "Healthy behaviour is not suspect",
    arguments: [GrowthTraffic.Behaviour.absent, .sawtooth, .step, .longLifetimes, .timeWait], seeds)
  func healthy(_ behaviour: GrowthTraffic.Behaviour, seed: UInt64) throws { try expect(nil, behaviour, seed: seed) }

  @Test("The caches whose objects a timer frees after the end are named")
  func delayedFrees() throws {
    #expect(try GrowthTraffic.profile(.timeWait, seed: 1).leakReport().delayedFrees == ["tw_sock_TCP": 60])
    #expect(try GrowthTraffic.profile(.leak, seed: 1).leakReport().delayedFrees.isEmpty)
  }

  @Test("Only live objects that are old enough are counted, and suspects without them are left out")
  func leastAge() throws {
    let profile = GrowthTraffic.profile(.leak, seed: 5)
    let all = try profile.leakReport().suspects[0]
    let old = try profile.leakReport(leastAge: 6).suspects[0]
    #expect(all.liveObjects! > 1000 && abs(Double(old.liveObjects!) / 600 - 1) < 0.2)
    #expect(old.liveBytes! / old.liveObjects! == 256 && old.verdict == .growingSteadily)
    #expect(try profile.leakReport(leastAge: 60).suspects.isEmpty)
  }

  @Test("A profile of several sources, or without moments, is an error")
  func errors() {
    let (one, two) = (GrowthTraffic.profile(.absent, seed: 1), GrowthTraffic.profile(.absent, seed: 2))
    #expect(throws: LeakSearchError.severalSources(2)) { try one.merged(with: two).leakReport() }
    #expect(throws: LeakSearchError.severalSources(0)) { try AllocationProfile.empty.leakReport() }
    #expect(throws: LeakSearchError.noMoments) { try one.largest(2).leakReport() }
  }
}
