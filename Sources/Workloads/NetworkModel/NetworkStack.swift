import Recordings

/// Model of the slab allocations of a host's network stack, after Linux 6.18 (net/core/skbuff.c, net/ipv4). A scenario
/// calls its methods for each packet, and it writes the allocation events.
///
/// Payload in page fragments (all payload that TCP sends, and payload beyond the linear part) is not in slab objects,
/// so that it has no events, as in the kernel.
struct NetworkStack: Sendable {
  private(set) var writer = EventWriter()
  /// Number of references to each data buffer in addition to the first, by slot: dataref of struct skb_shared_info.
  private var references: [UInt8] = []
  private var grace = GracePeriods()

  // MARK: Time

  /// Time since the start of the workload in microseconds.
  var time: UInt64 { writer.time }

  /// Advances the time to `newTime` and runs the callbacks of the grace periods that end until then.
  @inline(__always)
  mutating func advance(to newTime: UInt64) {
    if grace.nextEnd <= newTime { endGracePeriods(by: newTime) }
    writer.advance(to: newTime)
  }

  /// Advances the time by an interval, which may include a fraction of a microsecond, and runs the callbacks of the
  /// grace periods that end during it.
  @inline(__always)
  mutating func advance(microseconds: Double) {
    writer.advance(microseconds: microseconds)
    if grace.nextEnd <= writer.time { endGracePeriods(by: writer.time) }
  }

  @inline(never)
  private mutating func endGracePeriods(by end: UInt64) {
    while grace.nextEnd <= end {
      writer.advance(to: grace.nextEnd)
      while let callback = grace.next() {
        writer.free(callback.slot, callback.cache, .graceEnd, cpu: Int(callback.cpu))
      }
    }
  }

  /// Moves all events to `batch`, replacing its contents.
  mutating func removeEvents(into batch: inout [AllocationEvent]) { writer.removeEvents(into: &batch) }

  // MARK: Objects

  /// Allocates an object from a cache and returns its slot.
  @inline(__always)
  mutating func allocate(_ cache: NetworkCache, _ site: NetworkSite, cpu: Int) -> UInt32 {
    writer.allocate(cache, site, cpu: cpu)
  }

  /// Frees an object of a cache.
  /// - Parameter site: Call site; nil for the usual one of the cache.
  @inline(__always)
  mutating func free(_ slot: UInt32, _ cache: NetworkCache, _ site: NetworkSite? = nil, cpu: Int) {
    writer.free(slot, cache, site ?? cache.freeSite, cpu: cpu)
  }

  /// Frees an object after an RCU grace period (call_rcu).
  mutating func freeAfterGrace(_ slot: UInt32, _ cache: NetworkCache, cpu: Int) {
    grace.add(slot, cache, cpu: cpu, at: time)
  }

  /// Allocates a data buffer by size and returns its slot.
  @inline(__always)
  mutating func kmalloc(_ bytes: Int, _ site: NetworkSite, cpu: Int) -> UInt32 {
    writer.kmalloc(bytes, site, cpu: cpu)
  }

  // MARK: Socket buffers

  /// Allocates a datagram to send (sock_alloc_send_pskb).
  /// - Parameter bytes: Size including the IP and UDP headers.
  @inline(__always)
  mutating func allocateDatagram(_ bytes: Int, cpu: Int) -> SkBuff {
    let payload = max(1, bytes - SkbLayout.datagramHeaders)
    return allocateBuffer(headroom: SkbLayout.datagramHeadroom, payload: payload, cpu: cpu)
  }

  /// Allocates a received packet whose data the driver copies into a buffer (netdev_alloc_skb).
  /// - Parameter bytes: Size including the IP header.
  @inline(__always)
  mutating func allocateReceivedPacket(_ bytes: Int, cpu: Int) -> SkBuff {
    let frame = bytes + SkbLayout.ethernetHeaderBytes
    return allocateBuffer(headroom: SkbLayout.receivePad, payload: frame, cpu: cpu)
  }

  /// Allocates a TCP packet without linear payload: an acknowledgement, a SYN-ACK, or a segment split off by software
  /// GSO (alloc_skb).
  @inline(__always)
  mutating func allocateControlPacket(cpu: Int) -> SkBuff { allocateBuffer(SkbLayout.smallHeadBytes, cpu: cpu) }

  /// Allocates a TCP segment to send: headers in a small head, payload in page fragments, and a pair of sk_buffs,
  /// because TCP sends a clone (tcp_stream_alloc_skb).
  @inline(__always)
  mutating func allocateSegment(cpu: Int) -> SkBuff {
    let head = writer.allocate(.fclone, .allocate, cpu: cpu)
    let data = writer.allocate(.smallHead, .reserve, cpu: cpu)
    let size = NetworkCache.fclone.bytes.stride + NetworkCache.smallHead.bytes.stride
    return SkBuff(head: head, data: data, trueSize: size, kind: [.fclone, .smallHead])
  }

  /// Allocates a socket buffer of `headroom` and `payload` bytes, which are in use with the shared info behind them.
  @inline(__always)
  private mutating func allocateBuffer(headroom: Int, payload: Int, cpu: Int) -> SkBuff {
    var buffer = allocateBuffer(SkbLayout.dataBytes(headroom: headroom, payload: payload), cpu: cpu)
    buffer.used = UInt32(SkbLayout.usedBytes(headroom: headroom, payload: payload))
    return buffer
  }

  /// Allocates a socket buffer whose data buffer, including the shared info, has `bytes` bytes.
  @inline(__always)
  private mutating func allocateBuffer(_ bytes: Int, cpu: Int) -> SkBuff {
    let head = writer.allocate(.head, .allocate, cpu: cpu)
    let headBytes = NetworkCache.head.bytes.stride
    if bytes <= SkbLayout.smallHeadBytes {
      let data = writer.allocate(.smallHead, .reserve, cpu: cpu)
      return SkBuff(head: head, data: data, trueSize: headBytes + UInt32(SkbLayout.smallHeadBytes), kind: .smallHead)
    }
    let data = writer.kmalloc(bytes, .reserve, cpu: cpu)
    return SkBuff(head: head, data: data, trueSize: headBytes + UInt32(SkbLayout.kmallocBytes(bytes)), kind: [])
  }

  /// Allocates another head for the same data, for example for a packet tap (skb_clone).
  mutating func clone(_ buffer: SkBuff, cpu: Int) -> SkBuff {
    while references.count <= Int(buffer.data) { references.append(0) }
    references[Int(buffer.data)] += 1
    var clone = buffer
    clone.head = writer.allocate(.head, .clone, cpu: cpu)
    clone.kind.remove(.fclone)
    return clone
  }

  /// Releases the data buffer and frees the head (kfree_skb).
  @inline(__always)
  mutating func free(_ buffer: SkBuff, _ site: NetworkSite = .freeHead, cpu: Int) {
    freeData(buffer, cpu: cpu)
    writer.free(buffer.head, buffer.kind.contains(.fclone) ? .fclone : .head, site, cpu: cpu)
  }

  /// Releases a reference to the data buffer, and frees the buffer if it was the last one (skb_release_data).
  @inline(__always)
  mutating func freeData(_ buffer: SkBuff, cpu: Int) {
    let slot = Int(buffer.data)
    if slot < references.count, references[slot] > 0 {
      references[slot] -= 1
    } else if buffer.kind.contains(.smallHead) {
      writer.free(buffer.data, .smallHead, .releaseData, cpu: cpu, used: buffer.used)
    } else {
      writer.kfree(buffer.data, .releaseData, cpu: cpu, used: buffer.used)
    }
  }
}
