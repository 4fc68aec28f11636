import FoundationEssentials
import Glibc
import Recordings
import TextOutput
import Workloads

/// An input of a command: events to replay, the state of a machine's slab memory, or a profile of an allocator's traffic.
///
/// A name is resolved in this order:
///
/// 1. `-` is standard input, whose kind is recognised by its content.
/// 2. A file or pipe of this name. Its kind is recognised by its content, not by its extension.
/// 3. `kernel` is the running kernel; the names of workloads and of bundled recordings.
/// 4. `FILE@TIME` is a history at a time: `x.history@14:05`, `x.history@-2m`.
///
/// A directory does not hide a name: in a source tree of Linux, `kernel` is the running kernel.
enum Input {
  case recording(InputRecording)
  case workload(WorkloadSettings)
  case kernel
  case snapshot(SavedSnapshotFile)
  case history(InputHistory)
  case profile(InputProfile)

  /// Name of the running kernel as an input.
  static let kernelName = "kernel"

  /// Names of inputs that are not files.
  static var names: [String] { [kernelName] + WorkloadCatalog.names + BundledRecordings.names }

  /// Returns whether a word is a known name, an existing file or folder, or an existing file with a time.
  static func isName(_ word: String) -> Bool {
    let file = word.lastIndex(of: "@").map { String(word[..<$0]) } ?? word
    return names.contains(word) || [word, file].contains(where: FileManager.default.fileExists(atPath:))
  }

  /// Resolves a name.
  /// - Parameters:
  ///   - name: the argument of the command.
  ///   - changes: parameters of a workload that the command line sets.
  /// - Throws: a `Failure`: the input cannot be read, has no known format, or does not exist; the latter suggests similar names.
  init(_ name: String, _ changes: TrafficParameterChanges = TrafficParameterChanges()) throws {
    self = try Input.resolve(name, changes)
    if case .workload = self { return }
    guard changes.isEmpty else {
      let options = changes.options
      let these = options.count == 1 ? "this option" : "these options"
      throw Failure.usage(
        "\(options.joined(separator: ", ")): expected a workload for \(these), found \(description): \(name)")
    }
  }

  private static func resolve(_ name: String, _ changes: TrafficParameterChanges) throws -> Input {
    var status = stat()
    let exists = stat(name, &status) == 0
    let reason = errno
    if name == "-" || (exists && status.st_mode & S_IFMT != S_IFDIR) {
      return try Input(contentOf: InputFile(name), changes)
    }
    if name == kernelName { return .kernel }
    if WorkloadCatalog.names.contains(name) { return .workload(try WorkloadSettings(named: name, changes)) }
    if BundledRecordings.names.contains(name) {
      return .recording(InputRecording(try BundledRecordings.open(name), path: nil))
    }
    if let history = try InputHistory(at: name) { return .history(history) }
    // A file that exists but cannot be examined has an error of its own.
    if exists || (reason != ENOENT && reason != ENOTDIR && reason != ENAMETOOLONG) { _ = try InputFile(name) }
    throw Failure.failed("\(shortened(name)): no such file\(suggestion(for: name))")
  }

  /// Returns the end of an error message for a name that does not exist. Names of files are suggested only for a name
  /// with a dot or a slash, because a single word is more likely a misspelt workload.
  private static func suggestion(for name: String) -> String {
    let known = "; expected a file, -, \(kernelName), a workload or a bundled recording (see slabscope workloads)"
    // Long names are not compared by their edit distance, which takes the product of their lengths.
    let last = name.lastPathComponent
    guard last.count <= 80 else { return known }
    if let near = EditDistance.nearest(to: name, among: names) { return "; did you mean \(kind(of: near)) `\(near)`?" }
    guard name.contains("/") || name.contains(".") else { return known }
    let folder = name.deletingLastPathComponent
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    guard let file = EditDistance.nearest(to: last, among: Array(files.prefix(2000))) else { return known }
    return "; did you mean `\(folder.isEmpty ? file : folder.appendingPathComponent(file))`?"
  }

  /// Returns the name for a message: quoted if it is empty, without its middle part if it is very long.
  private static func shortened(_ name: String) -> String {
    name.isEmpty ? "''" : name.count <= 160 ? name : "\(name.prefix(80))…\(name.suffix(40))"
  }

  private static func kind(of name: String) -> String {
    name == kernelName
      ? "the running kernel" : BundledRecordings.names.contains(name) ? "the recording" : "the workload"
  }

  /// Path of a recording; nil for a bundled one, for standard input and for other kinds of input.
  var recordingPath: String? {
    if case .recording(let input) = self { input.path } else { nil }
  }

  /// Whether the input is the running kernel.
  var isKernel: Bool {
    if case .kernel = self { true } else { false }
  }

  /// The kind of the input with its article, for messages.
  var description: String {
    switch self {
    case .recording: "a recording"
    case .workload: "a workload"
    case .kernel: "the running kernel"
    case .snapshot: "a saved snapshot"
    case .history: "a history"
    case .profile: "a profile"
    }
  }
}

/// A recording and where it came from.
struct InputRecording: Sendable {
  let recording: Recording
  /// Path of the file; nil for a bundled recording and for standard input.
  let path: String?

  init(_ recording: Recording, path: String?) { (self.recording, self.path) = (recording, path) }
}
