public import Recordings

/// Turns the packets of a capture into what a host that received them would have allocated and freed: for each packet a
/// head and a data buffer on the receiving CPU, freed by its reader, on another CPU, some time later.
///
/// What a capture does not say is assumed: each packet is received, none is sent, forwarded or cloned; a reader takes
/// `delay` microseconds; data beyond what one page holds linearly lies in page fragments, which are no slab objects.
public struct CapturedTraffic: Sendable {
  /// The longest linear part: a page less the shared info (SKB_MAX_HEAD; include/linux/skbuff.h).
  private static let longestLinear = 4096 - SkbLayout.sharedInfoBytes - SkbLayout.receivePad

  private struct Waiting {
    var due: UInt64
    var buffer: SkBuff
  }

  private var emitter = SkbEmitter()
  private var queue: [Waiting] = []
  private var first = 0
  private var start: UInt64?
  private let delay: UInt64

  /// - Parameter delay: microseconds from a packet's arrival to its reader's free.
  public init(delayMicroseconds delay: Int) { self.delay = UInt64(max(0, delay)) }

  /// The strings that the events' `site` and `cache` index.
  public var symbols: [String] { SkbEmitter.symbols }

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
      emitter.advance(to: now)
      let linear = min(packet.bytes + SkbLayout.ethernetHeaderBytes, CapturedTraffic.longestLinear)
      let buffer = emitter.allocate(headroom: SkbLayout.receivePad, payload: linear, cpu: 0)
      queue.append(Waiting(due: emitter.time + delay, buffer: buffer))
    }
    emitter.take(into: &events)
  }

  /// Replaces `events` by the frees that are still to come.
  public mutating func finish(into events: inout [AllocationEvent]) {
    read(upTo: .max)
    emitter.take(into: &events)
  }

  private mutating func read(upTo time: UInt64) {
    while first < queue.count, queue[first].due <= time {
      emitter.advance(to: queue[first].due)
      emitter.free(queue[first].buffer, cpu: 1)
      first += 1
    }
    // Forget what was read, now and then, so that a read costs O(1) on average.
    if first > 256, first * 2 > queue.count {
      queue.removeFirst(first)
      first = 0
    }
  }
}
