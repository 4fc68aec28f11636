package import Recordings

/// Collector of an ``AllocationProfile`` from events, in one pass. Its memory depends on the numbers of contexts and of live
/// objects, not on the number of events.
package struct AllocationProfileCollector {
  private var contexts = ContextTable()
  /// Names of the contexts, by number.
  private var names: [AllocationContext] = []
  private(set) var counter: TrafficCounter
  /// Bytes in use of each allocation, by its number; empty if they are not part of the contexts.
  private let uses: UsedBytesByAllocation
  /// Whether the requested sizes of skb data are rounded up, so that the bytes in use tell the size that was needed.
  private let roundsSkbDataSizes: Bool
  /// Number of successful allocations so far.
  private var allocations = 0
  /// Shapes of counted events: those without a context, then those of the recording if there is one, and two for each context
  /// that was looked up since then: `allocated`, `allocatedOverLive`.
  private var shapes = CountedShape.withoutContext
  /// Index in `shapes` of the first of the two shapes of each context.
  private var shapesOfContexts: [Int] = []
  private var batch: [RecordedEvent] = []

  /// Creates a collector.
  /// - Parameters:
  ///   - ticksPerSecond: Ticks of the source's clock in a second; 0 if its rate is not known.
  ///   - uses: Bytes in use of the source's objects, which become part of the contexts.
  ///   - roundsSkbDataSizes: Whether the requested sizes of skb data are rounded up to a size class.
  package init(
    ticksPerSecond: UInt64, uses: UsedBytesByAllocation = UsedBytesByAllocation(), roundsSkbDataSizes: Bool = true
  ) {
    counter = TrafficCounter(ticksPerSecond: ticksPerSecond)
    (self.uses, self.roundsSkbDataSizes) = (uses, roundsSkbDataSizes)
  }

  // MARK: Events

  /// Counts the next events of a source.
  /// - Parameters:
  ///   - events: Events, in the order of the source.
  ///   - symbols: Names that `site` and `cache` of the events index.
  /// - Complexity: O(events).
  package mutating func add(_ events: [AllocationEvent], symbols: [String]) {
    batch.removeAll(keepingCapacity: true)
    batch.reserveCapacity(events.count)
    var (slots, cpus) = (0, 0)
    for event in events {
      var shape = CountedShape.index(of: event)
      if event.outcome == .allocated || event.outcome == .allocatedOverLive {
        shape = self.shape(of: ContextTable.Key(event, used: nextUsedBytes()), event.outcome, symbols)
      }
      if event.slot != AllocationEvent.noSlot { slots = max(slots, Int(event.slot) + 1) }
      cpus = max(cpus, Int(event.cpu) + 1)
      batch.append(RecordedEvent(time: event.time, shape: shape, slot: event.slot, cpu: event.cpu))
    }
    counter.reserve(slots: slots, cpus: cpus)
    counter.count(batch, shapes: shapes, firstShape: 0)
  }

  /// Prepares the collector for the events of a recording.
  /// - Returns: The number of the first of its shapes, to be passed to `add`.
  mutating func prepare(for recorded: RecordedShapes) -> Int {
    let first = shapes.count
    shapes += recorded.counted
    for (index, shape) in recorded.shapes.enumerated() {
      guard shape.outcome == .allocated || shape.outcome == .allocatedOverLive else { continue }
      shapes[first + index].context = Int32(
        truncatingIfNeeded: number(of: ContextTable.Key(shape, used: 0), recorded.symbols))
    }
    return first
  }

  /// Counts the next events of a recording, which index its shapes. The contexts of its shapes are looked up once, and not for
  /// each event, unless the bytes in use are part of them.
  /// - Parameters:
  ///   - first: Result of `prepare`.
  ///   - slots: Number of slots of the events so far.
  mutating func add(_ events: [RecordedEvent], of recorded: RecordedShapes, from first: Int, slots: Int, cpus: Int) {
    counter.reserve(slots: slots, cpus: cpus)
    guard uses.count > 0 else { return counter.count(events, shapes: shapes, firstShape: first) }
    var events = events
    for index in events.indices {
      let outcome = recorded.counted[events[index].shape].outcome
      guard outcome == .allocated || outcome == .allocatedOverLive else { continue }
      let used = nextUsedBytes()
      guard used > 0 else { continue }
      let key = ContextTable.Key(recorded.shapes[events[index].shape], used: used)
      events[index].shape = shape(of: key, outcome, recorded.symbols) - first
    }
    counter.count(events, shapes: shapes, firstShape: first)
  }

  /// Begins an interval: the next profile has the traffic from now on. Objects that are live stay live.
  package mutating func beginInterval() { counter.beginInterval() }

  /// Returns the bytes in use of the next allocation; 0 if unknown.
  @inline(__always)
  private mutating func nextUsedBytes() -> UInt32 {
    allocations += 1
    return uses[allocations - 1] ?? 0
  }

  /// Returns the index in `shapes` of the allocations of a context.
  @inline(__always)
  private mutating func shape(
    of key: ContextTable.Key, _ outcome: AllocationEvent.Outcome, _ symbols: [String]
  ) -> Int {
    let number = number(of: key, symbols)
    if shapesOfContexts[number] < 0 { addShapes(ofContext: number) }
    return shapesOfContexts[number] + (outcome == .allocated ? 0 : 1)
  }

  @inline(__always)
  private mutating func number(of key: ContextTable.Key, _ symbols: [String]) -> Int {
    let (number, isNew) = contexts.number(of: key)
    if isNew { addContext(key, symbols) }
    return number
  }

  @inline(never)
  private mutating func addContext(_ key: ContextTable.Key, _ symbols: [String]) {
    let context = key.context(symbols)
    names.append(context)
    shapesOfContexts.append(-1)
    counter.addContext(
      requested: context.requestedBytes, allocated: context.allocatedBytes,
      size: context.size(roundsSkbDataSizes: roundsSkbDataSizes),
      flags: TrafficFlags(
        isSkb: RecordedShapes.isSkb(site: context.site, cache: context.cache), isGeneral: context.isGeneral))
  }

  @inline(never)
  private mutating func addShapes(ofContext number: Int) {
    shapesOfContexts[number] = shapes.count
    let isGeneral = TrafficFlags(isSkb: false, isGeneral: names[number].isGeneral)
    for outcome in [AllocationEvent.Outcome.allocated, .allocatedOverLive] {
      shapes.append(CountedShape(context: Int32(truncatingIfNeeded: number), outcome: outcome, flags: isGeneral))
    }
  }

  // MARK: Result

  /// Returns the context of a number.
  func context(_ number: Int) -> AllocationContext { names[number] }

  /// Returns the profile of the events counted so far. The collector can go on counting.
  /// - Parameter name: Name of the source.
  /// - Complexity: O(contexts x moments).
  package func profile(name: String) -> AllocationProfile {
    guard counter.events > 0 else { return AllocationProfile() }
    var profile = AllocationProfile(counter, names, source: name)
    profile.roundsSkbDataSizes = roundsSkbDataSizes
    return profile
  }
}

extension ContextTable.Key {
  /// Returns the context with the names of the symbols. A general cache is named like the kernel's, by the allocated bytes.
  fileprivate func context(_ symbols: [String]) -> AllocationContext {
    let name: String
    if cache != AllocationEvent.noCache {
      name = symbols[Int(cache)]
    } else if !isGeneral {
      name = AllocationContext.unknownCache
    } else {
      name =
        allocatedBytes <= 8192
        ? KmallocKind.normal.cacheName(bytes: Int(allocatedBytes)) : AllocationContext.largeRequests
    }
    return AllocationContext(
      site: symbols[Int(site)], cache: name, isGeneral: isGeneral, requestedBytes: Int(requestedBytes),
      allocatedBytes: Int(allocatedBytes), usedBytes: usedBytes == 0 ? nil : Int(usedBytes))
  }
}
