package import Recordings

/// Collector of an ``AllocationProfile`` from events, in one pass. Its memory depends on the numbers of contexts and of live objects, not
/// on the number of events.
package struct AllocationProfileCollector {
  /// Live object in a slot of the source.
  private struct Object: BitwiseCopyable {
    var time: UInt64 = 0
    /// Number of the context; -1 if the slot has no object.
    var context: Int32 = -1
    var cpu: UInt16 = 0
  }

  /// Counts of one context.
  private struct Tally: BitwiseCopyable {
    var allocations = 0
    var frees = 0
    var remoteFrees = 0
    var unseenFrees = 0
    var live = 0
    var peakLive = 0
    /// Live objects at the peak of requested bytes, valid if `peakNumber` is that of the latest peak; otherwise no event has changed
    /// `live` since that peak, and `live` is the number.
    var liveAtPeak = 0
    var peakNumber = -1
    /// Sum of live objects times microseconds up to `time`.
    var liveMicroseconds = 0
    var time = 0
    var requestedBytes = 0
    var allocatedBytes = 0
    /// Index of the requested size; -1 if the objects are not from general caches.
    var size: Int32 = -1
  }

  /// Live objects of one requested size.
  private struct Size: BitwiseCopyable {
    var live: Int32 = 0
    /// Largest number of live objects since the latest moment.
    var peak: Int32 = 0
  }

  private var contexts = ContextTable()
  private var tallies: [Tally] = []
  /// Objects in each bucket of the lifetimes of each context.
  private var lifetimes: [Int] = []
  private var objects: [Object] = []
  private var sizes: [Size] = []
  private var sizeBytes: [Int] = []
  private var sizeIndices: [UInt32: Int32] = [:]
  private var freesByCPU: [[Int]] = []
  private var allocationsByCPU: [Int] = []
  private var moments = MomentSampler()
  private var (failedAllocations, unmatchedFrees, events) = (0, 0, 0)
  private var (generalBytes, peakBytes, peakNumber) = (0, 0, 0)
  /// Microseconds from the first event to the latest.
  private var now = 0
  private var firstTime: UInt64?
  private var lastTime: UInt64 = 0
  /// Ticks of the source's clock in a microsecond; 0 if its rate is not known, in which case an event counts as a microsecond.
  private let ticksPerMicrosecond: Double

  /// Creates a collector for a source whose clock has a number of ticks in a second; 0 if its rate is not known.
  package init(ticksPerSecond: UInt64) {
    ticksPerMicrosecond = Double(ticksPerSecond) / 1e6
  }

  /// Counts the next events of the source.
  package mutating func add(_ events: [AllocationEvent]) {
    for event in events { add(event) }
  }

  @inline(__always)
  private mutating func add(_ event: AllocationEvent) {
    events += 1
    advanceClock(to: event.time)
    switch event.outcome {
    case .allocated:
      begin(event)
    case .allocatedOverLive:
      end(event, isSeen: false)
      begin(event)
    case .freed: end(event, isSeen: true)
    case .failed: failedAllocations += 1
    case .unmatched: unmatchedFrees += 1
    case .null, .zeroSize: break
    }
    if moments.isDue() { addMoment() }
  }

  @inline(__always)
  private mutating func advanceClock(to time: UInt64) {
    if firstTime == nil { (firstTime, lastTime) = (time, time) }
    if time > lastTime {
      lastTime = time
      if ticksPerMicrosecond == 1 {
        now = Int(truncatingIfNeeded: time &- firstTime!)
      } else if ticksPerMicrosecond > 0 {
        now = Int(Double(time &- firstTime!) / ticksPerMicrosecond)
      }
    }
    if ticksPerMicrosecond == 0 { now = events }
  }

  @inline(__always)
  private mutating func begin(_ event: AllocationEvent) {
    let (context, isNew) = contexts.number(of: ContextTable.Key(event))
    if isNew { addContext(event) }
    change(context, by: 1)
    tallies[context].allocations += 1
    let cpu = Int(event.cpu)
    if cpu >= allocationsByCPU.count {
      allocationsByCPU += [Int](repeating: 0, count: cpu + 1 - allocationsByCPU.count)
    }
    allocationsByCPU[cpu] += 1
    if tallies[context].live > tallies[context].peakLive { tallies[context].peakLive = tallies[context].live }
    let slot = Int(event.slot)
    if slot >= objects.count { growSlots(to: slot) }
    objects[slot] = Object(time: event.time, context: Int32(truncatingIfNeeded: context), cpu: event.cpu)
    if generalBytes > peakBytes {
      peakBytes = generalBytes
      peakNumber += 1
    }
  }

  /// Ends the object in the slot of an event.
  /// - Parameter isSeen: Whether the event is the object's free; otherwise the time and the CPU of its free are not known.
  @inline(__always)
  private mutating func end(_ event: AllocationEvent, isSeen: Bool) {
    let slot = Int(event.slot)
    guard slot < objects.count, objects[slot].context >= 0 else {
      unmatchedFrees += isSeen ? 1 : 0
      return
    }
    let object = objects[slot]
    let context = Int(object.context)
    objects[slot].context = -1
    change(context, by: -1)
    guard isSeen else {
      tallies[context].unseenFrees += 1
      return
    }
    tallies[context].frees += 1
    if object.cpu != event.cpu { tallies[context].remoteFrees += 1 }
    countCPUs(Int(object.cpu), Int(event.cpu))
    let lifetime = microseconds(from: object.time, to: event.time)
    lifetimes[context * LifetimeHistogram.bucketCount + LifetimeHistogram.bucket(of: lifetime)] += 1
  }

  /// Changes the number of live objects of a context.
  @inline(__always)
  private mutating func change(_ context: Int, by count: Int) {
    var tally = tallies[context]
    if tally.peakNumber != peakNumber { (tally.liveAtPeak, tally.peakNumber) = (tally.live, peakNumber) }
    tally.liveMicroseconds += tally.live * (now - tally.time)
    tally.time = now
    tally.live += count
    tallies[context] = tally
    guard tally.size >= 0 else { return }
    generalBytes += count * tally.requestedBytes
    let size = Int(tally.size)
    sizes[size].live += Int32(truncatingIfNeeded: count)
    if sizes[size].live > sizes[size].peak { sizes[size].peak = sizes[size].live }
  }

  @inline(__always)
  private mutating func countCPUs(_ allocating: Int, _ freeing: Int) {
    let last = max(allocating, freeing)
    if last >= freesByCPU.count { growCPUs(to: last) }
    freesByCPU[allocating][freeing] += 1
  }

  // MARK: Growth

  @inline(never)
  private mutating func addContext(_ event: AllocationEvent) {
    var tally = Tally(requestedBytes: Int(event.requestedBytes), allocatedBytes: Int(event.allocatedBytes))
    (tally.time, tally.peakNumber) = (now, peakNumber)
    if event.kind == .kmalloc {
      if sizeIndices[event.requestedBytes] == nil {
        sizeIndices[event.requestedBytes] = Int32(sizes.count)
        sizes.append(Size())
        sizeBytes.append(Int(event.requestedBytes))
      }
      tally.size = sizeIndices[event.requestedBytes]!
    }
    tallies.append(tally)
    lifetimes += [Int](repeating: 0, count: LifetimeHistogram.bucketCount)
  }

  @inline(never)
  private mutating func growSlots(to slot: Int) {
    objects += [Object](repeating: Object(), count: max(slot + 1, objects.count * 2, 1024) - objects.count)
  }

  @inline(never)
  private mutating func growCPUs(to cpu: Int) {
    for row in freesByCPU.indices { freesByCPU[row] += [Int](repeating: 0, count: cpu + 1 - freesByCPU.count) }
    while freesByCPU.count <= cpu { freesByCPU.append([Int](repeating: 0, count: cpu + 1)) }
  }

  @inline(never)
  private mutating func addMoment() {
    moments.add(
      MomentSampler.Row(
        microseconds: now, events: events, liveObjects: tallies.map { Int32(clamping: $0.live) },
        peakObjectsBySize: sizes.map(\.peak)))
    for index in sizes.indices { sizes[index].peak = sizes[index].live }
  }

  // MARK: Result

  /// Returns the profile of the events counted so far. The collector can go on counting.
  /// - Parameters:
  ///   - name: Name of the source.
  ///   - symbols: Names that `site` and `cache` of the events index.
  /// - Complexity: O(contexts x moments).
  package func profile(name: String, symbols: [String]) -> AllocationProfile {
    var profile = AllocationProfile()
    guard events > 0 else { return profile }
    profile.sources = [ProfileSource(name: name, events: events, microseconds: now)]
    profile.failedAllocations = failedAllocations
    profile.unmatchedFrees = unmatchedFrees
    profile.hasClock = ticksPerMicrosecond > 0
    profile.allocObjectsByCPU = allocationsByCPU
    profile.freesByCPU = CPUMatrix.sum(freesByCPU, [], sign: 1)
    // Two symbols of a source can have the same name, so that several numbers can have the same context.
    let names = contexts.keys.map { $0.context(symbols) }
    profile.contexts = Set(names).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(profile.contexts, 0...))
    let places = names.map { indices[$0]! }
    profile.figures = [AllocationFigures](repeating: AllocationFigures(), count: profile.contexts.count)
    var atPeak = [Int](repeating: 0, count: profile.contexts.count)
    for (number, place) in places.enumerated() {
      let figures = figures(of: number)
      profile.figures[place].addCounts(of: figures, sign: 1)
      profile.figures[place].peakLiveObjects = (profile.figures[place].peakLiveObjects ?? 0) + tallies[number].peakLive
      atPeak[place] += tallies[number].peakNumber == peakNumber ? tallies[number].liveAtPeak : tallies[number].live
    }
    addAges(to: &profile, places)
    profile.liveObjectsAtPeak = atPeak
    profile.peaksAreUpperBounds = names.count > profile.contexts.count
    let sizeOrder = sizeBytes.indices.sorted { sizeBytes[$0] < sizeBytes[$1] }
    profile.sizes = sizeOrder.map { sizeBytes[$0] }
    profile.moments = moments.rows.enumerated().map { number, row in
      var live = [Int32](repeating: 0, count: profile.contexts.count)
      for (number, count) in row.liveObjects.enumerated() { live[places[number]] += count }
      return ProfiledMoment(
        rank: AllocationProfileCollector.rank(name, row.microseconds, number), microseconds: row.microseconds,
        events: row.events, liveObjects: live,
        peakObjectsBySize: sizeOrder.map { $0 < row.peakObjectsBySize.count ? row.peakObjectsBySize[$0] : 0 })
    }.sorted { ($0.rank, $0.microseconds) < ($1.rank, $1.microseconds) }
    return profile
  }

  /// Counts the ages of the live objects, in the unit of the lifetimes.
  /// - Complexity: O(slots of the source).
  private func addAges(to profile: inout AllocationProfile, _ places: [Int]) {
    for object in objects where object.context >= 0 {
      profile.figures[places[Int(object.context)]].ages.add(microseconds: microseconds(from: object.time, to: lastTime))
    }
  }

  /// Returns the microseconds between two times of the source's clock, or the ticks if its rate is not known.
  @inline(__always)
  private func microseconds(from start: UInt64, to end: UInt64) -> UInt64 {
    let ticks = end > start ? end &- start : 0
    return ticksPerMicrosecond == 1 || ticksPerMicrosecond == 0 ? ticks : UInt64(Double(ticks) / ticksPerMicrosecond)
  }

  private func figures(of number: Int) -> AllocationFigures {
    let tally = tallies[number]
    var figures = AllocationFigures()
    figures.allocObjects = tally.allocations
    (figures.freeObjects, figures.remoteFrees, figures.unseenFrees) = (
      tally.frees, tally.remoteFrees, tally.unseenFrees
    )
    figures.liveObjects = tally.live
    figures.liveObjectMicroseconds = tally.liveMicroseconds + tally.live * (now - tally.time)
    figures.lifetimes = LifetimeHistogram(
      lifetimes[number * LifetimeHistogram.bucketCount..<(number + 1) * LifetimeHistogram.bucketCount])
    figures.requestedBytes = tally.allocations * tally.requestedBytes
    figures.allocBytes = tally.allocations * tally.allocatedBytes
    figures.liveRequestedBytes = tally.live * tally.requestedBytes
    figures.liveBytes = tally.live * tally.allocatedBytes
    return figures
  }

  /// Returns a pseudo-random number for a moment: the FNV-1a hash of its source and its time, mixed as in SplitMix64.
  private static func rank(_ name: String, _ microseconds: Int, _ number: Int) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for value in [microseconds, number] { hash = (hash ^ UInt64(value)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }
}

extension ContextTable.Key {
  /// Returns the context with the names of the symbols. A general cache is named like the kernel's, by the allocated bytes.
  fileprivate func context(_ symbols: [String]) -> AllocationContext {
    let name: String
    if cache != AllocationEvent.noCache {
      name = symbols[Int(cache)]
    } else if !isGeneral {
      name = "?"
    } else {
      name =
        allocatedBytes <= 8192
        ? KmallocKind.normal.cacheName(bytes: Int(allocatedBytes)) : AllocationContext.largeRequests
    }
    return AllocationContext(
      site: symbols[Int(site)], cache: name, isGeneral: isGeneral, requestedBytes: Int(requestedBytes),
      allocatedBytes: Int(allocatedBytes))
  }
}
