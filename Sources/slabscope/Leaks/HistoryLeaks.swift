import ProfileHistory
import Profiles
import Telemetry

/// Search for leaks in a history: in its caches, and in the call sites of the profiles that were recorded with it.
struct HistoryLeaks {
  private let history: InputHistory
  /// Seconds to examine before the last snapshot; nil for all.
  private let span: Double?

  /// Largest number of snapshots and of profiles that are read.
  private static let momentCount = AllocationProfile.momentCount

  init(_ history: InputHistory, span: Double?) { (self.history, self.span) = (history, span) }

  /// Searches the history up to the snapshot that was named.
  /// - Throws: a `Failure` that names the file.
  func report(leastAge: Double) throws -> LeakReport {
    do {
      let moments = try moments()
      // A replay starts with an empty machine, a kernel does not.
      let warmUp = moments.last?.snapshot.events == nil ? 0 : GrowthEvidence.warmUp
      let caches = CacheGrowth(moments).report(warmUp: warmUp)
      let profiles = try profiles(since: moments.first?.seconds ?? 0)
      guard profiles.count > 1 else { return caches }
      // The profile of a kernel begins without live objects, unlike its caches.
      var counts = CacheCounts()
      let start = profiles[0].seconds ?? 0
      for moment in moments where moment.snapshot.events == nil {
        if let seconds = moment.seconds, seconds >= start { counts.add(moment.snapshot.cacheCounts, at: seconds) }
      }
      return LeakReport(of: profiles, warmUp: GrowthEvidence.warmUp, leastAge: leastAge, counts: counts).adding(caches)
    } catch let error as HistoryError {
      throw Failure.failed("\(error)")
    }
  }

  /// Indices of the snapshots to examine.
  private var range: Range<Int> {
    let (file, last) = (history.file, history.index)
    guard let span else { return 0..<last + 1 }
    let start = file.recordedSnapshots[last].time - span
    return (file.recordedSnapshots[...last].firstIndex { $0.time >= start } ?? last)..<last + 1
  }

  /// Reads snapshots at equal distances since the last restart or change of the source.
  private func moments() throws -> [CacheGrowth.Moment] {
    let range = range
    let count = min(range.count, HistoryLeaks.momentCount)
    var moments: [CacheGrowth.Moment] = []
    for number in 1...count {
      let index = range.lowerBound + range.count * number / count - 1
      let moment = CacheGrowth.Moment(
        seconds: history.file.recordedSnapshots[index].time, snapshot: try history.file.snapshot(at: index))
      if let last = moments.last, !HistoryLeaks.continues(moment.snapshot, last.snapshot) { moments = [] }
      moments.append(moment)
    }
    return moments
  }

  private static func continues(_ snapshot: Snapshot, _ earlier: Snapshot) -> Bool {
    snapshot.workload == earlier.workload && snapshot.policy == earlier.policy
      && snapshot.events ?? 0 >= earlier.events ?? 0
  }

  /// Reads the profiles since a time and since the last restart of the source.
  private func profiles(since start: Double) throws(HistoryError) -> [TimedProfile] {
    guard let reader = try ProfileReader(history.file) else { return [] }
    var profiles: [RecordedProfile] = []
    for profile in try reader.profiles(in: range, atMost: HistoryLeaks.momentCount) where profile.time >= start {
      if let last = profiles.last, !profile.continues(last) { profiles = [] }
      profiles.append(profile)
    }
    return profiles.map { TimedProfile(seconds: $0.time, profile: $0.profile) }
  }
}
