import Foundation
import Recordings

/// What an input is, by its first bytes.
enum ForeignFormat {
  /// Lines of some tracer, or nothing known.
  case text
  /// A .slabtrace already.
  case recording
  /// Something that another program turns into what can be read: `perf script`, `trace-cmd report`, `zstd -dc`.
  case converted(by: Converter)
  /// Packets.
  case packets

  init(_ start: UnsafeRawBufferPointer) {
    if let converter = Converter.all.first(where: { start.starts(with: $0.magic) }) {
      self = .converted(by: converter)
    } else if start.starts(with: [0x8A] + Array("SLAB".utf8)) {
      self = .recording
    } else {
      self = PacketCaptureReader.recognises(start) ? .packets : .text
    }
  }
}

/// A program that reads what we don't.
struct Converter {
  let magic: [UInt8]
  let what: String
  let package: String
  /// The command, but for the file.
  let command: [String]
  /// Whether it needs the file itself, to seek in it.
  let needsFile: Bool

  static let all = [
    Converter(
      magic: Array("PERFILE2".utf8), what: "a perf.data file", package: "linux-perf",
      command: ["perf", "script", "-i"], needsFile: true),
    Converter(
      magic: [0x17, 0x08, 0x44] + Array("tracing".utf8), what: "a trace.dat file", package: "trace-cmd",
      command: ["trace-cmd", "report", "-i"], needsFile: true),
    Converter(
      magic: [0x28, 0xB5, 0x2F, 0xFD], what: "compressed (zstd)", package: "zstd", command: ["zstd", "-dcq"],
      needsFile: false),
    Converter(
      magic: [0x1F, 0x8B], what: "compressed (gzip)", package: "gzip", command: ["gzip", "-dc"], needsFile: false),
    Converter(
      magic: [0xFD] + Array("7zXZ".utf8), what: "compressed (xz)", package: "xz-utils", command: ["xz", "-dc"],
      needsFile: false),
  ]
}

/// A converter at work on an input: what it prints is the new input.
final class Conversion {
  private let process = Process()
  /// What the program says goes to a file: a pipe that nobody reads meanwhile could stop it.
  private let errors: String
  private let converter: Converter
  private let name: String
  /// A copy of what came through a pipe, for a program that needs a file.
  private var copy: String?
  private var feeder: Thread?
  let output: InputFile

  /// - Throws: a `Failure` that names the package when the program is missing.
  init(_ input: InputFile, _ converter: Converter) throws {
    self.converter = converter
    name = input.name
    errors = Conversion.temporaryPath("errors")
    let printed = Pipe()
    output = InputFile(printed.fileHandleForReading, name: input.name)
    guard let program = Conversion.path(of: converter.command[0]) else {
      throw Failure.failed(
        "\(input.name): is \(converter.what); reading it takes \(converter.command[0]) "
          + "(`apt-get install \(converter.package)`)")
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(converter.command.dropFirst())
    process.standardOutput = printed
    guard FileManager.default.createFile(atPath: errors, contents: nil, attributes: [.posixPermissions: 0o600]),
      let said = FileHandle(forWritingAtPath: errors)
    else { throw Failure.failed("\(errors): can't be written; set TMPDIR to a folder with room") }
    process.standardError = said
    process.standardInput = FileHandle.nullDevice
    var feed: (InputFile, FileHandle)?
    if converter.needsFile {
      let file = try input.path ?? Conversion.spool(input)
      if input.path == nil { copy = file }
      process.arguments?.append(file)
    } else {
      let pipe = Pipe()
      process.standardInput = pipe
      feed = (input, pipe.fileHandleForWriting)
    }
    do {
      try process.run()
    } catch {
      throw Failure.failed("\(input.name): \(program) can't be started")
    }
    if let (input, handle) = feed { startFeeding(input, to: handle) }
  }

  /// Ends it, if it still runs, and leaves no file behind.
  deinit {
    if process.isRunning { process.terminate() }
    unlink(errors)
    if let copy { unlink(copy) }
  }

  /// Waits for its end. All that it prints has been read, or it may wait for that itself.
  /// - Throws: a `Failure` with what the program said, when it failed.
  func finish() throws {
    process.waitUntilExit()
    let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
    guard process.terminationStatus == 0 else {
      let line = said.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      throw Failure.failed("\(name): \(converter.command[0]) could not read all of it\(line)")
    }
  }

  private func startFeeding(_ input: InputFile, to handle: FileHandle) {
    // Sendable in effect: from here on only the feeding thread uses both.
    nonisolated(unsafe) let input = input
    let thread = Thread {
      while let piece = try? input.read(), !piece.isEmpty {
        var written = 0
        while written < piece.count {
          let count = write(handle.fileDescriptor, piece.baseAddress! + written, piece.count - written)
          if count < 0, errno == EINTR { continue }
          if count <= 0 { break }
          written += count
        }
        // The program ended early; its status says why.
        if written < piece.count { break }
      }
      try? handle.close()
    }
    thread.start()
    feeder = thread
  }

  private static func temporaryPath(_ what: String) -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("slabscope-\(getpid())-\(UUID().uuidString).\(what)").path
  }

  private static func spool(_ input: InputFile) throws -> String {
    let path = temporaryPath("input")
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Failure.failed("\(path): can't be written; set TMPDIR to a folder with room") }
    do {
      while true {
        let piece = try input.read()
        if piece.isEmpty { return path }
        try handle.write(contentsOf: Data(piece))
      }
    } catch let failure as Failure {
      unlink(path)
      throw failure
    } catch {
      unlink(path)
      throw Failure.failed("\(path): no space left; set TMPDIR to a folder with room")
    }
  }

  private static func path(of program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}
