import Recordings

/// Format of a file, recognised by its first bytes.
enum ForeignFormat {
  /// Text of a tracer, or an unknown format.
  case text
  /// A .slabtrace recording.
  case recording
  /// A history: an SQLite database.
  case history
  /// A format that another program converts: `perf script`, `trace-cmd report`, `zstd -dc`.
  case converted(by: Converter)
  /// A packet capture.
  case packets

  init(_ start: UnsafeRawBufferPointer) {
    if let converter = Converter.all.first(where: { start.starts(with: $0.magic) }) {
      self = .converted(by: converter)
    } else if start.starts(with: [0x8A] + Array("SLAB".utf8)) {
      self = .recording
    } else if start.starts(with: Array("SQLite format 3\0".utf8)) {
      self = .history
    } else {
      self = PacketCaptureReader.recognises(start) ? .packets : .text
    }
  }
}

/// A program that converts a format that slabscope does not read.
struct Converter {
  let magic: [UInt8]
  /// Description of the format, for error messages.
  let format: String
  let package: String
  /// The command without the file.
  let command: [String]
  /// Whether the program reads a file only, not standard input.
  let needsFile: Bool
  /// Whether the program decompresses, so that its output may have any format. Otherwise its output is the text of a trace.
  var decompresses: Bool { !needsFile }

  static let all = [
    Converter(
      magic: Array("PERFILE2".utf8), format: "a perf.data file", package: "linux-perf",
      command: ["perf", "script", "-i"], needsFile: true),
    Converter(
      magic: [0x17, 0x08, 0x44] + Array("tracing".utf8), format: "a trace.dat file", package: "trace-cmd",
      command: ["trace-cmd", "report", "-i"], needsFile: true),
    Converter(
      magic: [0x28, 0xB5, 0x2F, 0xFD], format: "compressed (zstd)", package: "zstd", command: ["zstd", "-dcq"],
      needsFile: false),
    Converter(
      magic: [0x1F, 0x8B], format: "compressed (gzip)", package: "gzip", command: ["gzip", "-dc"], needsFile: false),
    Converter(
      magic: [0xFD] + Array("7zXZ".utf8), format: "compressed (xz)", package: "xz-utils", command: ["xz", "-dc"],
      needsFile: false),
  ]
}
