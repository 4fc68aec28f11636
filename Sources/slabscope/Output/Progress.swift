import Dispatch
import Glibc
import Synchronization

/// Progress line of a long operation: percentage, time that remains, and figures of the operation. It is printed to standard error, if that
/// is a terminal, once the operation has taken a second, and cleared at the end. Any thread may update it.
final class Progress: Sendable {
  private let activity: String
  private let start = ContinuousClock.now
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "progress")

  /// Amount of work at one time.
  struct Work: Sendable {
    var done = 0
    /// Amount of all work, in the unit of `done`; nil if it is not known.
    var total: Int?
    /// Figures of the operation.
    var detail = ""
    /// Seconds from the start of the operation to this amount of work.
    var seconds = 0.0
  }

  private struct State {
    var work = Work()
    var updated = ContinuousClock.now
    var isPrinted = false
    var hasEnded = false
  }

  /// Time before the first line: shorter operations need none.
  private static let delay = 1.0
  /// Seconds between two lines.
  private static let interval = 0.25

  /// Starts to print the progress.
  /// - Parameter activity: what the program does: `importing`.
  init(_ activity: String) {
    self.activity = activity
    if isatty(STDERR_FILENO) == 1 { schedule(after: Progress.delay) }
  }

  deinit { end() }

  /// Records the progress.
  /// - Parameters:
  ///   - done: amount of work that is done.
  ///   - total: amount of all work, in the same unit; nil if it is not known.
  ///   - detail: figures of the operation, evaluated at most four times a second.
  func update(_ done: Int, of total: Int?, _ detail: @autoclosure () -> String = "") {
    let now = ContinuousClock.now
    state.withLock { state in
      let isNew = state.work.done == 0 || state.work.total != total
      guard isNew || state.updated.duration(to: now) >= .seconds(Progress.interval) else { return }
      state.updated = now
      state.work = Work(
        done: done, total: total, detail: detail(), seconds: start.duration(to: now) / .seconds(1))
    }
  }

  /// Clears the line. Later updates have no effect.
  func end() {
    state.withLock { state in
      if state.isPrinted, !state.hasEnded { Standard.progress("") }
      state.hasEnded = true
    }
  }

  private func schedule(after seconds: Double) {
    queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.printLine() }
  }

  private func printLine() {
    let hasEnded = state.withLock { state in
      guard !state.hasEnded else { return true }
      state.isPrinted = true
      Standard.progress(Progress.text(activity, state.work, at: start.duration(to: .now) / .seconds(1)))
      return false
    }
    if !hasEnded { schedule(after: Progress.interval) }
  }

  /// Returns a progress line: `importing: 37 %, 12 s left, 81920 events`.
  /// - Parameter seconds: seconds since the start.
  static func text(_ activity: String, _ work: Work, at seconds: Double) -> String {
    var parts: [String] = []
    if let total = work.total, total > 0, work.done > 0 {
      let share = min(1, Double(work.done) / Double(total))
      parts = ["\(Int(share * 100)) %", time(max(0, work.seconds / share - seconds)) + " left"]
    }
    if !work.detail.isEmpty { parts.append(work.detail) }
    return parts.isEmpty ? activity : "\(activity): \(parts.joined(separator: ", "))"
  }

  /// Returns a time in at most two units, rounded up: `40 s`, `3 min 5 s`, `2 h 10 min`.
  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    if whole < 60 { return "\(whole) s" }
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
