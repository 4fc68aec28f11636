/// Link-layer header type of a packet capture (https://www.tcpdump.org/linktypes.html).
package struct LinkType: Sendable, Hashable, CustomStringConvertible {
  /// Number of the type, as stored in captures.
  package let number: Int

  /// Creates the link type with a number.
  package init(_ number: Int) { self.number = number }

  /// Bytes of the header before the IP packet; nil if the reader does not support the type.
  var headerBytes: Int? {
    switch number {
    case 1: 14  // Ethernet
    case 0, 108: 4  // BSD loopback
    case 12, 14, 101, 228, 229: 0  // raw IP
    case 113: 16  // Linux cooked
    case 276: 20  // Linux cooked, version 2
    default: nil
    }
  }

  /// Number and, if it is known, name: `127 (IEEE 802.11 with radiotap header)`.
  package var description: String { LinkType.names[number].map { "\(number) (\($0))" } ?? "\(number)" }

  /// Names of types that the reader does not support but that captures often have.
  private static let names = [
    6: "IEEE 802.5 token ring", 9: "PPP", 10: "FDDI", 50: "PPP with HDLC framing", 51: "PPPoE", 105: "IEEE 802.11",
    119: "IEEE 802.11 with Prism header", 127: "IEEE 802.11 with radiotap header",
    163: "IEEE 802.11 with AVS header", 189: "Linux USB", 192: "PPI, usually IEEE 802.11", 195: "IEEE 802.15.4",
    201: "Bluetooth HCI", 220: "Linux USB", 227: "SocketCAN", 249: "USBPcap", 253: "Linux netlink",
  ]
}
