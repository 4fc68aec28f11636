import Telemetry

/// Allocation rates of the last minute by cache, one every half second, from the differences of successive snapshots.
struct RateHistory: Sendable, Hashable {
  /// Minimum time between two rates in seconds.
  static let interval = 0.5
  /// Seconds of rates that are kept.
  static let span = 60.0

  private var allocationsBefore: [String: Int] = [:]
  private var freesBefore: [String: Int] = [:]
  private var eventsBefore: Int?
  private var elapsed = 0.0
  /// Seconds over which each of the rates was measured.
  private var spans: [Double] = []
  /// Allocations per second by cache, oldest first.
  private(set) var allocations: [String: [Double]] = [:]
  /// Latest frees per second by cache.
  private var freeRates: [String: Double] = [:]
  /// Latest events per second; nil if not known.
  private(set) var events: Double?

  /// Adds a snapshot, `seconds` after the previous one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    guard let before = eventsBefore else { return start(snapshot) }
    elapsed += seconds
    guard elapsed >= RateHistory.interval else { return }
    events = snapshot.events.map { Double(max(0, $0 - before)) / elapsed }
    spans.append(elapsed)
    while spans.count > 2, spans.reduce(0, +) > RateHistory.span { spans.removeFirst() }
    freeRates.removeAll(keepingCapacity: true)
    // Caches are accessed by index because copying thousands of them would dominate the time.
    for index in snapshot.caches.indices {
      guard let count = snapshot.caches[index].allocations, count > 0 else { continue }
      let name = snapshot.caches[index].name
      let grown = count - (allocationsBefore[name] ?? 0)
      allocations[name, default: []].append(Double(max(0, grown)) / elapsed)
      if let frees = snapshot.caches[index].frees {
        freeRates[name] = Double(max(0, frees - (freesBefore[name] ?? 0))) / elapsed
      }
      if let count = allocations[name]?.count, count > spans.count {
        allocations[name]?.removeFirst(count - spans.count)
      }
    }
    start(snapshot)
  }

  /// Returns the latest allocations per second of a cache; nil if not known.
  func rate(of cache: String) -> Double? { allocations[cache]?.last }

  /// Returns the latest frees per second of a cache; nil if not known.
  func freeRate(of cache: String) -> Double? { freeRates[cache] }

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
    let trends = caches.compactMap { allocations[$0] }
    let length = trends.map(\.count).max() ?? 0
    let rates = (0..<length).map { position in
      // Rates of different lengths all end now.
      trends.reduce(0) { sum, trend in
        let index = position - (length - trend.count)
        return sum + (index >= 0 ? trend[index] : 0)
      }
    }
    return RateTrend(rates: rates, seconds: Array(spans.suffix(length)))
  }

  /// Latest allocations per second of all caches; nil if not known.
  var allocationRate: Double? {
    allocations.isEmpty ? nil : allocations.values.reduce(0) { $0 + ($1.last ?? 0) }
  }

  private mutating func start(_ snapshot: Snapshot) {
    eventsBefore = snapshot.events ?? 0
    allocationsBefore.removeAll(keepingCapacity: true)
    freesBefore.removeAll(keepingCapacity: true)
    for index in snapshot.caches.indices {
      guard let count = snapshot.caches[index].allocations, count > 0 else { continue }
      allocationsBefore[snapshot.caches[index].name, default: 0] += count
      if let frees = snapshot.caches[index].frees { freesBefore[snapshot.caches[index].name, default: 0] += frees }
    }
    elapsed = 0
  }
}
