import Recordings

/// The network stack of a host: what it allocates and frees as packets come and go. Scenarios tell it what happens; it
/// writes down the events. After Linux 6.18 (net/core/skbuff.c, net/ipv4).
///
/// Payload in page fragments (all that TCP sends, and what is beyond the linear part) is no slab object and leaves no
/// event, as in the kernel.
struct NetworkStack: Sendable {
  private(set) var writer = EventWriter()
  /// References to data buffers beyond the first, by slot: dataref of struct skb_shared_info.
  private var references: [UInt8] = []
  private var grace = GracePeriods()

  // MARK: Time

  /// Microseconds since the workload began.
  var time: UInt64 { writer.time }

  /// Lets time pass, and the grace periods that end meanwhile.
  @inline(__always)
  mutating func advance(to moment: UInt64) {
    if grace.nextEnd <= moment { endGracePeriods(by: moment) }
    writer.advance(to: moment)
  }

  /// The same by an interval, fractions of a microsecond included.
  @inline(__always)
  mutating func advance(microseconds: Double) {
    writer.advance(microseconds: microseconds)
    if grace.nextEnd <= writer.time { endGracePeriods(by: writer.time) }
  }

  @inline(never)
  private mutating func endGracePeriods(by moment: UInt64) {
    while grace.nextEnd <= moment {
      writer.advance(to: grace.nextEnd)
      while let callback = grace.next() {
        writer.free(callback.slot, callback.cache, .graceEnd, cpu: Int(callback.cpu))
      }
    }
  }

  /// Hands over the events since the last time.
  mutating func take(into batch: inout [AllocationEvent]) { writer.take(into: &batch) }

  // MARK: Objects

  /// An object of a cache.
  @inline(__always)
  mutating func make(_ cache: NetworkCache, _ site: NetworkSite, cpu: Int) -> UInt32 {
    writer.allocate(cache, site, cpu: cpu)
  }

  /// Frees an object of a cache, where that is always freed, or at a site of its own.
  @inline(__always)
  mutating func free(_ slot: UInt32, _ cache: NetworkCache, _ site: NetworkSite? = nil, cpu: Int) {
    writer.free(slot, cache, site ?? cache.freeSite, cpu: cpu)
  }

  /// Frees an object once no reader can see it any more (call_rcu).
  mutating func freeAfterGrace(_ slot: UInt32, _ cache: NetworkCache, cpu: Int) {
    grace.add(slot, cache, cpu: cpu, at: time)
  }

  /// A data buffer by size.
  @inline(__always)
  mutating func kmalloc(_ bytes: Int, _ site: NetworkSite, cpu: Int) -> UInt32 {
    writer.kmalloc(bytes, site, cpu: cpu)
  }

  // MARK: Socket buffers

  /// A datagram on its way out, `bytes` with its IP and UDP headers: head, and data right behind the headers
  /// (sock_alloc_send_pskb).
  @inline(__always)
  mutating func datagram(_ bytes: Int, cpu: Int) -> SkBuff {
    let payload = max(1, bytes - SkbLayout.datagramHeaders)
    return buffer(SkbLayout.dataBytes(headroom: SkbLayout.datagramHeadroom, payload: payload), cpu: cpu)
  }

  /// A packet of `bytes`, IP header included, that a driver copies in (netdev_alloc_skb).
  @inline(__always)
  mutating func received(_ bytes: Int, cpu: Int) -> SkBuff {
    let frame = bytes + SkbLayout.ethernetHeaderBytes
    return buffer(SkbLayout.dataBytes(headroom: SkbLayout.receivePad, payload: frame), cpu: cpu)
  }

  /// A TCP packet without payload: an acknowledgement, a SYN-ACK, a segment that was split off (alloc_skb).
  @inline(__always)
  mutating func control(cpu: Int) -> SkBuff { buffer(SkbLayout.smallHeadBytes, cpu: cpu) }

  /// A TCP segment: headers in a small head, payload in page fragments, and a pair of heads, since what is sent is a clone
  /// (tcp_stream_alloc_skb).
  @inline(__always)
  mutating func segment(cpu: Int) -> SkBuff {
    let head = writer.allocate(.fclone, .allocate, cpu: cpu)
    let data = writer.allocate(.smallHead, .reserve, cpu: cpu)
    let size = NetworkCache.fclone.bytes.stride + NetworkCache.smallHead.bytes.stride
    return SkBuff(head: head, data: data, trueSize: size, kind: [.fclone, .smallHead])
  }

  @inline(__always)
  private mutating func buffer(_ bytes: Int, cpu: Int) -> SkBuff {
    let head = writer.allocate(.head, .allocate, cpu: cpu)
    let headBytes = NetworkCache.head.bytes.stride
    if bytes <= SkbLayout.smallHeadBytes {
      let data = writer.allocate(.smallHead, .reserve, cpu: cpu)
      return SkBuff(head: head, data: data, trueSize: headBytes + UInt32(SkbLayout.smallHeadBytes), kind: .smallHead)
    }
    let data = writer.kmalloc(bytes, .reserve, cpu: cpu)
    return SkBuff(head: head, data: data, trueSize: headBytes + UInt32(SkbLayout.kmallocBytes(bytes)), kind: [])
  }

  /// skb_clone: another head for the same data, as a tap takes one.
  mutating func clone(_ buffer: SkBuff, cpu: Int) -> SkBuff {
    while references.count <= Int(buffer.data) { references.append(0) }
    references[Int(buffer.data)] += 1
    var clone = buffer
    clone.head = writer.allocate(.head, .clone, cpu: cpu)
    clone.kind.remove(.fclone)
    return clone
  }

  /// kfree_skb: the data when nobody else refers to them, then the head.
  @inline(__always)
  mutating func free(_ buffer: SkBuff, _ site: NetworkSite = .freeHead, cpu: Int) {
    freeData(buffer, cpu: cpu)
    writer.free(buffer.head, buffer.kind.contains(.fclone) ? .fclone : .head, site, cpu: cpu)
  }

  /// skb_release_data: the data, when nobody else refers to them.
  @inline(__always)
  mutating func freeData(_ buffer: SkBuff, cpu: Int) {
    let slot = Int(buffer.data)
    if slot < references.count, references[slot] > 0 {
      references[slot] -= 1
    } else if buffer.kind.contains(.smallHead) {
      writer.free(buffer.data, .smallHead, .releaseData, cpu: cpu)
    } else {
      writer.kfree(buffer.data, .releaseData, cpu: cpu)
    }
  }
}
