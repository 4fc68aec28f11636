extension AllocationProfile {
  /// Creates the profile of counters.
  /// - Parameters:
  ///   - names: Contexts by number. Two numbers have the same context if two symbols of the source have the same name.
  init(_ counter: TrafficCounter, _ names: [AllocationContext], source: String) {
    self.init()
    sources = [ProfileSource(name: source, events: counter.events, microseconds: counter.now)]
    hasClock = counter.clock.isKnown
    failedAllocations = counter.failedAllocations
    unmatchedFrees = counter.unmatchedFrees
    allocObjectsByCPU = CPUMatrix.sum(counter.allocationsByCPU, [], sign: 1)
    freesByCPU = CPUMatrix.sum(counter.freesByCPU, [], sign: 1)
    // A recording can have shapes of which none of the events was read.
    let isUsed = counter.tallies.map { $0.peakLive > 0 }
    contexts = Set(zip(names, isUsed).lazy.filter(\.1).map(\.0)).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(contexts, 0...))
    let positions = names.map { indices[$0] ?? 0 }
    peaksAreUpperBounds = isUsed.count { $0 } > contexts.count
    figures = [AllocationFigures](repeating: AllocationFigures(), count: contexts.count)
    var atPeak = [Int](repeating: 0, count: contexts.count)
    for (number, position) in positions.enumerated() where isUsed[number] {
      figures[position].add(counter.figures(of: number))
      atPeak[position] += counter.tallies[number].liveObjects(atPeak: counter.peakNumber)
    }
    for object in counter.objects where object.context >= 0 {
      figures[positions[Int(object.context)]].ages.add(microseconds: counter.age(of: object))
    }
    liveObjectsAtPeak = atPeak
    let usedSizes = Set(zip(counter.tallies, isUsed).lazy.filter(\.1).map { Int($0.0.size) })
    let order = counter.sizeBytes.indices.filter(usedSizes.contains).sorted {
      counter.sizeBytes[$0] < counter.sizeBytes[$1]
    }
    sizes = order.map { counter.sizeBytes[$0] }
    moments = counter.momentsUpToNow.enumerated().map { number, row in
      var live = [Int32](repeating: 0, count: contexts.count)
      for (number, count) in row.liveObjects.enumerated() where isUsed[number] { live[positions[number]] += count }
      return ProfiledMoment(
        rank: AllocationProfile.rank(source, row.microseconds, number), microseconds: row.microseconds,
        events: row.events, liveObjects: live,
        peakObjectsBySize: order.map { $0 < row.peakObjectsBySize.count ? row.peakObjectsBySize[$0] : 0 })
    }.sorted { ($0.rank, $0.microseconds) < ($1.rank, $1.microseconds) }
  }

  /// Returns a pseudo-random number for a moment: the FNV-1a hash of its source and its time, mixed as in SplitMix64.
  static func rank(_ name: String, _ microseconds: Int, _ number: Int) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for value in [microseconds, number] { hash = (hash ^ UInt64(bitPattern: Int64(value))) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }
}

extension TrafficCounter {
  /// Returns the figures of a context.
  fileprivate func figures(of number: Int) -> AllocationFigures {
    let (tally, bytes) = (tallies[number], contextSizes[number])
    var figures = AllocationFigures()
    figures.lifetimes = LifetimeHistogram(
      lifetimes[number * LifetimeHistogram.bucketCount..<(number + 1) * LifetimeHistogram.bucketCount])
    figures.allocObjects = tally.allocations
    figures.requestedBytes = tally.allocations * bytes.requested
    figures.allocBytes = tally.allocations * bytes.allocated
    figures.freeObjects = figures.lifetimes.count
    (figures.remoteFrees, figures.unseenFrees) = (tally.remoteFrees, tally.unseenFrees)
    figures.liveObjects = Int(tally.live)
    figures.liveRequestedBytes = figures.liveObjects * bytes.requested
    figures.liveBytes = figures.liveObjects * bytes.allocated
    figures.liveObjectMicroseconds = tally.liveMicroseconds + figures.liveObjects * (now - tally.time)
    figures.peakLiveObjects = Int(tally.peakLive)
    return figures
  }

  /// Returns the age of a live object in microseconds, or in ticks if the rate of the clock is not known.
  fileprivate func age(of object: LiveObject) -> UInt64 {
    clock.microseconds(ticks: totals.lastTime > object.time ? totals.lastTime - object.time : 0)
  }

  /// The moments so far, the last of which is now.
  fileprivate var momentsUpToNow: [MomentSampler.Row] {
    guard moments.rows.last?.events != events else { return moments.rows }
    let now = MomentSampler.Row(
      microseconds: now, events: events, liveObjects: tallies.map(\.live), peakObjectsBySize: sizes.map(\.peak))
    return moments.rows + [now]
  }
}
