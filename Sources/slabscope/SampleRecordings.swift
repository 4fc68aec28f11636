import Foundation
import Recordings

/// The recordings of a real kernel that ship with the program.
enum SampleRecordings {
  /// File name, without its ending, and what was recorded; in the order of their hotkeys.
  static let entries: [(name: String, summary: String)] = [
    ("tcp-bulk", "recorded: iperf3, one TCP stream over loopback, Linux 6.18"),
    ("udp-rr", "recorded: UDP requests and responses of 40 to 512 bytes, Linux 6.18"),
    ("imix-burst", "recorded: queues of 40/576/1500-byte datagrams fill and drain, Linux 6.18"),
  ]

  /// Opens one.
  static func open(_ name: String) throws -> Recording {
    guard let file = Bundle.module.url(forResource: name, withExtension: "slabtrace", subdirectory: "Samples"),
      let data = try? Data(contentsOf: file)
    else { throw Failure.failed("the bundled recording \(name) is missing; build slabscope anew") }
    return try Recording(bytes: [UInt8](data), name: name)
  }
}
