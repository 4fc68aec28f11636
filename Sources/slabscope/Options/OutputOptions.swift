import ArgumentParser
import Profiles

/// The file that a command writes its result to.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File to write (default: -, which is standard output).", valueName: "file"), completion: .file())
  var output = "-"

  @Flag(help: "Overwrite an existing file.")
  var force = false

  /// Checks that the file may be written, before a long computation.
  /// - Throws: a `Failure` that names the file.
  func check() throws(Failure) { try OutputFile.check(output, overwrites: force) }

  /// Writes the result.
  /// - Throws: a `Failure` that names the file.
  func write(_ text: String) throws(Failure) { try OutputFile.write(text, to: output, overwrites: force) }

  /// Writes a result that is not text.
  /// - Throws: a `Failure` that names the file.
  func write(_ bytes: [UInt8]) throws(Failure) { try OutputFile.write(bytes, to: output, overwrites: force) }

  /// Writes a profile as a .slabprofile file.
  /// - Throws: a `Failure` that names the file.
  func write(_ profile: AllocationProfile) throws(Failure) {
    try OutputFile.write(profile, to: output, overwrites: force)
  }
}
