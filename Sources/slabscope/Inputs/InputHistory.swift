import FoundationEssentials
import Telemetry

/// A history, and the time of the snapshot in it that was named.
struct InputHistory {
  let file: HistoryFile
  let path: String
  /// The time that was named; nil for the latest snapshot.
  var time: HistoryTime?

  /// Opens a history.
  /// - Throws: a `Failure` if the file is not a history or has no snapshots.
  init(path: String, time: HistoryTime? = nil) throws {
    do {
      file = try HistoryFile(path: path)
    } catch {
      throw Failure.failed("\(error)")
    }
    guard file.count > 0 else {
      throw Failure.failed("\(path): the history has no snapshots; record one with slabscope --history FILE")
    }
    (self.path, self.time) = (path, time)
  }

  /// Opens the history of a name such as `x.history@14:05`; nil if the name has no `@`, or no file has the name before it.
  /// - Throws: a `Failure` if the time cannot be read.
  init?(at name: String) throws {
    guard let mark = name.lastIndex(of: "@") else { return nil }
    let path = String(name[..<mark])
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text = name[name.index(after: mark)...]
    guard let time = HistoryTime(text) else {
      throw Failure.usage("\(path): expected a time after @, such as \(HistoryTime.examples), found '\(text)'")
    }
    try self.init(path: path, time: time)
  }

  /// Index of the snapshot that was named: the nearest to the time, or the latest.
  var index: Int {
    let last = file.count - 1
    guard let time else { return last }
    let end = file.recordedSnapshots[last].time
    return file.index(nearest: time.seconds(before: end)) ?? last
  }

  /// Reads the snapshot that was named.
  /// - Throws: a `Failure` that names the file.
  func snapshot() throws -> Snapshot {
    do {
      return try file.snapshot(at: index)
    } catch {
      throw Failure.failed("\(error)")
    }
  }
}
