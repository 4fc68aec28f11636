import Profiles
import Recordings

/// Seeded traffic of a few healthy call sites, and of one call site whose live objects behave in a known way.
struct GrowthTraffic {
  /// Behaviour of the live objects of the call site ``site``.
  enum Behaviour: Sendable, CaseIterable {
    /// The call site does not allocate.
    case absent
    /// Objects are allocated at a constant rate and never freed; others are freed soon.
    case leak
    /// As `leak`, while the load of the healthy call sites rises and falls.
    case leakUnderVaryingLoad
    /// One of so many requests of a load that rises and falls leaks an object.
    case leakWithLoad
    /// A table that keeps objects until it is full.
    case fillingTable
    /// Entries of the cache `dentry` are allocated at a constant rate and kept.
    case fillingDentries
    /// A queue that is filled and emptied again and again.
    case sawtooth
    /// A queue whose reader is slower than its writer.
    case queue
    /// Many objects at once.
    case step
    /// Objects are freed without an event, so that their addresses are allocated again.
    case unseenFrees
    /// A working set whose objects live half as long as the recording on average.
    case longLifetimes
    /// Sockets that stay in TIME_WAIT longer than the recording.
    case timeWait
  }

  static let site = "suspect_alloc+0x10/0x20"
  private static let symbols = [
    site, "suspect_cache", "dentry", "inet_twsk_alloc+0x43/0x170", "tw_sock_TCP", "rx_alloc+0x1/0x2",
    "tx_alloc+0x1/0x2",
    "open_file+0x1/0x2", "skbuff_head_cache", "filp",
  ]
  /// Milliseconds of traffic.
  private static let milliseconds = 12_000

  private let behaviour: Behaviour
  private var random: UInt64
  private var slots = SlotAllocator()
  private var events: [AllocationEvent] = []
  /// Slots to free in each millisecond.
  private var frees: [[UInt32]]
  private var now = 0
  /// Live objects of the suspect call site, the oldest first.
  private var kept: [UInt32] = []
  private var debt = 0.0

  /// Returns the profile of a behaviour.
  static func profile(_ behaviour: Behaviour, seed: UInt64) -> AllocationProfile {
    var traffic = GrowthTraffic(behaviour, seed: seed)
    for _ in 0..<milliseconds { traffic.step() }
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(traffic.events, symbols: symbols)
    return collector.profile(name: "growth")
  }

  private init(_ behaviour: Behaviour, seed: UInt64) {
    self.behaviour = behaviour
    random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    frees = [[UInt32]](repeating: [], count: GrowthTraffic.milliseconds + 1)
  }

  private mutating func number(below limit: Int) -> Int {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return Int(random >> 8) % limit
  }

  /// Load of the healthy call sites as a multiple of the usual one.
  private var load: Double {
    switch behaviour {
    case .leakUnderVaryingLoad, .leakWithLoad: [0.3, 2, 0.6, 1.2, 2.6, 0.2, 1.8, 0.8, 2.2, 0.4][now / 700 % 10]
    default: 1
    }
  }

  private mutating func step() {
    for slot in frees[now] { free(slot) }
    let requests = Int(load * Double(number(below: 9)))
    for _ in 0..<requests {
      let site = 5 + number(below: 3)
      let slot = allocate(site: UInt32(site), cache: site == 7 ? 9 : 8)
      // Most objects are freed within milliseconds; those of open_file live up to a second.
      free(slot, after: 1 + number(below: site == 7 ? 1000 : 20))
    }
    act(requests)
    now += 1
  }

  private mutating func act(_ requests: Int) {
    let progress = Double(now) / Double(GrowthTraffic.milliseconds)
    switch behaviour {
    case .absent: break
    case .leak, .leakUnderVaryingLoad:
      if number(below: 10) == 0 { keep() }
      free(allocate(site: 0, cache: 1), after: 1 + number(below: 200))
    case .leakWithLoad:
      for _ in 0..<requests where number(below: 40) == 0 { keep() }
    case .fillingTable:
      if number(below: 1000) < Int(1000 * max(0, 1 - Double(kept.count) / 3000) * 0.7) { keep() }
    case .fillingDentries:
      if number(below: 3) == 0 { kept.append(allocate(site: 0, cache: 2)) }
    case .sawtooth:
      keep()
      if now % 2_300 == 2_299 { releaseAll() }
    case .queue:
      for _ in 0..<4 { keep() }
      debt += 3
      while debt >= 1, let first = kept.first {
        debt -= 1
        kept.removeFirst()
        free(first)
      }
    case .step:
      if now == Int(0.6 * Double(GrowthTraffic.milliseconds)) { for _ in 0..<3000 { keep() } }
    case .unseenFrees:
      keep()
      if !kept.isEmpty, number(below: 10) < 6 {
        let slot = kept[number(below: kept.count)]
        events.append(event(site: 0, cache: 1, slot: slot, .kmemCacheAlloc, .allocatedOverLive))
      }
    case .longLifetimes:
      keep()
      // Each object is freed with the same probability in each millisecond.
      debt += 2 * Double(kept.count) / Double(GrowthTraffic.milliseconds)
      while debt >= 1, !kept.isEmpty {
        debt -= 1
        free(kept.remove(at: number(below: kept.count)))
      }
    case .timeWait:
      if progress > 0.02 { _ = allocate(site: 3, cache: 4) }
    }
  }

  private mutating func keep() { kept.append(allocate(site: 0, cache: 1)) }

  private mutating func releaseAll() {
    for slot in kept { free(slot) }
    kept = []
  }

  private mutating func allocate(site: UInt32, cache: UInt32) -> UInt32 {
    let slot = slots.allocate()
    events.append(event(site: site, cache: cache, slot: slot, .kmemCacheAlloc, .allocated))
    return slot
  }

  private mutating func free(_ slot: UInt32) {
    events.append(event(site: 0, cache: AllocationEvent.noCache, slot: slot, .kmemCacheFree, .freed))
    slots.free(slot)
  }

  private mutating func free(_ slot: UInt32, after delay: Int) {
    if now + delay < frees.count { frees[now + delay].append(slot) }
  }

  private mutating func event(
    site: UInt32, cache: UInt32, slot: UInt32, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome
  ) -> AllocationEvent {
    AllocationEvent(
      time: UInt64(now * 1000 + events.count % 7), slot: slot, requestedBytes: outcome == .freed ? 0 : 200,
      allocatedBytes: outcome == .freed ? 0 : 256, site: site, cache: cache, cpu: 0, kind: kind, outcome: outcome,
      usedBytes: nil)
  }
}
