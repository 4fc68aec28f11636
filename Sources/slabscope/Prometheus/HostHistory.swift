import Fleet
import Glibc
import Telemetry
import TextOutput

/// The past of a host of a Prometheus server as a history, so that the dashboard shows it like a recorded one. The history is a
/// temporary file.
struct HostHistory {
  /// The history at the time that was named.
  let history: InputHistory
  /// Folder of the file. The caller removes it when the history is closed.
  let folder: String

  /// Largest number of snapshots.
  private static let mostSnapshots = 360.0
  /// Seconds before the time that was named if the user gives no range.
  private static let defaultRange = 3600.0

  /// Asks the server for the past of a host.
  /// - Throws: a `Failure`.
  init(_ text: String, _ options: PrometheusOptions) throws {
    let (host, _, end) = try PrometheusHost(text).open(options)
    let range = options.range?.seconds ?? HostHistory.defaultRange
    let snapshots = try PrometheusOptions.reporting {
      try host.snapshots(from: end - range, to: end, step: max(1, range / HostHistory.mostSnapshots))
    }
    folder = try HostHistory.makeFolder()
    do {
      // The name is shown on the screen.
      let path = folder.appendingPathComponent(HostHistory.fileName(host.instance))
      let recorder = try HistoryRecorder(path: path)
      for (seconds, snapshot) in snapshots { try recorder.append(snapshot, at: seconds) }
      try recorder.finish()
      history = try InputHistory(path: path)
    } catch {
      HostHistory.remove(folder)
      throw Failure.failed("\(error)")
    }
  }

  private static func makeFolder() throws(Failure) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array(parent.appendingPathComponent("slabscope.XXXXXX").utf8CString)
    guard mkdtemp(&path) != nil else {
      throw .failed(
        "\(parent): cannot create a folder: \(String(cString: strerror(errno)).lowercased()); set TMPDIR to another folder"
      )
    }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func fileName(_ instance: String) -> String {
    String(instance.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) ? $0 : "_" }.prefix(100))
      + ".history"
  }

  /// Removes the folder of a temporary file.
  static func remove(_ folder: String) {
    guard let listing = opendir(folder) else { return }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { unlink(folder.appendingPathComponent(name)) }
    }
    closedir(listing)
    rmdir(folder)
  }
}
