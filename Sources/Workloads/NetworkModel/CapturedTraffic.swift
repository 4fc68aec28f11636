package import Recordings

/// Conversion of captured packets to the allocations and frees of a host that receives them: each packet allocates a
/// head and a data buffer on the receiving CPU, which the reader frees on another CPU some time later.
///
/// Assumptions: every packet is received, and none is sent, forwarded or cloned; each packet is read after a constant
/// delay; data that do not fit the linear part of a page are in page fragments, which are not slab objects.
package struct CapturedTraffic: Sendable {
  /// Maximum number of bytes in the linear part: a page minus the shared info (SKB_MAX_HEAD; include/linux/skbuff.h).
  private static let longestLinear =
    4096 - SkbLayout.sharedInfoBytes - SkbLayout.receivePad - SkbLayout.ethernetHeaderBytes

  private var stack = NetworkStack()
  /// Received packets that have not been read.
  private var unread = DelayLine<SkBuff>()
  /// Time of the first packet.
  private var start: UInt64?
  private let delay: UInt64

  /// Creates a conversion that has received no packets.
  /// - Parameter delay: Time from the arrival of a packet to the free by its reader, in microseconds.
  package init(delayMicroseconds delay: Int) { self.delay = UInt64(max(0, delay)) }

  /// Strings that `site` and `cache` of the events index.
  package var symbols: [String] { EventWriter.symbols }

  /// Number of CPUs: packets are received on CPU 0 and read on CPU 1.
  package static let cpuCount = 2

  /// Receives packets and replaces the contents of `events` by the events up to the last packet.
  /// - Parameters:
  ///   - packets: Packets in order of time.
  ///   - events: Array whose contents are replaced.
  package mutating func receive(_ packets: [CapturedPacket], into events: inout [AllocationEvent]) {
    for packet in packets {
      let start = start ?? packet.time
      self.start = start
      // The times of a capture of several interfaces may decrease slightly, but the times of events must not.
      let now = max(packet.time, start) - start
      read(upTo: now)
      stack.advance(to: now)
      let buffer = stack.allocateReceivedPacket(min(packet.bytes, CapturedTraffic.longestLinear), cpu: 0)
      unread.push(buffer, due: stack.time + delay)
    }
    stack.removeEvents(into: &events)
  }

  /// Reads the remaining packets and replaces the contents of `events` by their frees.
  package mutating func finish(into events: inout [AllocationEvent]) {
    read(upTo: .max)
    stack.removeEvents(into: &events)
  }

  /// Frees the packets that are read up to `time`.
  private mutating func read(upTo time: UInt64) {
    while let due = unread.nextDue, due <= time, let buffer = unread.pop() {
      stack.advance(to: due)
      stack.free(buffer, cpu: 1)
    }
  }
}
