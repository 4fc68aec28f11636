import Telemetry

/// Allocation rates of the last minute by cache, one every half second, from the differences of successive snapshots.
///
/// Each cache whose allocations are counted has a slot in arrays of figures, so that a snapshot needs neither a look-up by name nor an
/// allocation for each cache.
struct RateHistory: Sendable, Hashable {
  /// Minimum time between two rates in seconds.
  static let interval = 0.5
  /// Seconds of rates that are kept.
  static let span = 60.0
  /// Number of rates of a slot that are kept: those of `span` seconds, and at least one more.
  private static let capacity = 128

  /// Cache whose allocations are counted in the latest snapshot.
  private struct Counted: Sendable, Hashable {
    /// Index of the cache in the snapshot.
    let index: Int
    let slot: Int
  }

  private var slots: [String: Int] = [:]
  /// Counts of the snapshot before by slot; 0 if the cache was not in it or was not counted.
  private var allocationsBefore: [Int] = []
  private var freesBefore: [Int] = []
  /// Latest frees per second by slot; nil if not known.
  private var freeRates: [Double?] = []
  /// Ring of `capacity` allocations per second of each slot.
  private var rates: [Double] = []
  /// Number of rates by slot so far: the latest is at this number less one, modulo `capacity`.
  private var rateCounts: [Int] = []
  /// Caches of the latest snapshot, and those of them that are counted.
  private var caches: [CacheSnapshot] = []
  private var counted: [Counted] = []

  private var eventsBefore: Int?
  private var elapsed = 0.0
  /// Seconds over which each of the rates was measured.
  private var spans: [Double] = []
  /// Latest events per second; nil if not known.
  private(set) var events: Double?

  /// Adds a snapshot, `seconds` after the previous one.
  /// - Complexity: O(caches that are counted or changed), and O(caches) to compare references.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    guard let before = eventsBefore else { return start(snapshot) }
    elapsed += seconds
    guard elapsed >= RateHistory.interval else { return }
    events = snapshot.events.map { Double(max(0, $0 - before)) / elapsed }
    spans.append(elapsed)
    while spans.count > 2, spans.reduce(0, +) > RateHistory.span { spans.removeFirst() }
    if spans.count > RateHistory.capacity { spans.removeFirst() }
    findCounted(snapshot.caches)
    for slot in freeRates.indices { freeRates[slot] = nil }
    for entry in counted {
      let slot = entry.slot
      let grown = (caches[entry.index].allocations ?? 0) - allocationsBefore[slot]
      rates[slot * RateHistory.capacity + rateCounts[slot] % RateHistory.capacity] = Double(max(0, grown)) / elapsed
      rateCounts[slot] += 1
      if let frees = caches[entry.index].frees {
        freeRates[slot] = Double(max(0, frees - freesBefore[slot])) / elapsed
      }
    }
    start(snapshot)
  }

  /// Returns the latest allocations per second of a cache; nil if not known.
  func rate(of cache: String) -> Double? { slots[cache].flatMap { rateCounts[$0] == 0 ? nil : rate($0, 0) } }

  /// Returns the latest frees per second of a cache; nil if not known.
  func freeRate(of cache: String) -> Double? { slots[cache].flatMap { freeRates[$0] } }

  /// Returns the latest frees per second of several caches together; nil if none is known.
  func freeRate(of caches: [String]) -> Double? {
    let rates = caches.compactMap { freeRate(of: $0) }
    return rates.isEmpty ? nil : rates.reduce(0, +)
  }

  /// Returns the latest allocations per second of several caches together; nil if none is known.
  func rate(of caches: [String]) -> Double? {
    let rates = caches.compactMap { rate(of: $0) }
    return rates.isEmpty ? nil : rates.reduce(0, +)
  }

  /// Returns the allocations per second of several caches together, oldest first, with the seconds over which each was measured.
  func trend(of caches: [String]) -> RateTrend {
    let slots: [Int] = caches.compactMap { self.slots[$0] }
    let length = slots.map { min(rateCounts[$0], spans.count) }.max() ?? 0
    let rates = (0..<length).map { position in
      // Rates of different lengths all end now.
      let age = length - 1 - position
      return slots.reduce(0.0) { $0 + (age < min(rateCounts[$1], spans.count) ? rate($1, age) : 0) }
    }
    return RateTrend(rates: rates, seconds: Array(spans.suffix(length)))
  }

  /// Returns the rate of a slot `age` rates before the latest.
  private func rate(_ slot: Int, _ age: Int) -> Double {
    rates[slot * RateHistory.capacity + (rateCounts[slot] - 1 - age) % RateHistory.capacity]
  }

  /// Stores the counts from which the next rates are computed.
  private mutating func start(_ snapshot: Snapshot) {
    eventsBefore = snapshot.events ?? 0
    elapsed = 0
    findCounted(snapshot.caches)
    for entry in counted {
      allocationsBefore[entry.slot] = caches[entry.index].allocations ?? 0
      freesBefore[entry.slot] = caches[entry.index].frees ?? 0
    }
  }

  /// Makes caches those of the latest snapshot, and finds those that are counted.
  private mutating func findCounted(_ caches: [CacheSnapshot]) {
    defer { self.caches = caches }
    if let changed = caches.changes(since: self.caches),
      changed.allSatisfy({ RateHistory.isCounted(caches[$0]) == RateHistory.isCounted(self.caches[$0]) })
    {
      return
    }
    for entry in counted { (allocationsBefore[entry.slot], freesBefore[entry.slot]) = (0, 0) }
    let before = Dictionary(counted.map { ($0.slot, self.caches[$0.index]) }, uniquingKeysWith: { first, _ in first })
    counted = caches.indices.filter { RateHistory.isCounted(caches[$0]) }.map { index in
      let slot = slot(of: caches[index].name)
      if let cache = before[slot] {
        (allocationsBefore[slot], freesBefore[slot]) = (cache.allocations ?? 0, cache.frees ?? 0)
      }
      return Counted(index: index, slot: slot)
    }
  }

  private static func isCounted(_ cache: CacheSnapshot) -> Bool { cache.allocations ?? 0 > 0 }

  /// Returns the slot of a cache; a new one if it has none.
  private mutating func slot(of cache: String) -> Int {
    if let slot = slots[cache] { return slot }
    let slot = slots.count
    slots[cache] = slot
    allocationsBefore.append(0)
    freesBefore.append(0)
    freeRates.append(nil)
    rateCounts.append(0)
    rates += [Double](repeating: 0, count: RateHistory.capacity)
    return slot
  }
}
