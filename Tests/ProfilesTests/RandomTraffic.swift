import Recordings

/// Seeded random allocation events: few call sites, caches, sizes and CPUs, with failed, unmatched and unseen frees.
struct RandomTraffic {
  static let symbols = [
    "tcp_sendmsg+0x1/0x2", "alloc_skb+0x1/0x2", "open+0x1/0x2", "dentry", "skbuff_head_cache", "kmalloc-cg-64",
  ]
  private var state: UInt64
  /// Whether addresses of live objects are allocated again.
  private let hasUnseenFrees: Bool
  private var slots = SlotAllocator()
  private var live: [UInt32] = []
  private var time: UInt64 = 1_000

  init(seed: UInt64, hasUnseenFrees: Bool = true) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    self.hasUnseenFrees = hasUnseenFrees
  }

  mutating func events(_ count: Int) -> [AllocationEvent] { (0..<count).map { _ in event() } }

  /// Next number of a xorshift generator, less than `limit`.
  private mutating func number(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(limit))
  }

  private mutating func event() -> AllocationEvent {
    // Clocks of CPUs differ, so that the time steps back sometimes.
    time = number(below: 20) == 0 ? time - UInt64(number(below: 5)) : time + UInt64(number(below: 300))
    let choice = number(below: 100)
    if choice < 2 { return event(.kmalloc, .failed, slot: AllocationEvent.noSlot) }
    if choice < 4 { return event(.kfree, .unmatched, slot: AllocationEvent.noSlot) }
    if choice < 5 { return event(.kfree, .null, slot: AllocationEvent.noSlot) }
    if choice < 50, !live.isEmpty {
      let slot = live.remove(at: number(below: live.count))
      slots.free(slot)
      return event(.kfree, .freed, slot: slot)
    }
    if choice < 55, hasUnseenFrees, !live.isEmpty {
      return event(.kmemCacheAlloc, .allocatedOverLive, slot: live[number(below: live.count)])
    }
    let slot = slots.allocate()
    live.append(slot)
    return event(number(below: 2) == 0 ? .kmalloc : .kmemCacheAlloc, .allocated, slot: slot)
  }

  private mutating func event(
    _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, slot: UInt32
  ) -> AllocationEvent {
    let allocates = kind == .kmalloc || kind == .kmemCacheAlloc
    let requested = allocates ? UInt32([24, 64, 200, 1500, 9000][number(below: 5)]) : 0
    let cache =
      kind == .kmemCacheAlloc ? UInt32(3 + number(below: 2)) : number(below: 4) == 0 ? 5 : AllocationEvent.noCache
    let used = (outcome == .freed || outcome == .allocatedOverLive) && number(below: 3) == 0 ? UInt32(20) : nil
    return AllocationEvent(
      time: time, slot: slot, requestedBytes: requested, allocatedBytes: requested * 2, site: UInt32(number(below: 3)),
      cache: allocates ? cache : AllocationEvent.noCache, cpu: UInt16(number(below: 3)), kind: kind, outcome: outcome,
      usedBytes: used)
  }
}
