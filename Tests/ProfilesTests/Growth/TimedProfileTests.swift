import Profiles
import Testing

/// Search for leaks in several profiles of one source.
struct TimedProfileTests {
  /// Profile of a source after some hours: one call site leaks, the live objects of the other waver.
  private func profile(hours: Int, sites: Int = 2, hasTimes: Bool = true) -> TimedProfile {
    let figures = (0..<sites).map { site -> (AllocationContext, AllocationFigures) in
      var figures = AllocationFigures()
      figures.liveObjects = site == 0 ? 1000 + 500 * hours : 4000 + [0, 90, -70, 40][hours % 4]
      figures.liveBytes = 128 * figures.liveObjects
      figures.allocObjects = 100_000 * (hours + 1)
      figures.freeObjects = figures.allocObjects - figures.liveObjects
      figures.allocBytes = figures.allocObjects * (site + 1)
      let context = AllocationContext(
        site: "site\(site)", cache: "cache\(site)", isGeneral: false, requestedBytes: 120, allocatedBytes: 128)
      return (context, figures)
    }
    let source = ProfileSource(name: "host", events: 1_000_000 * (hours + 1), microseconds: hours * 3_600_000_000)
    return TimedProfile(
      seconds: hasTimes ? Double(hours) * 3600 : nil, profile: AllocationProfile(source: source, figures: figures))
  }

  @Test("The call site that grows from profile to profile is suspect")
  func leak() {
    let report = LeakReport(of: (0..<12).map { profile(hours: $0) })
    #expect(report.suspects.map(\.site) == ["site0"] && report.suspects.map(\.verdict) == [.growingSteadily])
    #expect(report.suspects[0].growthBytesPerHour == 500 * 128 && report.suspects[0].growthBytes == 11 * 500 * 128)
    #expect(report.suspects[0].liveObjects == 6500 && report.suspects[0].medianAgeSeconds == nil)
    #expect(report.moments == 12 && report.examined == 2 && report.seconds == 11 * 3600)
  }

  @Test("Two profiles show growth, but not that it is steady")
  func twoProfiles() {
    let report = LeakReport(of: [profile(hours: 0), profile(hours: 1)])
    #expect(report.suspects.map(\.verdict) == [.grew, .grew] && !report.findsLeak)
    #expect(report.suspects.map(\.growthBytes) == [500 * 128, 90 * 128])
  }

  @Test("Profiles without times have no growth per hour")
  func withoutTimes() {
    let report = LeakReport(of: (0..<12).map { profile(hours: $0, hasTimes: false) })
    #expect(report.suspects.map(\.verdict) == [.growingSteadily] && report.seconds == nil)
    #expect(report.suspects[0].growthBytesPerHour == nil && report.suspects[0].growthBytes == 11 * 500 * 128)
  }

  @Test("A call site that is missing beside a sum of others is not taken as empty")
  func summedContexts() {
    // In the first half, only one call site is recorded on its own, and it is not the one that leaks.
    let profiles = (0..<20).map { hours in
      let complete = profile(hours: hours, sites: 3)
      let first = hours < 10 ? complete.profile.largest(1) : complete.profile
      return TimedProfile(seconds: complete.seconds, profile: first)
    }
    let leak = LeakReport(of: profiles).suspects.first { $0.site == "site0" }
    #expect(leak?.growthBytesPerHour == 500 * 128 && leak?.growthBytes == 9 * 500 * 128)
  }
}
