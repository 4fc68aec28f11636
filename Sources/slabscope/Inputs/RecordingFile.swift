import Recordings
import Telemetry

extension Recording {
  /// Opens a .slabtrace file, or reads one from standard input if the path is `-`. A damaged part is reported on standard error.
  /// - Throws: a `Failure` if it is no recording.
  init(file path: String) throws {
    let input = try InputFile(path)
    do {
      self =
        try input.size == nil
        ? Recording(bytes: try input.readAll(), name: input.name)
        : Recording(mapping: path, name: input.name)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(input.name): \(error)")
    }
    if let warning { Standard.error("slabscope: warning: \(input.name): \(warning)\n") }
  }
}

/// A recording that is written to a file atomically.
final class RecordingFile {
  private let file: AtomicFile
  private var writer: SlabtraceWriter
  private var symbols: [String] = []

  private init(_ path: String, name: String, summary: String, usedBytesMethod: UsedBytesMethod?) throws {
    file = try AtomicFile(path)
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
  /// - Returns: the number of events, which `body` returns; if it is 0, no file is written.
  static func write(
    to path: String, name: String, summary: String, like counts: ImportStatistics?, usedBytesMethod: UsedBytesMethod?,
    _ body: (RecordingFile) throws -> Int
  ) throws -> Int {
    do {
      let file = try RecordingFile(path, name: name, summary: summary, usedBytesMethod: usedBytesMethod)
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
