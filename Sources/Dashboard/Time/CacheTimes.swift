import Telemetry

/// What several snapshots tell of caches, and one alone doesn't.
struct CacheTimes: Sendable, Hashable {
  var rates = RateHistory()
  var growth = GrowthHistory()

  /// Takes in a snapshot that was taken so many seconds after the last one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    rates.add(snapshot, seconds: seconds)
    growth.add(snapshot, seconds: seconds)
  }
}

/// How much caches grew within the last minute.
struct GrowthHistory: Sendable, Hashable {
  /// What caches held at one moment, in the order of its snapshot.
  private struct Moment: Sendable, Hashable {
    let seconds: Double
    let names: [String]
    let held: [Int]
  }

  /// Seconds between moments that are kept, and how far back they reach.
  private static let interval = 5.0
  private static let reach = 60.0

  private var moments: [Moment] = []
  private var now = 0.0
  /// By cache, those that grew or shrank.
  private var growths: [String: Int] = [:]

  /// Bytes that a cache's slabs are more than a minute ago, or than at first.
  func growth(of cache: String) -> Int { growths[cache] ?? 0 }

  /// Takes in a snapshot that was taken so many seconds after the last one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    now += seconds
    if moments.last.map({ now - $0.seconds >= GrowthHistory.interval }) ?? true {
      let places = snapshot.caches.indices
      moments.append(
        Moment(
          seconds: now, names: places.map { snapshot.caches[$0].name },
          held: places.map { snapshot.caches[$0].slabBytes }))
      // The first is the last that is a minute old, if any is.
      while moments.count > 1, now - moments[1].seconds >= GrowthHistory.reach { moments.removeFirst() }
    }
    guard let first = moments.first else { return }
    growths.removeAll(keepingCapacity: true)
    // Caches nearly always stand where they stood.
    var elsewhere: [String: Int]?
    for index in snapshot.caches.indices {
      let held = snapshot.caches[index].slabBytes
      if index < first.names.count, first.names[index] == snapshot.caches[index].name {
        if held != first.held[index] { growths[first.names[index]] = held - first.held[index] }
        continue
      }
      let name = snapshot.caches[index].name
      let known = elsewhere ?? Dictionary(zip(first.names, first.held), uniquingKeysWith: { first, _ in first })
      elsewhere = known
      growths[name] = held - (known[name] ?? 0)
    }
  }
}
