import Telemetry

/// Snapshot that the user marked to compare it with another.
struct MarkedSnapshot: Sendable {
  let snapshot: Snapshot
  /// Time of the snapshot, as text.
  let time: String
  /// Number that is larger for later snapshots.
  let order: Double
}

/// Growth of the caches between two snapshots, the largest change first.
struct Differences: Sendable {
  /// Growth of one cache.
  struct Row: Sendable {
    let name: String
    /// Growth of slab memory in bytes; negative if it shrank.
    let bytes: Int
    /// Growth of the number of active objects.
    let objects: Int
  }

  /// Time of the earlier snapshot.
  let from: String
  /// Time of the later snapshot.
  let to: String
  let rows: [Row]

  /// Computes the growth from the earlier to the later of two snapshots, given in any order.
  init(_ one: MarkedSnapshot, _ another: MarkedSnapshot) {
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
