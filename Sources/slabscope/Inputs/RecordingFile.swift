import Recordings
import Telemetry

/// A recording that is written to a file atomically.
final class RecordingFile {
  private let file: AtomicFile
  private var writer: SlabtraceWriter
  private var symbols: [String] = []

  private init(
    _ path: String, overwrites: Bool, name: String, summary: String, usedBytesMethod: UsedBytesMethod?
  ) throws {
    file = try OutputFile.open(path, overwrites: overwrites)
    writer = SlabtraceWriter(name: name, summary: summary, usedBytesMethod: usedBytesMethod)
  }

  /// Adds events, whose `site` and `cache` are indices of `symbols`. The symbols must begin with those of earlier calls.
  func add(_ events: [AllocationEvent], symbols: [String]) throws {
    self.symbols = symbols
    writer.append(events, symbols: symbols)
    try file.append(writer.drain())
  }

  func add(_ sample: KernelSample) { writer.append(sample) }

  /// Writes the events that `body` adds, with the statistics of the original recording.
  /// - Parameters:
  ///   - path: path of the recording, or `-` for standard output.
  ///   - overwrites: whether an existing file is replaced.
  /// - Returns: the number of events, which `body` returns; if it is 0, no file is written.
  static func write(
    to path: String, overwrites: Bool, name: String, summary: String, like counts: ImportStatistics?,
    usedBytesMethod: UsedBytesMethod?,
    _ body: (RecordingFile) throws -> Int
  ) throws -> Int {
    do {
      let file = try RecordingFile(
        path, overwrites: overwrites, name: name, summary: summary, usedBytesMethod: usedBytesMethod)
      let written = try body(file)
      guard written > 0 else { return 0 }
      try file.file.append(file.writer.finish(symbols: file.symbols, counts: counts ?? ImportStatistics()))
      try file.file.commit()
      return written
    } catch let error as AtomicFile.Failure {
      throw Failure.failed("\(error)")
    } catch let error as SlabtraceError {
      throw Failure.failed("\(name): \(error)")
    }
  }
}
