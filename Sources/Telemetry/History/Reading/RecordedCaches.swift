/// Caches of one recorded snapshot, with their ids and sort keys in the file.
struct RecordedCaches {
  /// Row of the table `cache_figures`.
  struct Row {
    /// Id of the first snapshot that the row applies to; it applies until the next row of the cache.
    let moment: Int
    /// Id of the cache in the table `caches`.
    let cache: Int
    /// Sort key of the cache within the snapshot: column `place` (``CacheSortKeys``).
    let sortKey: Int
    /// Figures of the cache; nil if the cache does not exist from this snapshot on.
    let figures: CacheSnapshot?
  }

  /// Ids of the caches in the table `caches`, in the order of the snapshot.
  private(set) var ids: [Int] = []
  /// Sort keys of the caches, ascending.
  private(set) var sortKeys: [Int] = []
  /// Figures of the caches, in the order of the snapshot.
  private(set) var figures: [CacheSnapshot] = []
  private var indices: [Int: Int] = [:]

  /// Creates a snapshot without caches.
  init() {}

  /// Creates the caches of a snapshot. `ids` must be unique and `sortKeys` ascending.
  init(ids: [Int], sortKeys: [Int], figures: [CacheSnapshot]) {
    (self.ids, self.sortKeys, self.figures) = (ids, sortKeys, figures)
    indices = Dictionary(zip(ids, ids.indices)) { first, _ in first }
  }

  /// Returns the index of a cache in `ids`; nil if the cache is not in the snapshot.
  func index(of id: Int) -> Int? { indices[id] }

  /// Replaces the figures of all caches. The caches and their order stay the same, as between most snapshots.
  mutating func update(_ figures: [CacheSnapshot]) { self.figures = figures }

  /// Advances to a later snapshot.
  /// - Parameter rows: Rows that have been added since this snapshot, at most one for each cache.
  mutating func apply(_ rows: some Sequence<Row>) {
    var moved: [Row] = []
    for row in rows {
      if let index = indices[row.cache], let changed = row.figures, sortKeys[index] == row.sortKey {
        figures[index] = changed
      } else {
        moved.append(row)
      }
    }
    if !moved.isEmpty { rearrange(moved) }
  }

  /// Applies rows of caches that are new, gone or moved.
  private mutating func rearrange(_ rows: [Row]) {
    let moved = Set(rows.map(\.cache))
    var all = ids.indices.filter { !moved.contains(ids[$0]) }
      .map { (id: ids[$0], sortKey: sortKeys[$0], figures: figures[$0]) }
    for row in rows {
      if let figures = row.figures { all.append((row.cache, row.sortKey, figures)) }
    }
    all.sort { $0.sortKey < $1.sortKey }
    self = RecordedCaches(ids: all.map(\.id), sortKeys: all.map(\.sortKey), figures: all.map(\.figures))
  }
}
