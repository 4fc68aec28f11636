import Dispatch
import FoundationEssentials
import ProfileHistory
import Profiles
import Synchronization
import Telemetry

/// Records snapshots, and the profiles of their source, to a history file, at most one snapshot a second, on a thread of its own, so that a slow disk delays neither the screen nor
/// the keys.
final class HistoryWriter: Sendable {
  private let queue = DispatchQueue(label: "history")
  private let state = Mutex(State())
  // Used by `queue` only, after initialisation.
  nonisolated(unsafe) private let recorder: HistoryRecorder
  nonisolated(unsafe) private let profiles: ProfileRecorder

  private struct State {
    var last = -Double.infinity
    var lastProfile = -Double.infinity
    var waiting = 0
    var failure: String?
  }

  /// Shortest interval between snapshots in seconds; a little less than 1, so that snapshots every second are all recorded.
  private static let interval = 0.95
  /// Shortest interval between profiles in seconds. A profile has up to 200 contexts, whose counts all change, and is therefore many
  /// times larger than a snapshot, of which only changes are recorded.
  private static let profileInterval = 4.95
  /// Greatest number of snapshots that wait for the disk; further snapshots are dropped.
  private static let maximumWaiting = 8

  /// Opens a history file to append to, or creates one.
  /// - Parameter keep: seconds of history to keep; nil to keep all.
  /// - Throws: a `Failure` that names the file.
  init(_ path: String, keep: Double?) throws {
    do {
      recorder = try HistoryRecorder(path: path, retention: keep)
      profiles = ProfileRecorder(recorder)
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  /// The error that ended recording; nil if there was none.
  var failure: String? { state.withLock { $0.failure } }

  /// Records a snapshot unless the last one is less than a second old.
  /// - Parameter profile: the cumulative profile of the source, which is evaluated if the last profile is older than five seconds; nil
  ///   if the source has none.
  func add(_ snapshot: Snapshot, profile: @autoclosure () -> AllocationProfile? = nil) {
    let now = Date().timeIntervalSince1970
    let (isDue, isProfileDue) = state.withLock { state in
      // If the clock was set back, recording continues with the new time.
      guard state.failure == nil, abs(now - state.last) >= HistoryWriter.interval,
        state.waiting < HistoryWriter.maximumWaiting
      else { return (false, false) }
      state.last = now
      state.waiting += 1
      let isProfileDue = abs(now - state.lastProfile) >= HistoryWriter.profileInterval
      if isProfileDue { state.lastProfile = now }
      return (true, isProfileDue)
    }
    guard isDue else { return }
    let profile = isProfileDue ? profile() : nil
    queue.async { [self] in
      do throws(HistoryError) {
        try profiles.append(snapshot, profile, at: now)
        state.withLock { $0.waiting -= 1 }
      } catch {
        state.withLock { ($0.failure, $0.waiting) = ($0.failure ?? "\(error)", $0.waiting - 1) }
      }
    }
  }

  /// Waits until every snapshot is written, and closes the history.
  /// - Returns: the first error; nil if there was none.
  func finish() -> String? {
    queue.sync {
      do throws(HistoryError) {
        try recorder.finish()
      } catch {
        state.withLock { $0.failure = $0.failure ?? "\(error)" }
      }
    }
    return failure
  }
}
