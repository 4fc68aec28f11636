import Recordings

/// Writer of allocation events. It keeps the time and assigns a slot to each object.
struct EventWriter: Sendable {
  /// Events that have not been removed by `removeEvents`.
  private(set) var events: [AllocationEvent] = []
  /// Time since the start of the workload in microseconds.
  private(set) var time: UInt64 = 0
  private var slots = SlotAllocator()
  /// Fraction of a microsecond that has passed since `time`.
  private var fraction = 0.0

  /// Strings that `site` and `cache` of the events index: the caches, followed by the call sites.
  static let symbols = NetworkCache.allCases.map(\.name) + NetworkSite.allCases.map(\.name)
  private static let firstSite = UInt32(NetworkCache.allCases.count)

  /// Advances the time by an interval.
  @inline(__always)
  mutating func advance(microseconds: Double) {
    fraction += microseconds
    let whole = UInt64(fraction)
    time += whole
    fraction -= Double(whole)
  }

  /// Advances the time to `newTime`; has no effect if `newTime` is in the past.
  @inline(__always)
  mutating func advance(to newTime: UInt64) { time = max(time, newTime) }

  /// Allocates an object from a cache and returns its slot.
  @inline(__always)
  mutating func allocate(_ cache: NetworkCache, _ site: NetworkSite, cpu: Int) -> UInt32 {
    let slot = slots.allocate()
    let bytes = cache.bytes
    append(.kmemCacheAlloc, .allocated, slot, bytes.object, bytes.stride, site, cache.rawValue, cpu)
    return slot
  }

  /// Frees an object of a cache.
  @inline(__always)
  mutating func free(_ slot: UInt32, _ cache: NetworkCache, _ site: NetworkSite, cpu: Int, used: UInt32? = nil) {
    append(.kmemCacheFree, .freed, slot, 0, 0, site, cache.rawValue, cpu, used)
    slots.free(slot)
  }

  /// Allocates an object by size and returns its slot.
  @inline(__always)
  mutating func kmalloc(_ bytes: Int, _ site: NetworkSite, cpu: Int) -> UInt32 {
    let slot = slots.allocate()
    let allocated = UInt32(SkbLayout.kmallocBytes(bytes))
    append(.kmalloc, .allocated, slot, UInt32(bytes), allocated, site, AllocationEvent.noCache, cpu)
    return slot
  }

  /// Frees an object that was allocated by size.
  @inline(__always)
  mutating func kfree(_ slot: UInt32, _ site: NetworkSite, cpu: Int, used: UInt32? = nil) {
    append(.kfree, .freed, slot, 0, 0, site, AllocationEvent.noCache, cpu, used)
    slots.free(slot)
  }

  /// Moves all events to `batch`, replacing its contents.
  mutating func removeEvents(into batch: inout [AllocationEvent]) {
    swap(&batch, &events)
    events.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private mutating func append(
    _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, _ slot: UInt32, _ requested: UInt32,
    _ allocated: UInt32, _ site: NetworkSite, _ cache: UInt32, _ cpu: Int, _ used: UInt32? = nil
  ) {
    events.append(
      AllocationEvent(
        time: time, slot: slot, requestedBytes: requested, allocatedBytes: allocated,
        site: EventWriter.firstSite + site.rawValue, cache: cache, cpu: UInt16(truncatingIfNeeded: cpu), kind: kind,
        outcome: outcome, usedBytes: used))
  }
}
