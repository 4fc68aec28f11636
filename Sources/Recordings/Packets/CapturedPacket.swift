/// A packet of a capture: when it passed, and how long it was. What was in it is not kept.
public struct CapturedPacket: Sendable, Hashable {
  /// Microseconds since 1970.
  public var time: UInt64
  /// Bytes on the wire behind the link layer's header, whatever part of them was captured.
  public var bytes: Int

  /// A packet with every field given.
  public init(time: UInt64, bytes: Int) {
    self.time = time
    self.bytes = bytes
  }
}

/// Why bytes are no capture. `description` goes behind the file's name.
public enum PacketCaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Something at an offset is not as the format says.
  case malformed(offset: Int, expected: String)
  /// Not one whole packet.
  case noPackets

  /// The error in one line, fit for a person.
  public var description: String {
    switch self {
    case .malformed(let offset, let expected): "is damaged at byte \(offset): expected \(expected)"
    case .noPackets: "holds no whole packet; capture some: `tcpdump -i any -w x.pcap`"
    }
  }
}

/// The length of a link layer's header (https://www.tcpdump.org/linktypes.html).
enum LinkLayer {
  /// nil for a link type that is not known.
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
