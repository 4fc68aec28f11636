import Dashboard
import Foundation
import Telemetry
import Workloads

/// A recorded history, looked at again: it stands still at a moment, or plays on at the speed it was recorded, and goes on
/// with what is still being recorded.
final class HistorySession: DashboardSession {
  private let file: HistoryFile
  /// The moment in view.
  private var place: Int
  private var shown: Snapshot
  /// The recorded time that was played up to, in seconds since 1970, and when that was.
  private var playedTo: Double
  private var playedAt = ContinuousClock.now
  private var lastLook = ContinuousClock.now
  /// Recorded seconds between the moment in view and the one that was in view at the look before.
  private var passed = 0.0
  private var failure: String?
  private(set) var isPaused = true
  private(set) var speed = PlaybackSpeed.normal

  /// How much of the past is gone through for rates and curves: moments, and caches of all of them together.
  private static let context = (moments: 120, caches: 30_000)

  /// Stands at the latest moment.
  /// - Throws: a `Failure` for a history without one.
  init(_ file: HistoryFile, path: String) throws {
    self.file = file
    guard let last = file.recordedSnapshots.last else { throw Failure.failed("\(path): nothing was recorded") }
    place = file.count - 1
    playedTo = last.time
    do {
      shown = try file.snapshot(at: place)
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  var history: HistoryPosition? {
    HistoryPosition(index: place, count: file.count, time: LocalTime(file.recordedSnapshots[place].time).description)
  }

  var interval: (Duration, inWords: String?) { (.milliseconds(250), nil) }
  var secondsPassed: Double? { passed }
  /// What can't be read stays said until something else is looked at.
  var progress: (PlayerProgress, failure: String?) { (PlayerProgress(), failure) }

  func setPaused(_ isPaused: Bool) {
    self.isPaused = isPaused
    (playedTo, playedAt) = (file.recordedSnapshots[place].time, .now)
  }

  func changeSpeed(by steps: Int) {
    // As fast as possible has no meaning where nothing is to be worked out.
    let next = speed.stepped(by: steps)
    if next != .maximum { speed = next }
  }

  func snapshot(watching cache: String?) -> Snapshot {
    let before = file.recordedSnapshots[place].time
    learnOfMore()
    if !isPaused { playOn() }
    passed = max(0, file.recordedSnapshots[place].time - before)
    return shown
  }

  /// What is being recorded meanwhile belongs to it.
  private func learnOfMore() {
    guard lastLook.duration(to: .now) >= .seconds(1) else { return }
    lastLook = .now
    do throws(HistoryError) {
      let gone = try file.refresh()
      place = max(0, place - gone)
    } catch {
      failure = "\(error)"
    }
  }

  private func playOn() {
    let now = ContinuousClock.now
    playedTo += Double(playedAt.duration(to: now) / .nanoseconds(1)) / 1e9 * speed.factor
    playedAt = now
    var next = place
    while next + 1 < file.count, file.recordedSnapshots[next + 1].time <= playedTo { next += 1 }
    // Nobody wants to wait until the night is over: a time without recording is jumped over.
    if next + 1 < file.count, next == place {
      let gap = file.recordedSnapshots[next + 1].time - file.recordedSnapshots[next].time
      if gap > HistorySession.shortestGap, gap > usualInterval * 3 { next += 1 }
    }
    if next + 1 >= file.count { playedTo = min(playedTo, file.recordedSnapshots[next].time) }
    guard next != place else { return }
    playedTo = max(playedTo, file.recordedSnapshots[next].time)
    failure = nil
    show(next)
  }

  /// Seconds that are waited through whatever comes.
  private static let shortestGap = 10.0

  /// Seconds between two moments, as a rule: they may have been recorded every second or every hour.
  /// - Complexity: O(n log n) in the moments: asked for at gaps only.
  private var usualInterval: Double {
    let all = file.recordedSnapshots.indices.dropFirst().map {
      file.recordedSnapshots[$0].time - file.recordedSnapshots[$0 - 1].time
    }.sorted()
    return all.isEmpty ? 0 : all[all.count / 2]
  }

  private func show(_ index: Int) {
    do {
      (shown, place) = (try file.snapshot(at: index), index)
    } catch {
      failure = "\(error)"
    }
  }

  func seek(_ seek: Seek) -> [(Snapshot, seconds: Double)] {
    let last = file.count - 1
    let target: Int
    switch seek {
    case .by(let moments): target = min(max(0, place + moments), last)
    case .end: target = last
    case .to(let time):
      let end = file.recordedSnapshots[last].time
      let wanted = end - time.secondsAgo(from: LocalTime(end).secondsOfDay)
      target = file.index(nearest: wanted) ?? last
    }
    isPaused = true
    let context = min(HistorySession.context.moments, HistorySession.context.caches / max(1, shown.caches.count))
    var moments: [(Snapshot, seconds: Double)] = []
    do {
      try file.forEachSnapshot(in: max(0, target - max(1, context))..<target + 1) { index, snapshot in
        let seconds = index == 0 ? 0 : file.recordedSnapshots[index].time - file.recordedSnapshots[index - 1].time
        moments.append((snapshot, max(0, seconds)))
      }
      failure = nil
    } catch {
      failure = "\(error)"
    }
    if failure == nil, let last = moments.last {
      (shown, place) = (last.0, target)
    } else {
      // What went before it can't be read: it alone may.
      show(target)
      moments = place == target ? [(shown, 0)] : []
    }
    (playedTo, playedAt) = (file.recordedSnapshots[place].time, .now)
    return moments
  }

  var other: (Snapshot?, notice: String?) { (nil, "a recorded history has one machine: the one that was watched") }
  func setOther(_ policy: Policy?) {}
  var details: MachineDetails { MachineDetails() }
  func watch(_ page: DashboardPage) {}
  func makeControls() -> MachineControls? { nil }
  func end() {}
}
