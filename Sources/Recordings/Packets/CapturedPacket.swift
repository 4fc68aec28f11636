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
