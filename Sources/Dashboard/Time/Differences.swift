import Telemetry

/// A moment that somebody wants to come back to, or compare with.
struct MarkedMoment: Sendable {
  let snapshot: Snapshot
  /// When it was, in words.
  let time: String
  /// Later moments have larger numbers.
  let order: Double
}

/// What grew and shrank between two moments, by cache: the largest difference first.
struct Differences: Sendable {
  /// One cache's.
  struct Row: Sendable {
    let name: String
    let bytes: Int
    let objects: Int
  }

  /// The earlier moment's time, and the later one's.
  let from: String
  let to: String
  let rows: [Row]

  /// Of two moments, whichever was marked first.
  init(_ one: MarkedMoment, _ another: MarkedMoment) {
    let (before, after) = one.order <= another.order ? (one, another) : (another, one)
    (from, to) = (before.time, after.time)
    let old = Dictionary(before.snapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let new = Dictionary(after.snapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    rows = Set(old.keys).union(new.keys).map { name in
      Row(
        name: name, bytes: (new[name]?.slabBytes ?? 0) - (old[name]?.slabBytes ?? 0),
        objects: (new[name]?.activeObjects ?? 0) - (old[name]?.activeObjects ?? 0))
    }.filter { $0.bytes != 0 || $0.objects != 0 }
      .sorted { abs($0.bytes) == abs($1.bytes) ? $0.name < $1.name : abs($0.bytes) > abs($1.bytes) }
  }
}
