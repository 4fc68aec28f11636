import Recordings

/// Counters of the events of a source by context. This is the part of the collector that runs for each event, so that its
/// loop only indexes arrays whose lengths were prepared before.
struct TrafficCounter {
  private(set) var tallies: [ContextTally] = []
  private(set) var contextSizes: [ContextSizes] = []
  /// Number of freed objects by context and bucket of the lifetime.
  private(set) var lifetimes: [Int] = []
  /// Live objects by slot.
  private(set) var objects: [LiveObject] = []
  private(set) var sizes: [SizeTally] = []
  /// Bytes of each element of `sizes`.
  private(set) var sizeBytes: [Int] = []
  private var sizeIndices: [Int: Int32] = [:]
  private(set) var allocationsByCPU: [Int] = []
  /// Number of freed objects at `allocating CPU * cpus + freeing CPU`.
  private var freesByCPUPair: [Int] = []
  private var cpus = 0
  private(set) var failedAllocations = 0
  private(set) var unmatchedFrees = 0
  private(set) var events = 0
  /// Microseconds from the first event to the latest.
  private(set) var now = 0
  private(set) var totals = TrafficTotals()
  /// Bytes of all live objects that have a size, their peak, and the number of the latest peak.
  private var sizedBytes = (live: 0, peak: 0)
  private(set) var peakNumber: UInt32 = 0
  /// Number of objects by context and bytes in use, of the objects that ended with known bytes in use.
  private(set) var uses: [UInt64: Int] = [:]
  private(set) var moments = MomentSampler()
  let clock: TrafficClock

  init(ticksPerSecond: UInt64) { clock = TrafficClock(ticksPerSecond: ticksPerSecond) }

  // MARK: Preparation

  /// Adds the context of the next number.
  /// - Parameters:
  ///   - requested: Requested bytes of each object.
  ///   - allocated: Allocated bytes of each object.
  ///   - size: Bytes by which the objects are sized; nil if they have no size.
  ///   - flags: Properties of the objects.
  mutating func addContext(requested: Int, allocated: Int, size: Int?, flags: TrafficFlags) {
    var tally = ContextTally()
    (tally.time, tally.peakNumber, tally.flags) = (now, peakNumber, flags)
    if let size {
      if sizeIndices[size] == nil {
        sizeIndices[size] = Int32(sizes.count)
        sizes.append(SizeTally())
        sizeBytes.append(size)
      }
      tally.size = sizeIndices[size] ?? -1
    }
    tallies.append(tally)
    contextSizes.append(ContextSizes(requested: requested, allocated: allocated, sized: size ?? 0))
    lifetimes += repeatElement(0, count: LifetimeHistogram.bucketCount)
  }

  /// Makes room for the slots and CPUs that events may have from now on.
  /// - Parameters:
  ///   - slots: Number of slots: all slots of the events are less.
  ///   - newCPUs: Number of CPUs: all CPUs of the events are less.
  mutating func reserve(slots: Int, cpus newCPUs: Int) {
    if slots > objects.count {
      objects += repeatElement(LiveObject(), count: max(slots, objects.count + objects.count / 2) - objects.count)
    }
    guard newCPUs > cpus else { return }
    let all = max(newCPUs, cpus + cpus / 2)
    var larger = [Int](repeating: 0, count: all * all)
    for row in 0..<cpus { for column in 0..<cpus { larger[row * all + column] = freesByCPUPair[row * cpus + column] } }
    freesByCPUPair = larger
    allocationsByCPU += repeatElement(0, count: all - cpus)
    totals.eventsByCPU += repeatElement(0, count: all - cpus)
    cpus = all
  }

  /// Begins an interval: sets all counts to 0. Contexts, sizes and live objects stay.
  mutating func beginInterval() {
    for index in tallies.indices { tallies[index].beginInterval() }
    for index in sizes.indices { sizes[index].peak = sizes[index].live }
    lifetimes = [Int](repeating: 0, count: lifetimes.count)
    freesByCPUPair = [Int](repeating: 0, count: freesByCPUPair.count)
    allocationsByCPU = [Int](repeating: 0, count: allocationsByCPU.count)
    (failedAllocations, unmatchedFrees, events, now) = (0, 0, 0, 0)
    let (live, allCPUs) = (totals.live, totals.eventsByCPU.count)
    totals = TrafficTotals()
    (totals.live, totals.peak) = (live, live)
    totals.eventsByCPU = [Int](repeating: 0, count: allCPUs)
    sizedBytes.peak = sizedBytes.live
    peakNumber &+= 1
    uses = [:]
    moments = MomentSampler()
  }

  // MARK: Counting

  /// Counts events. All contexts must have been added, and room must have been made for all slots and CPUs.
  /// - Parameters:
  ///   - batch: Events, in the order of the source.
  ///   - shapes: Shapes that the events index, counted from `firstShape`.
  ///   - firstShape: Index in `shapes` of the shape that the events call 0.
  mutating func count(_ batch: [RecordedEvent], shapes: [CountedShape], firstShape: Int) {
    if totals.firstTime == nil, let first = batch.first {
      (totals.firstTime, totals.lastTime) = (first.time, first.time)
    }
    var start = 0
    while start < batch.count {
      let end = min(batch.count, start + moments.eventsLeft)
      count(batch.span.extracting(start..<end), shapes.span.extracting(firstShape..<shapes.count))
      if moments.isDue(after: end - start) { addMoment() }
      start = end
    }
  }

  private mutating func count(_ batch: Span<RecordedEvent>, _ shapes: Span<CountedShape>) {
    // The arrays are moved into variables, and back at the end, since spans of properties would access the whole of `self`.
    var (tallyArray, lifetimeArray, objectArray) = (take(\.tallies), take(\.lifetimes), take(\.objects))
    var (sizeArray, allocationArray) = (take(\.sizes), take(\.allocationsByCPU))
    var (freeArray, eventArray) = (take(\.freesByCPUPair), take(\.totals.eventsByCPU))
    var tallies = tallyArray.mutableSpan
    var lifetimes = lifetimeArray.mutableSpan
    var objects = objectArray.mutableSpan
    var sizes = sizeArray.mutableSpan
    var allocationsByCPU = allocationArray.mutableSpan
    var freesByCPUPair = freeArray.mutableSpan
    var eventsByCPU = eventArray.mutableSpan
    let contextSizes = contextSizes
    let (clock, cpus, firstTime) = (clock, cpus, totals.firstTime ?? 0)
    var (now, lastTime, live, peak, peakEvents) = (now, totals.lastTime, totals.live, totals.peak, totals.peakEvents)
    var (sized, peakNumber, number) = (sizedBytes, peakNumber, events)
    var (pairsAcrossKinds, skbPairs, timesBackwards) = (0, 0, 0)
    for index in batch.indices {
      let event = batch[index]
      let shape = shapes[event.shape]
      number += 1
      eventsByCPU[Int(event.cpu)] &+= 1
      if event.time < lastTime { timesBackwards += 1 } else { lastTime = event.time }
      now = clock.now(ticks: lastTime &- firstTime, events: number)
      if shape.outcome == .freed || shape.outcome == .allocatedOverLive {
        let object = objects[Int(event.slot)]
        if object.context >= 0 {
          let context = Int(object.context)
          objects[Int(event.slot)].context = -1
          let bytes = contextSizes[context]
          live.objects &-= 1
          live.requestedBytes &-= bytes.requested
          live.allocatedBytes &-= bytes.allocated
          sized.live &-= bytes.sized
          let size = tallies[context].size
          tallies[context].changeLive(by: -1, at: now, peak: peakNumber)
          if size >= 0 { sizes[Int(size)].changeLive(by: -1) }
          if event.used > 0, Int(event.used) <= bytes.allocated {
            uses[UInt64(UInt32(context)) << 32 | UInt64(event.used), default: 0] += 1
          }
          if shape.outcome == .freed {
            let ticks = event.time > object.time ? event.time &- object.time : 0
            let bucket = LifetimeHistogram.bucket(of: clock.microseconds(ticks: ticks))
            lifetimes[context &* LifetimeHistogram.bucketCount &+ bucket] &+= 1
            freesByCPUPair[Int(object.cpu) &* cpus &+ Int(event.cpu)] &+= 1
            if object.cpu != event.cpu { tallies[context].remoteFrees &+= 1 }
            let flags = tallies[context].flags
            if flags.union(shape.flags).contains(.isSkb) { skbPairs += 1 }
            if flags.symmetricDifference(shape.flags).contains(.isGeneral) { pairsAcrossKinds += 1 }
            continue
          }
          tallies[context].unseenFrees &+= 1
        } else if shape.outcome == .freed {
          unmatchedFrees += 1
        }
      }
      switch shape.outcome {
      case .allocated, .allocatedOverLive:
        let context = Int(shape.context)
        let bytes = contextSizes[context]
        objects[Int(event.slot)] = LiveObject(time: event.time, context: shape.context, cpu: event.cpu)
        allocationsByCPU[Int(event.cpu)] &+= 1
        let size = tallies[context].size
        tallies[context].changeLive(by: 1, at: now, peak: peakNumber)
        tallies[context].allocations &+= 1
        tallies[context].peakLive = max(tallies[context].peakLive, tallies[context].live)
        if size >= 0 { sizes[Int(size)].changeLive(by: 1) }
        live.objects &+= 1
        live.requestedBytes &+= bytes.requested
        live.allocatedBytes &+= bytes.allocated
        sized.live &+= bytes.sized
        if live.objects > peak.objects { (peak.objects, peakEvents.objects) = (live.objects, number) }
        if live.requestedBytes > peak.requestedBytes {
          (peak.requestedBytes, peakEvents.requestedBytes) = (live.requestedBytes, number)
        }
        if live.allocatedBytes > peak.allocatedBytes {
          (peak.allocatedBytes, peakEvents.allocatedBytes) = (live.allocatedBytes, number)
        }
        if sized.live > sized.peak {
          sized.peak = sized.live
          peakNumber &+= 1
        }
      case .failed: failedAllocations += 1
      case .unmatched: unmatchedFrees += 1
      case .freed, .null, .zeroSize: break
      }
    }
    (self.tallies, self.lifetimes, self.objects) = (tallyArray, lifetimeArray, objectArray)
    (self.sizes, self.allocationsByCPU) = (sizeArray, allocationArray)
    (self.freesByCPUPair, totals.eventsByCPU) = (freeArray, eventArray)
    (self.now, totals.lastTime, totals.live, totals.peak, totals.peakEvents) = (now, lastTime, live, peak, peakEvents)
    (sizedBytes, self.peakNumber, events) = (sized, peakNumber, number)
    totals.pairsAcrossKinds += pairsAcrossKinds
    totals.skbPairs += skbPairs
    totals.timesBackwards += timesBackwards
  }

  /// Moves an array out of a property.
  private mutating func take<Element>(_ property: WritableKeyPath<TrafficCounter, [Element]>) -> [Element] {
    var taken: [Element] = []
    swap(&taken, &self[keyPath: property])
    return taken
  }

  private mutating func addMoment() {
    moments.add(
      MomentSampler.Row(
        microseconds: now, events: events, liveObjects: tallies.map(\.live), peakObjectsBySize: sizes.map(\.peak)))
    for index in sizes.indices { sizes[index].peak = sizes[index].live }
  }

  // MARK: Results

  /// Freed objects by allocating and freeing CPU.
  var freesByCPU: [[Int]] { (0..<cpus).map { Array(freesByCPUPair[$0 * cpus..<($0 + 1) * cpus]) } }
}
