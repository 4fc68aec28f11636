import Recordings

/// Report of the BPF program `skb_use` on a packet's data buffer. The address is not written to recordings.
struct BufferUseReport: Hashable {
  /// Time in nanoseconds of the trace clock `mono`.
  var time: UInt64
  /// Address of the buffer.
  var head: UInt64
  /// Offset of the end of the packet's data from `head`.
  var tail: UInt32
  /// Offset of `struct skb_shared_info` from `head`.
  var end: UInt32
  /// Size of `struct skb_shared_info` in bytes.
  var sharedInfoBytes: UInt32
  /// CPU of the report.
  var cpu: Int

  /// Size in bytes of a report in the ring buffer (`struct use_record`).
  static let size = 32

  /// Creates a report.
  init(time: UInt64, head: UInt64, tail: UInt32, end: UInt32, sharedInfoBytes: UInt32, cpu: Int) {
    (self.time, self.head, self.tail, self.end) = (time, head, tail, end)
    (self.sharedInfoBytes, self.cpu) = (sharedInfoBytes, cpu)
  }

  /// Decodes a report of the program; nil if there are too few bytes.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= BufferUseReport.size else { return nil }
    func number(_ offset: Int) -> UInt32 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
    self.init(
      time: bytes.loadUnaligned(as: UInt64.self), head: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
      tail: number(16), end: number(20), sharedInfoBytes: number(24), cpu: Int(number(28)))
  }

  /// Number of bytes in use: head room, data, and `skb_shared_info`, whose size is rounded up to a cache line. nil if the
  /// fields are inconsistent, for example if the data end after the start of `skb_shared_info`.
  var usedBytes: UInt32? {
    guard tail > 0, tail <= end, end < 1 << 24, sharedInfoBytes > 0, sharedInfoBytes < 1 << 16 else { return nil }
    return tail + UsedBytesByAllocation.neededBytes(used: sharedInfoBytes)
  }

  /// Size of the buffer in bytes; nil if the fields are inconsistent.
  var bufferBytes: UInt32? { usedBytes.map { $0 - tail + end } }
}
