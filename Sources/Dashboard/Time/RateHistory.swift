import Telemetry

/// Rates of the recent past, from the differences of successive snapshots: one figure each half second, a minute's worth
/// for each cache.
struct RateHistory: Sendable, Hashable {
  static let interval = 0.5
  /// How far back they reach, in seconds.
  static let reach = 60.0

  private var allocationsBefore: [String: Int] = [:]
  private var eventsBefore: Int?
  private var elapsed = 0.0
  /// Seconds that each of the last figures stands for.
  private var spans: [Double] = []
  /// Allocations a second by cache, oldest first.
  private(set) var allocations: [String: [Double]] = [:]
  /// Events a second, the latest.
  private(set) var events: Double?

  /// Takes in a snapshot that was taken so many seconds after the last one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    guard let before = eventsBefore else { return start(snapshot) }
    elapsed += seconds
    guard elapsed >= RateHistory.interval else { return }
    events = snapshot.events.map { Double(max(0, $0 - before)) / elapsed }
    spans.append(elapsed)
    while spans.count > 2, spans.reduce(0, +) > RateHistory.reach { spans.removeFirst() }
    // By index: to copy thousands of caches takes longer than all else here.
    for index in snapshot.caches.indices {
      guard let count = snapshot.caches[index].allocations, count > 0 else { continue }
      let name = snapshot.caches[index].name
      let grown = count - (allocationsBefore[name] ?? 0)
      allocations[name, default: []].append(Double(max(0, grown)) / elapsed)
      if let count = allocations[name]?.count, count > spans.count {
        allocations[name]?.removeFirst(count - spans.count)
      }
    }
    start(snapshot)
  }

  /// Allocations a second of a cache, the latest; nil while unknown.
  func rate(of cache: String) -> Double? { allocations[cache]?.last }

  /// The same of several caches together; nil while none is known.
  func rate(of caches: [String]) -> Double? {
    let rates = caches.compactMap { rate(of: $0) }
    return rates.isEmpty ? nil : rates.reduce(0, +)
  }

  /// Allocations a second of several caches together, oldest first.
  func trend(of caches: [String]) -> [Double] {
    let trends = caches.compactMap { allocations[$0] }
    guard trends.count > 1 else { return trends.first ?? [] }
    let length = trends.map(\.count).max() ?? 0
    return (0..<length).map { place in
      // They end now, whenever they began.
      trends.reduce(0) { sum, trend in
        let index = place - (length - trend.count)
        return sum + (index >= 0 ? trend[index] : 0)
      }
    }
  }

  /// Allocations a second of all caches.
  var allocationRate: Double? {
    allocations.isEmpty ? nil : allocations.values.reduce(0) { $0 + ($1.last ?? 0) }
  }

  private mutating func start(_ snapshot: Snapshot) {
    eventsBefore = snapshot.events ?? 0
    allocationsBefore.removeAll(keepingCapacity: true)
    for index in snapshot.caches.indices {
      guard let count = snapshot.caches[index].allocations, count > 0 else { continue }
      allocationsBefore[snapshot.caches[index].name, default: 0] += count
    }
    elapsed = 0
  }
}
