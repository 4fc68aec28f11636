import Foundation
import Recordings

/// The recordings of a real kernel (Linux 6.18) that ship with the program: the beginnings of longer ones, so that
/// together they stay under a megabyte.
enum SampleRecordings {
  /// File name, without its ending, and what was recorded; in the order of their hotkeys.
  static let entries: [(name: String, summary: String)] = [
    ("imix-burst", "recorded: queues of 40/576/1500-byte datagrams fill and drain"),
    ("tcp-bulk", "recorded: iperf3, one TCP stream over loopback"),
    ("udp-rr", "recorded: UDP requests and responses of 40 to 512 bytes"),
  ]

  /// Opens one.
  static func open(_ name: String) throws -> Recording {
    guard let file = Bundle.module.url(forResource: name, withExtension: "slabtrace", subdirectory: "Samples"),
      let data = try? Data(contentsOf: file)
    else { throw Failure.failed("the bundled recording \(name) is missing; build slabscope anew") }
    return try Recording(bytes: [UInt8](data), name: name)
  }
}
