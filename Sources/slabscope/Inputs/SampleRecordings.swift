import Foundation
import Recordings

/// Recordings of Linux 6.18 that are bundled with the program. They are the first events of longer recordings, less than 1 MB together.
enum SampleRecordings {
  /// File names without extension, and summaries, in the order of the list of workloads.
  static let entries: [(name: String, summary: String)] = [
    ("imix-burst", "recorded: queues of 40/576/1500-byte datagrams fill and drain"),
    ("tcp-bulk", "recorded: iperf3, one TCP stream over loopback"),
    ("udp-rr", "recorded: UDP requests and responses of 40 to 512 bytes"),
  ]

  /// Opens a bundled recording.
  static func open(_ name: String) throws -> Recording {
    guard let file = Bundle.module.url(forResource: name, withExtension: "slabtrace", subdirectory: "Samples"),
      let data = try? Data(contentsOf: file)
    else { throw Failure.failed("the bundled recording \(name) is missing; build or install slabscope again") }
    return try Recording(bytes: [UInt8](data), name: name)
  }
}
