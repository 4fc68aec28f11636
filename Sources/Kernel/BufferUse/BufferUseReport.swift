import Recordings

/// A report of the BPF program `skb_use`: how much of a packet's data buffer is in use. The address never leaves the recorder.
struct BufferUseReport: Hashable {
  /// Nanoseconds of the trace clock `mono`.
  var time: UInt64
  /// Address of the buffer.
  var head: UInt64
  /// Bytes from there to the end of the packet's data.
  var tail: UInt32
  /// Bytes from there to the kernel's record behind the data (struct skb_shared_info).
  var end: UInt32
  /// Bytes of that record.
  var sharedInfoBytes: UInt32
  /// The CPU.
  var cpu: Int

  /// Bytes of a report in the ring buffer (`struct use_record`).
  static let size = 32

  /// A report with every field given.
  init(time: UInt64, head: UInt64, tail: UInt32, end: UInt32, sharedInfoBytes: UInt32, cpu: Int) {
    (self.time, self.head, self.tail, self.end) = (time, head, tail, end)
    (self.sharedInfoBytes, self.cpu) = (sharedInfoBytes, cpu)
  }

  /// Reads what the program wrote; nil if there are too few bytes.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= BufferUseReport.size else { return nil }
    func number(_ offset: Int) -> UInt32 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
    self.init(
      time: bytes.loadUnaligned(as: UInt64.self), head: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
      tail: number(16), end: number(20), sharedInfoBytes: number(24), cpu: Int(number(28)))
  }

  /// Bytes in use: head room, data and the record, which is aligned to a cache line like its beginning. nil if the figures are
  /// not those of a buffer: data can't end behind the record's beginning.
  var usedBytes: UInt32? {
    guard tail > 0, tail <= end, end < 1 << 24, sharedInfoBytes > 0, sharedInfoBytes < 1 << 16 else { return nil }
    return tail + ObjectUses.neededBytes(used: sharedInfoBytes)
  }

  /// Bytes of the whole buffer; nil as above.
  var bufferBytes: UInt32? { usedBytes.map { $0 - tail + end } }
}
