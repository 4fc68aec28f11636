import Dashboard
import ProfileHistory
import Profiles
import Telemetry
import Workloads

/// A recorded history, which is paused at a snapshot or played at a multiple of the speed at which it was recorded.
/// Snapshots that are recorded meanwhile are added to it.
final class HistorySource: Source, Pausing, SpeedControl, HistorySeeking {
  private let file: HistoryFile
  /// Index of the snapshot in view.
  private var index: Int
  private var shown: Snapshot
  /// The recorded time up to which the history was played, in seconds since 1970.
  private var playedTo: Double
  /// The time at which `playedTo` was reached.
  private var playedAt = ContinuousClock.now
  private var lastRefresh = ContinuousClock.now
  private var failure: String?
  private let figures: Set<Capability>
  /// Reader of the recorded profiles; nil if the history has none.
  private let profiles: ProfileReader?
  /// The profile of the snapshot in view, and the index of that snapshot; nil if it has not been read.
  private var shownProfile: (index: Int, profile: RecordedProfile?)?
  private(set) var isPaused = true
  private(set) var speed = PlaybackSpeed.normal

  /// Limits of the past that is read with its caches: the number of snapshots, and the number of caches in all of them
  /// together.
  private static let complete = (snapshots: 120, caches: 30_000)
  /// Number of earlier intervals that are read without caches: at least one per column of a wide screen.
  private static let chartIntervals = 400

  /// Opens the history at its latest snapshot, paused.
  /// - Throws: a `Failure` if the history has no snapshot, or the latest cannot be read.
  init(_ file: HistoryFile, path: String) throws {
    self.file = file
    guard let last = file.recordedSnapshots.last else {
      throw Failure.failed("\(path): the history has no snapshots; record one with slabscope --history FILE")
    }
    index = file.count - 1
    playedTo = last.time
    do {
      shown = try file.snapshot(at: index)
      profiles = try ProfileReader(file)
    } catch {
      throw Failure.failed("\(error)")
    }
    figures = shown.knownFigures.union(profiles == nil ? [] : [.callSites, .cpuTraffic])
  }

  var title: String { "A recorded history" }
  let interval = Duration.milliseconds(250)
  var capabilities: SourceCapabilities {
    SourceCapabilities(pausing: self, speed: self, history: self, figures: figures)
  }

  var position: HistoryPosition {
    let time = file.recordedSnapshots[index].time
    let local = LocalTime(time)
    return HistoryPosition(
      index: index, count: file.count, time: local.description, localSeconds: time + local.secondsFromUTC)
  }

  func setPaused(_ isPaused: Bool) {
    self.isPaused = isPaused
    (playedTo, playedAt) = (file.recordedSnapshots[index].time, .now)
  }

  func changeSpeed(by steps: Int) {
    // At maximum speed the history would be at its end at once.
    let next = speed.stepped(by: steps)
    if next != .maximum { speed = next }
  }

  func sample(_ request: SampleRequest) -> SourceSample {
    let before = file.recordedSnapshots[index].time
    addNewSnapshots()
    if !isPaused { advance() }
    var details = MachineDetails()
    if request.needsProfile, profiles != nil {
      details.profile = profileInView
      if details.profile == nil { details.profileNotice = "The history has no profile up to this time." }
    }
    return SourceSample(
      snapshot: shown, details: details, seconds: max(0, file.recordedSnapshots[index].time - before), failure: failure)
  }

  /// The latest profile up to the snapshot in view; nil if none was recorded in the same run, or if it cannot be read.
  private var profileInView: AllocationProfile? {
    if shownProfile?.index != index {
      do throws(HistoryError) {
        shownProfile = (index, try profiles?.profile(atOrBefore: index))
      } catch {
        (shownProfile, failure) = ((index, nil), "\(error)")
      }
    }
    return shownProfile?.profile?.profile
  }

  /// Reads the profiles of a range of snapshots.
  private func profiles(in range: Range<Int>) throws(HistoryError) -> [(AllocationProfile, seconds: Double)] {
    let found = try profiles?.profiles(in: range, atMost: HistorySource.profileCount) ?? []
    let times = found.map(\.time)
    return found.enumerated().map { ($1.profile, seconds: $0 == 0 ? 0 : max(0, times[$0] - times[$0 - 1])) }
  }

  /// Greatest number of profiles that are read for the curves of live bytes.
  private static let profileCount = 60

  /// Adds the snapshots that were recorded since the last call, and removes those that the recorder deleted; at most once
  /// a second.
  private func addNewSnapshots() {
    guard lastRefresh.duration(to: .now) >= .seconds(1) else { return }
    lastRefresh = .now
    do throws(HistoryError) {
      let deleted = try file.refresh()
      index = max(0, index - deleted)
      if deleted > 0 { shownProfile = nil }
    } catch {
      failure = "\(error)"
    }
  }

  /// Shows the latest snapshot that is due at the current speed.
  private func advance() {
    let now = ContinuousClock.now
    playedTo += Double(playedAt.duration(to: now) / .nanoseconds(1)) / 1e9 * speed.factor
    playedAt = now
    var next = index
    while next + 1 < file.count, file.recordedSnapshots[next + 1].time <= playedTo { next += 1 }
    // A gap in the recording is skipped, so that a user need not wait for hours.
    if next + 1 < file.count, next == index {
      let gap = file.recordedSnapshots[next + 1].time - file.recordedSnapshots[next].time
      if gap > HistorySource.shortestSkippedGap, gap > usualInterval * 3 { next += 1 }
    }
    if next + 1 >= file.count { playedTo = min(playedTo, file.recordedSnapshots[next].time) }
    guard next != index else { return }
    playedTo = max(playedTo, file.recordedSnapshots[next].time)
    failure = nil
    show(next)
  }

  /// Shortest gap between two snapshots that playing may skip, in seconds.
  private static let shortestSkippedGap = 10.0

  /// Median of the seconds between two snapshots, which may have been recorded every second or every hour.
  /// - Complexity: O(n log n) in the snapshots; used at gaps only.
  private var usualInterval: Double {
    let all = file.recordedSnapshots.indices.dropFirst().map {
      file.recordedSnapshots[$0].time - file.recordedSnapshots[$0 - 1].time
    }.sorted()
    return all.isEmpty ? 0 : all[all.count / 2]
  }

  private func show(_ newIndex: Int) {
    do {
      (shown, index) = (try file.snapshot(at: newIndex), newIndex)
    } catch {
      failure = "\(error)"
    }
  }

  func seek(_ seek: Seek) {
    let last = file.count - 1
    let target: Int
    switch seek {
    case .by(let snapshots): target = min(max(0, index + snapshots), last)
    case .end: target = last
    case .to(let time):
      let end = file.recordedSnapshots[last].time
      let wanted = end - time.secondsAgo(from: LocalTime(end).secondsOfDay)
      target = file.index(nearest: wanted) ?? last
    }
    isPaused = true
    failure = nil
    if target != index { show(target) }
    (playedTo, playedAt) = (file.recordedSnapshots[index].time, .now)
  }

  func past(span: Double?) -> HistoryPast {
    let limit = HistorySource.complete
    let count = max(1, min(limit.snapshots, limit.caches / max(1, shown.caches.count)))
    let first = max(0, index - count)
    do {
      var past = HistoryPast(earlier: try earlier(than: first, span: span), snapshots: [])
      try file.forEachSnapshot(in: first..<index + 1) { past.snapshots.append(($1, secondsBefore($0))) }
      past.profiles = try profiles(in: first..<index + 1)
      return past
    } catch {
      // The snapshot in view has been read, though those before it cannot be.
      failure = "\(error)"
      return HistoryPast(snapshots: [(shown, 0)])
    }
  }

  /// Reads the snapshots before `first` that charts of a time span show.
  private func earlier(than first: Int, span: Double?) throws(HistoryError) -> [(Snapshot, seconds: Double)] {
    let end = file.recordedSnapshots[index].time
    let start = span.map { span in file.recordedSnapshots[..<first].firstIndex { $0.time >= end - span } ?? first } ?? 0
    var previous = start
    return try file.peaks(in: start..<first, intervals: HistorySource.chartIntervals).map { peak in
      defer { previous = peak.lastIndex }
      let seconds = file.recordedSnapshots[peak.lastIndex].time - file.recordedSnapshots[previous].time
      return (peak.snapshot, max(0, seconds))
    }
  }

  /// Seconds from the snapshot before to the snapshot at an index; 0 for the first snapshot.
  private func secondsBefore(_ index: Int) -> Double {
    index == 0 ? 0 : max(0, file.recordedSnapshots[index].time - file.recordedSnapshots[index - 1].time)
  }
}
