import Recordings

/// Heads of packets: which live objects are heads, and which of them ended with their packet.
///
/// The tracepoints of `PacketEnd` report a packet when its last reference has been dropped and before its memory is freed. The
/// kernel then frees the head (`kmem_cache_free`), which is no second free, or keeps it, frees it in bulk, or uses it for
/// another packet, and reports nothing. Clones that lie in one object with their original are at an address at which no object
/// begins, or in another cache, so neither ends an object here.
///
/// A kernel before 6.0 also fires `kfree_skb` in a failing udp_recvmsg, just before it drops its reference; if another task
/// looks at the packet at that moment, the head lives on for as long as that takes.
struct PacketHeads {
  /// By slot: whether the live object is a head.
  private var isHead: [Bool] = []
  /// Addresses of heads that ended with their packet and were neither freed nor allocated again since.
  private var ended: Set<UInt64> = []
  /// The number of the cache's name among the symbols that were looked at.
  private var cache: UInt32?
  private var symbolsSeen = 0

  /// Whether an event names the cache of heads.
  @inline(__always)
  mutating func isCache(_ number: UInt32, _ symbols: [String]) -> Bool {
    while symbolsSeen < symbols.count {
      if symbols[symbolsSeen] == PacketEnd.cacheName { cache = UInt32(symbolsSeen) }
      symbolsSeen += 1
    }
    return number == cache
  }

  /// Notes an allocation.
  @inline(__always)
  mutating func noteAllocation(slot: UInt32, pointer: UInt64, isHead: Bool) {
    guard slot != AllocationEvent.noSlot else { return }
    while self.isHead.count <= Int(slot) { self.isHead.append(false) }
    self.isHead[Int(slot)] = isHead
    if isHead { ended.remove(pointer) }
  }

  /// Notes that a packet ended.
  /// - Returns: whether the live object in the slot is its head, which ends now.
  mutating func noteEnd(slot: UInt32, pointer: UInt64) -> Bool {
    guard isHead[Int(slot)] else { return false }
    ended.insert(pointer)
    return true
  }

  /// Whether a free of no live object is that of a head which ended with its packet.
  mutating func isRepeatedFree(_ pointer: UInt64) -> Bool { ended.remove(pointer) != nil }
}
