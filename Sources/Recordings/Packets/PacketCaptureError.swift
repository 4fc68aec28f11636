/// Error of reading a packet capture. `description` is meant to follow the name of the file.
package enum PacketCaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes at an offset violate the format.
  case malformed(offset: Int, expected: String)
  /// The file has no complete packet.
  case noPackets
  /// The packets of the file have headers of a link layer that the reader does not know.
  case unsupportedLinkType(LinkType)

  /// Problem and expected input, in one line.
  package var description: String {
    switch self {
    case .malformed(let offset, let expected): "is damaged at byte \(offset): expected \(expected)"
    case .noPackets: "contains no complete packet; capture some with `tcpdump -i any -w x.pcap`"
    case .unsupportedLinkType(let type):
      "link type not supported: expected Ethernet, raw IP, Linux cooked or BSD loopback, found \(type); "
        + "capture on another interface, or on all of them with `tcpdump -i any -w x.pcap`"
    }
  }
}
