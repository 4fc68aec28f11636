/// The buffers that a driver has given to its device, each large enough for any frame of the MTU: packets arrive in them,
/// and they are replaced in batches, on the driver's CPU (as in drivers/net/ethernet/intel/e1000/e1000_main.c).
struct ReceiveRing: Sendable {
  /// E1000_DEFAULT_RXD and E1000_RX_BUFFER_WRITE (drivers/net/ethernet/intel/e1000/e1000.h).
  private static let (entries, refill) = (256, 16)
  /// COPYBREAK_DEFAULT (e1000_main.c): shorter frames are copied, and their buffers used again.
  static let copyBreak = 256

  private var buffers = FIFO<UInt32>()
  private let bytes: Int
  private let cpu: Int

  init(mtu: Int, cpu: Int) {
    bytes = SkbLayout.dataBytes(headroom: SkbLayout.receivePad, payload: mtu + SkbLayout.ethernetHeaderBytes)
    self.cpu = cpu
  }

  /// Bytes that a packet in one of these buffers costs its socket.
  var trueSize: UInt32 { NetworkCache.head.bytes.stride + UInt32(SkbLayout.kmallocBytes(bytes)) }

  /// The buffer that the next frame is in; the ring is filled up when a batch is missing.
  mutating func take(_ stack: inout NetworkStack) -> UInt32 {
    if buffers.count <= ReceiveRing.entries - ReceiveRing.refill {
      while buffers.count < ReceiveRing.entries { buffers.push(stack.kmalloc(bytes, .receiveRing, cpu: cpu)) }
    }
    // It was filled just now, or has all but a batch.
    return buffers.pop() ?? stack.kmalloc(bytes, .receiveRing, cpu: cpu)
  }
}
