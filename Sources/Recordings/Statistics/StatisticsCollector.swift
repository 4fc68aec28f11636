/// Gathers `RecordingStatistics` in one pass: everything per event is counted by number, and named at the end.
struct StatisticsCollector {
  private struct Object {
    var time: UInt64 = 0
    var requested: Int = 0
    var allocated: Int = 0
    var cache = 0
    var cpu: UInt16 = 0
    var kind = AllocationEvent.Kind.kmalloc
    var isLive = false
  }

  private struct Size: Hashable {
    var requested: UInt32
    var allocated: UInt32
  }

  private struct CacheTally {
    var cache = RecordingStatistics.Cache()
    var sizes: [Size: Int] = [:]
  }

  private let symbols: [String]
  private var statistics = Totals()
  private var objects: [Object] = []
  private var caches: [CacheTally] = []
  private var cacheNames: [String] = []
  private var cacheBySymbol: [Int?]
  private var cacheByClass: [UInt32: Int] = [:]
  private var cacheByName: [String: Int] = [:]
  private var allocSites: [RecordingStatistics.Site]
  private var freeSites: [Int]
  private var unmatchedSites: [Int]
  private var perCPU: [Int] = []
  private var lifetimes = [Int](repeating: 0, count: 65)
  private var kmallocSizes: [UInt32: Int] = [:]
  private var kmallocClasses: [UInt32: Int] = [:]
  private var live = (objects: 0, requested: 0, allocated: 0)

  /// The plain sums.
  private struct Totals {
    var events = 0
    var eventsByKind = [0, 0, 0, 0]
    var (nullFrees, zeroSizeFrees, nullAllocs, allocs, paired, unmatched, overLive) = (0, 0, 0, 0, 0, 0, 0)
    var (crossCPU, acrossKinds, requested, allocated) = (0, 0, 0, 0)
    var (pairedRequested, pairedAllocated) = (0, 0)
    var (peakObjects, peakRequested, peakAllocated) = (0, 0, 0)
    var first: UInt64?
    var last: UInt64 = 0
    var backwards = 0
  }

  init(symbols: [String]) {
    self.symbols = symbols
    cacheBySymbol = Array(repeating: nil, count: symbols.count)
    allocSites = Array(repeating: RecordingStatistics.Site(), count: symbols.count)
    freeSites = Array(repeating: 0, count: symbols.count)
    unmatchedSites = freeSites
  }

  mutating func add(_ batch: [AllocationEvent]) {
    for event in batch {
      count(event)
      if event.isAllocation { allocate(event) } else { free(event) }
    }
  }

  private mutating func count(_ event: AllocationEvent) {
    statistics.events += 1
    statistics.eventsByKind[Int(event.kind.rawValue)] += 1
    while perCPU.count <= Int(event.cpu) { perCPU.append(0) }
    perCPU[Int(event.cpu)] += 1
    if statistics.first == nil {
      (statistics.first, statistics.last) = (event.time, event.time)
    } else if event.time < statistics.last {
      statistics.backwards += 1
    }
    statistics.last = max(statistics.last, event.time)
  }

  private mutating func allocate(_ event: AllocationEvent) {
    guard event.outcome != .failed else {
      statistics.nullAllocs += 1
      return
    }
    let (requested, allocated) = (Int(event.requestedBytes), Int(event.allocatedBytes))
    statistics.allocs += 1
    statistics.requested += requested
    statistics.allocated += allocated
    if event.kind == .kmalloc {
      kmallocSizes[event.requestedBytes, default: 0] += 1
      kmallocClasses[event.allocatedBytes, default: 0] += 1
    }
    let slot = Int(event.slot)
    while objects.count <= slot { objects.append(Object()) }
    if objects[slot].isLive {
      statistics.overLive += 1
      caches[objects[slot].cache].cache.allocOverLive += 1
      end(objects[slot])
    }
    let cache = cache(allocating: event)
    objects[slot] = Object(
      time: event.time, requested: requested, allocated: allocated, cache: cache, cpu: event.cpu, kind: event.kind,
      isLive: true)
    live = (live.objects + 1, live.requested + requested, live.allocated + allocated)
    caches[cache].cache.allocs += 1
    caches[cache].cache.bytesReq += requested
    caches[cache].cache.bytesAlloc += allocated
    caches[cache].sizes[Size(requested: event.requestedBytes, allocated: event.allocatedBytes), default: 0] += 1
    allocSites[Int(event.site)].count += 1
    allocSites[Int(event.site)].bytesReq += requested
    allocSites[Int(event.site)].bytesAlloc += allocated
    statistics.peakObjects = max(statistics.peakObjects, live.objects)
    statistics.peakRequested = max(statistics.peakRequested, live.requested)
    statistics.peakAllocated = max(statistics.peakAllocated, live.allocated)
  }

  private mutating func free(_ event: AllocationEvent) {
    freeSites[Int(event.site)] += 1
    switch event.outcome {
    case .null: statistics.nullFrees += 1
    case .zeroSize: statistics.zeroSizeFrees += 1
    case .freed: pair(event)
    case .unmatched, .allocated, .allocatedOverLive, .failed:
      statistics.unmatched += 1
      caches[cache(freeingUnmatched: event)].cache.unmatchedFrees += 1
      unmatchedSites[Int(event.site)] += 1
    }
  }

  private mutating func pair(_ event: AllocationEvent) {
    let object = objects[Int(event.slot)]
    objects[Int(event.slot)].isLive = false
    statistics.paired += 1
    statistics.pairedRequested += object.requested
    statistics.pairedAllocated += object.allocated
    caches[object.cache].cache.pairedFrees += 1
    if object.cpu != event.cpu { statistics.crossCPU += 1 }
    if (object.kind == .kmalloc) != (event.kind == .kfree) { statistics.acrossKinds += 1 }
    let lifetime = event.time > object.time ? event.time - object.time : 0
    lifetimes[UInt64.bitWidth - lifetime.leadingZeroBitCount] += 1
    end(object)
  }

  private mutating func end(_ object: Object) {
    live = (live.objects - 1, live.requested - object.requested, live.allocated - object.allocated)
  }

  // MARK: Caches

  /// kmalloc's cache is named after the bytes set aside, as the kernel does up to 8192.
  private mutating func cache(allocating event: AllocationEvent) -> Int {
    guard event.kind == .kmalloc else { return cache(ofSymbol: event.cache) }
    if let known = cacheByClass[event.allocatedBytes] { return known }
    let cache = cache(named: event.allocatedBytes <= 8192 ? "kmalloc-\(event.allocatedBytes)" : "kmalloc-large")
    cacheByClass[event.allocatedBytes] = cache
    return cache
  }

  private mutating func cache(freeingUnmatched event: AllocationEvent) -> Int {
    event.cache == AllocationEvent.noCache ? cache(named: "?kfree") : cache(ofSymbol: event.cache)
  }

  private mutating func cache(ofSymbol symbol: UInt32) -> Int {
    guard symbol != AllocationEvent.noCache else { return cache(named: "?") }
    if let known = cacheBySymbol[Int(symbol)] { return known }
    let cache = cache(named: symbols[Int(symbol)])
    cacheBySymbol[Int(symbol)] = cache
    return cache
  }

  private mutating func cache(named name: String) -> Int {
    if let known = cacheByName[name] { return known }
    cacheByName[name] = caches.count
    cacheNames.append(name)
    caches.append(CacheTally())
    return caches.count - 1
  }

  // MARK: The end

  /// Names what was counted.
  mutating func finish(into result: inout RecordingStatistics) {
    for object in objects where object.isLive { caches[object.cache].cache.liveAtEnd += 1 }
    let totals = statistics
    result.events = totals.events
    result.eventsByKind = totals.eventsByKind
    (result.nullFrees, result.zeroSizeFrees) = (totals.nullFrees, totals.zeroSizeFrees)
    (result.nullAllocs, result.allocs) = (totals.nullAllocs, totals.allocs)
    (result.pairedFrees, result.unmatchedFrees) = (totals.paired, totals.unmatched)
    (result.allocOverLive, result.liveAtEnd) = (totals.overLive, live.objects)
    (result.crossCPUFrees, result.pairsAcrossEventKinds) = (totals.crossCPU, totals.acrossKinds)
    (result.bytesReqTotal, result.bytesAllocTotal) = (totals.requested, totals.allocated)
    (result.pairedFreeBytesReq, result.pairedFreeBytesAlloc) = (totals.pairedRequested, totals.pairedAllocated)
    (result.liveAtEndBytesReq, result.liveAtEndBytesAlloc) = (live.requested, live.allocated)
    result.peakLiveObjects = totals.peakObjects
    (result.peakLiveBytesReq, result.peakLiveBytesAlloc) = (totals.peakRequested, totals.peakAllocated)
    (result.firstTime, result.lastTime, result.timestampsBackwards) = (totals.first, totals.last, totals.backwards)
    result.lifetimeLog2 = StatisticsCollector.nonzero(lifetimes)
    result.eventsPerCPU = StatisticsCollector.nonzero(perCPU)
    result.kmallocSizes = Dictionary(uniqueKeysWithValues: kmallocSizes.map { (Int($0.key), $0.value) })
    result.kmallocClasses = Dictionary(uniqueKeysWithValues: kmallocClasses.map { (Int($0.key), $0.value) })
    for (name, tally) in zip(cacheNames, caches) {
      var cache = tally.cache
      for (size, count) in tally.sizes { cache.sizes["\(size.requested)/\(size.allocated)"] = count }
      result.caches[name] = cache
    }
    for (site, symbol) in symbols.enumerated() {
      if allocSites[site].count > 0 { result.allocCallSites[symbol] = allocSites[site] }
      if freeSites[site] > 0 { result.freeCallSites[symbol] = freeSites[site] }
      if unmatchedSites[site] > 0 { result.unmatchedFreeCallSites[symbol] = unmatchedSites[site] }
    }
  }

  private static func nonzero(_ counts: [Int]) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: counts.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) })
  }
}
