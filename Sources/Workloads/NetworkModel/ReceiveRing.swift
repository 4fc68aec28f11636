/// Receive ring of a device: buffers, each large enough for a frame of the MTU, into which the device writes packets.
/// The driver refills the ring in batches on its CPU (as drivers/net/ethernet/intel/e1000/e1000_main.c does).
struct ReceiveRing: Sendable {
  /// E1000_DEFAULT_RXD and E1000_RX_BUFFER_WRITE (drivers/net/ethernet/intel/e1000/e1000.h).
  private static let (entries, refill) = (256, 16)
  /// COPYBREAK_DEFAULT (e1000_main.c): the driver copies shorter frames and leaves their buffer in the ring.
  static let copyBreak = 256

  private var buffers = FIFO<UInt32>()
  private let bytes: Int
  private let cpu: Int

  init(mtu: Int, cpu: Int) {
    bytes = SkbLayout.dataBytes(headroom: SkbLayout.receivePad, payload: mtu + SkbLayout.ethernetHeaderBytes)
    self.cpu = cpu
  }

  /// Bytes charged to the socket for a packet in a buffer of the ring (skb->truesize).
  var trueSize: UInt32 { NetworkCache.head.bytes.stride + UInt32(SkbLayout.kmallocBytes(bytes)) }

  /// Removes the buffer of the next frame and returns its slot. Refills the ring first if a batch of buffers is
  /// missing.
  mutating func removeBuffer(_ stack: inout NetworkStack) -> UInt32 {
    if buffers.count <= ReceiveRing.entries - ReceiveRing.refill {
      while buffers.count < ReceiveRing.entries { buffers.push(stack.kmalloc(bytes, .receiveRing, cpu: cpu)) }
    }
    // The ring is never empty here; the fallback only avoids an optional result.
    return buffers.pop() ?? stack.kmalloc(bytes, .receiveRing, cpu: cpu)
  }
}
