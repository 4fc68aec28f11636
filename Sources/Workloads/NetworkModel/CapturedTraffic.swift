public import Recordings

/// Turns the packets of a capture into what a host that received them would have allocated and freed: for each packet a
/// head and a data buffer on the receiving CPU, freed by its reader, on another CPU, some time later.
///
/// What a capture does not say is assumed: each packet is received, none is sent, forwarded or cloned; a reader takes
/// `delay` microseconds; data beyond what one page holds linearly lies in page fragments, which are no slab objects.
public struct CapturedTraffic: Sendable {
  /// The longest linear part: a page less the shared info (SKB_MAX_HEAD; include/linux/skbuff.h).
  private static let longestLinear =
    4096 - SkbLayout.sharedInfoBytes - SkbLayout.receivePad - SkbLayout.ethernetHeaderBytes

  private var stack = NetworkStack()
  private var waiting = DelayLine<SkBuff>()
  private var start: UInt64?
  private let delay: UInt64

  /// - Parameter delay: microseconds from a packet's arrival to its reader's free.
  public init(delayMicroseconds delay: Int) { self.delay = UInt64(max(0, delay)) }

  /// The strings that the events' `site` and `cache` index.
  public var symbols: [String] { EventWriter.symbols }

  /// CPUs: packets are received on 0 and read on 1.
  public static let cpuCount = 2

  /// Takes in packets, in the order of their times, and replaces `events` by what happened up to the last of them.
  public mutating func receive(_ packets: [CapturedPacket], into events: inout [AllocationEvent]) {
    for packet in packets {
      let start = start ?? packet.time
      self.start = start
      // A capture of several interfaces may step back a little; time here doesn't.
      let now = max(packet.time, start) - start
      read(upTo: now)
      stack.advance(to: now)
      let buffer = stack.received(min(packet.bytes, CapturedTraffic.longestLinear), cpu: 0)
      waiting.push(buffer, due: stack.time + delay)
    }
    stack.take(into: &events)
  }

  /// Replaces `events` by the frees that are still to come.
  public mutating func finish(into events: inout [AllocationEvent]) {
    read(upTo: .max)
    stack.take(into: &events)
  }

  private mutating func read(upTo time: UInt64) {
    while let due = waiting.nextDue, due <= time, let buffer = waiting.pop() {
      stack.advance(to: due)
      stack.free(buffer, cpu: 1)
    }
  }
}
