import Foundation

/// A running converter: its output is read in place of the input.
final class Conversion {
  private let process = Process()
  /// Path of the file for error messages of the program. A pipe could fill up and block the program.
  private let errors: String
  private let converter: Converter
  private let name: String
  /// Path of a copy of standard input, for a program that reads a file only.
  private var copy: String?
  private var feeder: Thread?
  let output: InputFile

  /// Starts the converter.
  /// - Throws: a `Failure`; if the program is missing, it names the package.
  init(_ input: InputFile, _ converter: Converter) throws {
    self.converter = converter
    name = input.name
    errors = Conversion.temporaryPath("errors")
    let printed = Pipe()
    output = InputFile(printed.fileHandleForReading, name: input.name)
    guard let program = Conversion.path(of: converter.command[0]) else {
      throw Failure.failed(
        "\(input.name): is \(converter.format), which requires \(converter.command[0]) "
          + "(`apt-get install \(converter.package)`)")
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(converter.command.dropFirst())
    process.standardOutput = printed
    guard FileManager.default.createFile(atPath: errors, contents: nil, attributes: [.posixPermissions: 0o600]),
      let errorFile = FileHandle(forWritingAtPath: errors)
    else { throw Failure.failed("\(errors): cannot be written; set TMPDIR to a directory with free space") }
    process.standardError = errorFile
    process.standardInput = FileHandle.nullDevice
    var feed: (InputFile, FileHandle)?
    if converter.needsFile {
      let file = try input.path ?? Conversion.copyToFile(input)
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
      throw Failure.failed("\(input.name): \(program) cannot be started")
    }
    if let (input, handle) = feed { startFeeding(input, to: handle) }
  }

  /// Ends the program if it still runs, and removes the temporary files.
  deinit {
    if process.isRunning { process.terminate() }
    unlink(errors)
    if let copy { unlink(copy) }
  }

  /// Waits until the program has ended. Its output must have been read completely.
  /// - Throws: a `Failure` with the last error message of the program, if it failed.
  func finish() throws {
    process.waitUntilExit()
    let errors = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
    guard process.terminationStatus == 0 else {
      let line = errors.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      throw Failure.failed("\(name): \(converter.command[0]) could not read the whole file\(line)")
    }
  }

  private func startFeeding(_ input: InputFile, to handle: FileHandle) {
    // Used by the new thread only from here on.
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
        // The program has ended early; its exit status is checked in `finish`.
        if written < piece.count { break }
      }
      try? handle.close()
    }
    thread.start()
    feeder = thread
  }

  private static func temporaryPath(_ suffix: String) -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("slabscope-\(getpid())-\(UUID().uuidString).\(suffix)").path
  }

  private static func copyToFile(_ input: InputFile) throws -> String {
    let path = temporaryPath("input")
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Failure.failed("\(path): cannot be written; set TMPDIR to a directory with free space") }
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
      throw Failure.failed("\(path): no space left; set TMPDIR to a directory with free space")
    }
  }

  private static func path(of program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}
