import Recordings

/// Set of the live heads of packets, and of the heads that ended with their packet.
///
/// The tracepoints of `PacketEnd` report a packet after its last reference was dropped and before its memory is freed. The
/// kernel then frees the head and reports it (`kmem_cache_free`), which must not be recorded as a second free. Or it keeps the
/// head, frees it in bulk, or uses it for another packet, and reports nothing. The packets in an object that contains a head
/// and its clone end no object here: such an object belongs to another cache, and the address of the clone is not that of an
/// object.
///
/// A kernel before 6.0 also fires `kfree_skb` in a failing udp_recvmsg, just before it drops its reference. If another task
/// has a reference at that time, the head is live until that task drops it.
struct PacketHeads {
  /// Whether the live object is a head, indexed by slot.
  private var isHead: [Bool] = []
  /// Addresses of heads that ended with their packet and have been neither freed nor allocated again.
  private var ended: Set<UInt64> = []
  /// Symbol number of the name of the cache of heads; nil if the name does not occur yet.
  private var cache: UInt32?
  /// Number of symbols that have been compared with the name.
  private var comparedSymbols = 0

  /// Returns whether a symbol is the name of the cache of heads.
  @inline(__always)
  mutating func isCache(_ number: UInt32, _ symbols: [String]) -> Bool {
    while comparedSymbols < symbols.count {
      if symbols[comparedSymbols] == PacketEnd.cacheName { cache = UInt32(comparedSymbols) }
      comparedSymbols += 1
    }
    return number == cache
  }

  /// Adds an allocation.
  @inline(__always)
  mutating func noteAllocation(slot: UInt32, pointer: UInt64, isHead: Bool) {
    guard slot != AllocationEvent.noSlot else { return }
    while self.isHead.count <= Int(slot) { self.isHead.append(false) }
    self.isHead[Int(slot)] = isHead
    if isHead { ended.remove(pointer) }
  }

  /// Adds the end of a packet.
  /// - Returns: Whether the live object in the slot is a head, which ends with the packet.
  mutating func noteEnd(slot: UInt32, pointer: UInt64) -> Bool {
    guard isHead[Int(slot)] else { return false }
    ended.insert(pointer)
    return true
  }

  /// Returns whether an unmatched free repeats that of a head that ended with its packet, and forgets that head.
  mutating func isRepeatedFree(_ pointer: UInt64) -> Bool { ended.remove(pointer) != nil }
}
