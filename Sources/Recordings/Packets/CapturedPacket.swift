/// Time and length of a packet of a capture. The contents of the packet are not stored.
package struct CapturedPacket: Sendable, Hashable {
  /// Time in microseconds since 1970-01-01 00:00 UTC.
  package var time: UInt64
  /// Bytes of the packet on the wire without the header of the link layer, even if fewer were captured.
  package var bytes: Int

  /// Creates a packet.
  package init(time: UInt64, bytes: Int) {
    self.time = time
    self.bytes = bytes
  }
}

/// Error of reading a packet capture. `description` is meant to follow the name of the file.
package enum PacketCaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes at an offset violate the format.
  case malformed(offset: Int, expected: String)
  /// The file has no complete packet.
  case noPackets

  /// Problem and expected input, in one line.
  package var description: String {
    switch self {
    case .malformed(let offset, let expected): "is damaged at byte \(offset): expected \(expected)"
    case .noPackets: "contains no complete packet; capture some with `tcpdump -i any -w x.pcap`"
    }
  }
}

/// Link layers of captures (https://www.tcpdump.org/linktypes.html).
enum LinkLayer {
  /// Returns the bytes of the header of a link type; nil if the type is unknown.
  static func headerBytes(_ type: Int) -> Int? {
    switch type {
    case 1: 14  // Ethernet
    case 0, 108: 4  // BSD loopback
    case 12, 14, 101, 228, 229: 0  // raw IP
    case 113: 16  // Linux cooked
    case 276: 20  // Linux cooked, version 2
    default: nil
    }
  }
}
