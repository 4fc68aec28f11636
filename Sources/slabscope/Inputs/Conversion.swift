import FoundationEssentials
import Glibc
import Kernel

/// A running converter: its output is read in place of the input.
final class Conversion {
  private let process: ChildProcess
  /// Path of the file for error messages of the program. A pipe could fill up and block the program.
  private let errors: String
  private let converter: Converter
  private let name: String
  /// Path of a copy of standard input, for a program that reads a file only.
  private var copy: String?
  let output: InputFile

  /// Starts the converter.
  /// - Throws: a `Failure`; if the program is missing, it names the package.
  init(_ input: InputFile, _ converter: Converter) throws {
    self.converter = converter
    name = input.name
    errors = Conversion.temporaryPath("errors")
    guard let program = Conversion.path(of: converter.command[0]) else {
      throw Failure.failed(
        "\(input.name): is \(converter.format), which requires \(converter.command[0]) "
          + "(`apt-get install \(converter.package)`)")
    }
    var command = [program] + converter.command.dropFirst()
    if converter.needsFile {
      let file = try input.path ?? Conversion.copyToFile(input)
      if input.path == nil { copy = file }
      command.append(file)
    }
    let errorFile = try Conversion.create(errors)
    defer { close(errorFile) }
    guard let started = ChildProcess(command, errors: errorFile, readsInput: !converter.needsFile) else {
      unlink(errors)
      if let copy { unlink(copy) }
      throw Failure.failed("\(input.name): \(program) cannot be started")
    }
    process = started
    output = InputFile(descriptor: started.output, name: input.name)
    if let feed = started.input { startFeeding(input, to: feed) }
  }

  /// Ends the program if it still runs, and removes the temporary files.
  deinit {
    process.terminate()
    unlink(errors)
    if let copy { unlink(copy) }
  }

  /// Waits until the program has ended. Its output must have been read completely.
  /// - Throws: a `Failure` with the last error message of the program, if it failed.
  func finish() throws {
    let status = process.waitForEnd()
    let errors = (try? String(decoding: InputFile(errors).readAll(), as: UTF8.self)) ?? ""
    guard status == 0 else {
      let line = errors.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      throw Failure.failed("\(name): \(converter.command[0]) could not read the whole file\(line)")
    }
  }

  private func startFeeding(_ input: InputFile, to descriptor: Int32) {
    // Used by the new thread only from here on.
    nonisolated(unsafe) let input = input
    BackgroundThread.start(name: "converter") {
      while let piece = try? input.read(), !piece.isEmpty {
        var written = 0
        while written < piece.count {
          let count = write(descriptor, piece.baseAddress! + written, piece.count - written)
          if count < 0, errno == EINTR { continue }
          if count <= 0 { break }
          written += count
        }
        // The program has ended early; its exit status is checked in `finish`.
        if written < piece.count { break }
      }
      close(descriptor)
    }
  }

  private static func temporaryPath(_ suffix: String) -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("slabscope-\(getpid())-\(UUID().uuidString).\(suffix)").path
  }

  private static func copyToFile(_ input: InputFile) throws -> String {
    let path = temporaryPath("input")
    let file = try create(path)
    defer { close(file) }
    do {
      while true {
        let piece = try input.read()
        if piece.isEmpty { return path }
        guard write(file, piece.baseAddress, piece.count) == piece.count else {
          throw Failure.failed("\(path): no space left; set TMPDIR to a directory with free space")
        }
      }
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Creates a file that only the user may read, and returns its descriptor.
  private static func create(_ path: String) throws -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw Failure.failed("\(path): cannot be written; set TMPDIR to a directory with free space")
    }
    return file
  }

  private static func path(of program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}
