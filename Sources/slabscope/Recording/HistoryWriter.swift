import Foundation
import Synchronization
import Telemetry

/// Writes down what is seen, a moment a second at most, on a thread of its own: a disk that takes its time holds up neither
/// the screen nor the keys.
final class HistoryWriter: Sendable {
  private let queue = DispatchQueue(label: "history")
  private let state = Mutex(State())
  // Only `queue` touches it after it was made.
  nonisolated(unsafe) private let recorder: HistoryRecorder

  private struct State {
    var last = -Double.infinity
    var waiting = 0
    var failure: String?
  }

  /// Seconds between moments at least; less where rounding would leave out each second one.
  private static let interval = 0.95
  /// Moments that wait for the disk at most; what comes then is left out.
  private static let mostWaiting = 8

  /// Opens a history to go on with, or a new one.
  /// - Parameter keep: seconds of history to keep; nil for all.
  /// - Throws: a `Failure` that names the file.
  init(_ path: String, keep: Double?) throws {
    do {
      recorder = try HistoryRecorder(path: path, retention: keep)
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  /// Why nothing is written any more, if so.
  var failure: String? { state.withLock { $0.failure } }

  /// Takes in what was just seen.
  func add(_ snapshot: Snapshot) {
    let now = Date().timeIntervalSince1970
    let isDue = state.withLock { state in
      // A clock that was set back goes on from there.
      guard state.failure == nil, abs(now - state.last) >= HistoryWriter.interval,
        state.waiting < HistoryWriter.mostWaiting
      else { return false }
      state.last = now
      state.waiting += 1
      return true
    }
    guard isDue else { return }
    queue.async { [self] in
      do throws(HistoryError) {
        try recorder.append(snapshot, at: now)
        state.withLock { $0.waiting -= 1 }
      } catch {
        state.withLock { ($0.failure, $0.waiting) = ($0.failure ?? "\(error)", $0.waiting - 1) }
      }
    }
  }

  /// Waits until all is written, and tidies up.
  /// - Returns: what went wrong first; nil when nothing did.
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
