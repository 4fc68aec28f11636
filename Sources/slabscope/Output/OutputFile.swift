import Glibc
import Profiles
import Telemetry
import TextOutput

/// The rule for every file that a command writes: it is written atomically, an existing file is replaced only with --force, and `-` is
/// standard output.
enum OutputFile {
  /// Opens a file for writing.
  /// - Parameter overwrites: whether an existing file is replaced.
  /// - Throws: a `Failure` that names the file.
  static func open(_ path: String, overwrites: Bool) throws(Failure) -> AtomicFile {
    try check(path, overwrites: overwrites)
    do {
      return try AtomicFile(path)
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  /// Checks that a file may be written, before the work whose result is written to it.
  /// - Throws: a `Failure` if it exists and may not be overwritten. Pipes and devices are not overwritten, so that they may exist.
  static func check(_ path: String, overwrites: Bool) throws(Failure) {
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Failure.failed("\(path): is a directory; name a file in it")
    }
    guard overwrites || status.st_mode & S_IFMT != S_IFREG else {
      throw Failure.failed("\(path): file exists; choose another name, or overwrite it with --force")
    }
  }

  /// Writes text to a file, or to standard output.
  /// - Throws: a `Failure` that names the file.
  static func write(_ text: String, to path: String, overwrites: Bool) throws(Failure) {
    guard path != "-" else { return Standard.output(text) }
    try write(Array(text.utf8), to: path, overwrites: overwrites)
  }

  /// Writes bytes to a file, or to standard output.
  /// - Throws: a `Failure` that names the file.
  static func write(_ bytes: [UInt8], to path: String, overwrites: Bool) throws(Failure) {
    let file = try open(path, overwrites: overwrites)
    do {
      try file.append(bytes)
      try file.commit()
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  /// Writes a profile as a .slabprofile file, or to standard output.
  /// - Throws: a `Failure` that names the file.
  static func write(_ profile: AllocationProfile, to path: String, overwrites: Bool) throws(Failure) {
    let contents: [UInt8]
    do {
      contents = try profile.fileContents(name: title(path))
    } catch {
      throw Failure.failed("\(error)")
    }
    try write(contents, to: path, overwrites: overwrites)
  }

  /// Returns the name of an output for messages.
  static func title(_ path: String) -> String { path == "-" ? "standard output" : path }

  /// Returns the path if no file has it, or else the path with the lowest number that makes it a new one: `view-2.svg`.
  static func fresh(_ path: String) -> String {
    var status = stat()
    func isTaken(_ path: String) -> Bool { stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG }
    guard isTaken(path) else { return path }
    let suffix = path.pathExtension
    let base = suffix.isEmpty ? path : String(path.dropLast(suffix.count + 1))
    var number = 2
    while true {
      let numbered = "\(base)-\(number)" + (suffix.isEmpty ? "" : ".\(suffix)")
      if !isTaken(numbered) { return numbered }
      number += 1
    }
  }
}
