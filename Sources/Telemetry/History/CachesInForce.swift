/// The caches of one moment, as history knows them: each in force since it last changed.
struct CachesInForce {
  /// A cache's row: `figures` is nil where it tells that the cache is gone.
  struct Row {
    let moment: Int
    let cache: Int
    let place: Int
    let figures: CacheSnapshot?
  }

  /// The rows of the table caches, in the order of the snapshot.
  private(set) var ids: [Int] = []
  private(set) var places: [Int] = []
  private(set) var figures: [CacheSnapshot] = []
  private var indices: [Int: Int] = [:]

  /// No cache.
  init() {}

  /// - Parameter ids: each once; `places` ascend.
  init(ids: [Int], places: [Int], figures: [CacheSnapshot]) {
    (self.ids, self.places, self.figures) = (ids, places, figures)
    indices = Dictionary(zip(ids, ids.indices)) { first, _ in first }
  }

  /// Where a cache stands.
  func index(of id: Int) -> Int? { indices[id] }

  /// New figures of caches that come and go as little as they move: all that most moments bring.
  mutating func update(_ figures: [CacheSnapshot]) { self.figures = figures }

  /// Goes on to another moment.
  /// - Parameter rows: what changed, at most one row a cache.
  mutating func apply(_ rows: some Sequence<Row>) {
    var moved: [Row] = []
    for row in rows {
      if let index = indices[row.cache], let changed = row.figures, places[index] == row.place {
        figures[index] = changed
      } else {
        moved.append(row)
      }
    }
    if !moved.isEmpty { rearrange(moved) }
  }

  /// Caches that come, go or move.
  private mutating func rearrange(_ rows: [Row]) {
    let moved = Set(rows.map(\.cache))
    var all = ids.indices.filter { !moved.contains(ids[$0]) }
      .map { (id: ids[$0], place: places[$0], figures: figures[$0]) }
    for row in rows {
      if let figures = row.figures { all.append((row.cache, row.place, figures)) }
    }
    all.sort { $0.place < $1.place }
    self = CachesInForce(ids: all.map(\.id), places: all.map(\.place), figures: all.map(\.figures))
  }
}
