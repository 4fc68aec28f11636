import Recordings
import Workloads

/// Collector of an ``AllocationProfile`` from events.
struct ProfileCollector {
  /// Live object in a slot of the source.
  private struct Object {
    /// Index in `sizes`; -1 if the object is not from a general cache.
    var size: Int32 = -1
    /// Index in `sites`; -1 if the slot is free.
    var site: Int32 = -1
    var cpu: UInt16 = 0
    var time: UInt64 = 0
    /// Index of the size in the skb data profile; -1 if the object is not skb data or its bytes in use were not recorded.
    var data: Int32 = -1
  }

  /// Figures of one requested size.
  private struct Size {
    var requests = 0
    var live: Int32 = 0
    var atPeak: Int32 = 0
    /// Maximum number of live objects since the interval began.
    var intervalPeak: Int32 = 0
    /// Sum of live objects times clock ticks, up to `time`.
    var liveTicks = 0.0
    /// Clock reading up to which `liveTicks` is complete.
    var time = 0.0
  }

  /// Symbol numbers of a call site and of the cache that it names.
  private struct SiteKey: Hashable {
    var site: UInt32
    var cache: UInt32
  }

  /// Index in `sizes` of each requested size in bytes; -1 if the size has not occurred.
  private var indices = [Int32](repeating: -1, count: AllocationProfile.largestSize + 1)
  /// Requested size in bytes of each element of `sizes`.
  private var bytes: [Int] = []
  private var sizes: [Size] = []
  /// Objects by slot.
  private var objects: [Object] = []
  private var sites: [CallSiteProfile] = []
  private var siteIndices: [SiteKey: Int32] = [:]
  /// Last call site, because consecutive events often have the same one.
  private var latest: (key: SiteKey, index: Int32)?
  /// For each symbol, whether it is a call site of the allocator itself, whose objects do not belong to the workload.
  private var isAllocators: [Bool] = []
  private var liveBytes = 0
  private var peakBytes = 0
  private(set) var peakEvent = 0
  private(set) var events = 0
  /// Time of the first profiled event, and the latest time of an event, in ticks.
  private var start: UInt64?
  private var now: UInt64 = 0

  /// Index of the first profiled event. Earlier events only determine which objects are live.
  private let first: Int
  /// Whether the clock is the number of events, because the source has no clock.
  private let countsEvents: Bool
  private var requestSizes: RequestSizes
  /// Number of successful allocations so far.
  private var allocations = 0
  private var data = SkbDataCollector()

  init(from first: Int, countsEvents: Bool, sizes: RequestSizes) {
    self.first = first
    requestSizes = sizes
    self.countsEvents = countsEvents
  }

  /// Current time in ticks, or in events if the source has no clock.
  private var clock: Double { countsEvents ? Double(events) : Double(now) }

  /// Processes the next event.
  mutating func add(_ event: AllocationEvent, _ symbols: [String]) {
    if events >= first, start == nil { start = event.time }
    now = max(now, event.time)
    if events == first {
      for index in sizes.indices { sizes[index].time = clock }
      data.begin(clock: clock)
    }
    switch event.outcome {
    case .allocatedOverLive:
      free(event, isRecorded: false)
      allocate(event, symbols)
    case .allocated: allocate(event, symbols)
    case .freed: free(event, isRecorded: true)
    case .failed, .unmatched, .null, .zeroSize: break
    }
    events += 1
    if liveBytes > peakBytes, events > first { (peakBytes, peakEvent) = (liveBytes, events) }
  }

  private mutating func allocate(_ event: AllocationEvent, _ symbols: [String]) {
    let slot = Int(event.slot)
    while objects.count <= slot { objects.append(Object()) }
    while isAllocators.count < symbols.count {
      isAllocators.append(AllocatorCallSites.contains(symbols[isAllocators.count]))
    }
    var event = event
    let used = requestSizes.usedBytes(allocations)
    let knowledge = requestSizes.apply(to: &event, allocation: allocations, symbols: symbols)
    allocations += 1
    guard !isAllocators[Int(event.site)] else { return objects[slot] = Object() }
    let site = siteIndex(event, symbols)
    var object = Object(site: site, cpu: event.cpu, time: event.time)
    if events >= first { sites[Int(site)].count(event) }
    if let used {
      object.data = data.begin(
        used: used, allocated: event.allocatedBytes, isGeneral: event.kind == .kmalloc, clock: clock,
        isCounted: events >= first)
    } else if events >= first, knowledge == .hidden || requestSizes.isSmallData(event, symbols: symbols) {
      data.countUnknown()
    }
    let requested = Int(event.requestedBytes)
    if event.kind == .kmalloc, requested <= AllocationProfile.largestSize {
      let index = sizeIndex(max(1, requested))
      object.size = index
      accumulate(Int(index))
      sizes[Int(index)].live += 1
      sizes[Int(index)].intervalPeak = max(sizes[Int(index)].intervalPeak, sizes[Int(index)].live)
      liveBytes += bytes[Int(index)]
      if events >= first { sizes[Int(index)].requests += 1 }
    }
    objects[slot] = object
  }

  /// Processes a free.
  /// - Parameter isRecorded: Whether the recording has an event of the free. If not, its time and CPU are unknown.
  private mutating func free(_ event: AllocationEvent, isRecorded: Bool) {
    let slot = Int(event.slot)
    guard slot < objects.count, objects[slot].site >= 0 else { return }
    let object = objects[slot]
    objects[slot].site = -1
    sites[Int(object.site)].live -= 1
    if isRecorded, events >= first {
      sites[Int(object.site)].frees += 1
      if object.cpu != event.cpu { sites[Int(object.site)].remoteFrees += 1 }
      sites[Int(object.site)].lifetime &+= event.time - min(object.time, event.time)
    }
    if object.data >= 0 { data.end(object.data, clock: clock) }
    guard object.size >= 0 else { return }
    accumulate(Int(object.size))
    sizes[Int(object.size)].live -= 1
    liveBytes -= bytes[Int(object.size)]
  }

  /// Adds the live objects of a size up to now to `liveTicks`.
  private mutating func accumulate(_ index: Int) {
    if events >= first { sizes[index].liveTicks += Double(sizes[index].live) * (clock - sizes[index].time) }
    sizes[index].time = clock
  }

  private mutating func sizeIndex(_ requested: Int) -> Int32 {
    if indices[requested] < 0 {
      indices[requested] = Int32(bytes.count)
      bytes.append(requested)
      sizes.append(Size(time: clock))
    }
    return indices[requested]
  }

  private mutating func siteIndex(_ event: AllocationEvent, _ symbols: [String]) -> Int32 {
    let cache = event.kind == .kmemCacheAlloc ? event.cache : AllocationEvent.noCache
    let key = SiteKey(site: event.site, cache: cache)
    if let latest, latest.key == key { return latest.index }
    if let index = siteIndices[key] {
      latest = (key, index)
      return index
    }
    let name = cache == AllocationEvent.noCache ? nil : symbols[Int(cache)]
    sites.append(CallSiteProfile(name: symbols[Int(event.site)], cache: name))
    siteIndices[key] = Int32(sites.count - 1)
    return Int32(sites.count - 1)
  }

  /// Records the objects that are live now as those at the peak.
  mutating func recordPeak() {
    for index in sizes.indices { sizes[index].atPeak = sizes[index].live }
    data.recordPeak()
  }

  /// Ends an interval and returns the maximum number of live objects of each size in it, in the order of first occurrence.
  mutating func endInterval() -> [Int32] {
    let peaks = sizes.map(\.intervalPeak)
    for index in sizes.indices { sizes[index].intervalPeak = sizes[index].live }
    return peaks
  }

  /// Stores the result in a profile, with the sizes in ascending order.
  /// - Parameter peaks: Results of `endInterval`.
  mutating func finish(_ peaks: [[Int32]], into profile: inout AllocationProfile, ticksPerSecond: Double) {
    for index in sizes.indices { accumulate(index) }
    let startClock = countsEvents ? Double(first) : Double(start ?? now)
    let span = max(clock - startClock, 1)
    let order = bytes.indices.filter { sizes[$0].requests > 0 || sizes[$0].liveTicks > 0 }.sorted {
      bytes[$0] < bytes[$1]
    }
    profile.data = data.profile(clock: clock, span: span)
    profile.sizes = order.map { bytes[$0] }
    profile.requests = order.map { sizes[$0].requests }
    profile.liveAtPeak = order.map { Int(sizes[$0].atPeak) }
    profile.liveOnAverage = order.map { sizes[$0].liveTicks / span }
    profile.peakLiveByInterval = peaks.map { row in order.map { $0 < row.count ? row[$0] : 0 } }
    profile.events = events - first
    profile.peakEvent = peakEvent
    profile.seconds = Double(now - min(start ?? now, now)) / ticksPerSecond
    profile.sites = sites.filter { $0.allocations > 0 }.sorted {
      ($1.requestedBytes, $0.name) < ($0.requestedBytes, $1.name)
    }
  }
}

extension CallSiteProfile {
  /// Counts an allocation.
  fileprivate mutating func count(_ event: AllocationEvent) {
    allocations += 1
    requestedBytes += Int(event.requestedBytes)
    allocatedBytes += Int(event.allocatedBytes)
    smallest = min(smallest, Int(event.requestedBytes))
    largest = max(largest, Int(event.requestedBytes))
    live += 1
    peakLive = max(peakLive, live)
  }
}
