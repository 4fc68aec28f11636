import CBundledRecordings
import Recordings

/// Recordings of Linux 6.18 that are part of the program. They are the first events of longer recordings, less than 1 MB together.
enum BundledRecordings {
  /// Names and summaries, in the order of the list of workloads.
  static let entries: [(name: String, summary: String)] = [
    ("imix-burst", "recorded: queues of 40/576/1500-byte datagrams fill and drain"),
    ("tcp-bulk", "recorded: iperf3, one TCP stream over loopback"),
    ("udp-rr", "recorded: UDP requests and responses of 40 to 512 bytes"),
  ]

  /// Names of all bundled recordings.
  static var names: [String] { entries.map(\.name) }

  /// Opens a bundled recording.
  /// - Throws: a `Failure` if there is no bundled recording of this name.
  static func open(_ name: String) throws -> Recording {
    let found = bundled_recording_named(name)
    guard let start = found.start else {
      throw Failure.usage("unknown recording '\(name)'; bundled recordings: \(names.joined(separator: ", "))")
    }
    return try Recording(bytes: [UInt8](UnsafeBufferPointer(start: start, count: found.count)), name: name)
  }
}
