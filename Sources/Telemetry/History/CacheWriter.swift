/// Writes the rows of caches: what changed since the moment before, which is kept in memory.
final class CacheWriter {
  private var current: CachesInForce
  private let search: SQLiteStatement
  private let naming: SQLiteStatement
  private let insertion: SQLiteStatement
  private let removal: SQLiteStatement

  /// - Parameter moment: the last one that was written; 0 of none.
  init(_ connection: SQLiteConnection, at moment: Int) throws(HistoryError) {
    current = try CacheRows(connection).caches(at: moment)
    search = try SQLiteStatement(connection, "SELECT id FROM caches WHERE name = ? AND occurrence = ?")
    naming = try SQLiteStatement(
      connection, "INSERT INTO caches (name, occurrence) VALUES (?, ?) RETURNING id")
    let columns = HistorySchema.cacheColumns
    insertion = try SQLiteStatement(
      connection,
      """
      INSERT INTO cache_figures (cache, moment, is_gone, place, \(columns.joined(separator: ", ")))
      VALUES (?, ?, 0, ?\(String(repeating: ", ?", count: columns.count)))
      """)
    removal = try SQLiteStatement(
      connection, "INSERT INTO cache_figures (cache, moment, is_gone) VALUES (?, ?, 1)")
  }

  /// Writes what changed.
  /// - Returns: what is in force then, for `commit`.
  func write(_ snapshots: [CacheSnapshot], at moment: Int) throws(HistoryError) -> CachesInForce {
    let figures = snapshots.map(\.exported)
    if figures.count == current.figures.count,
      zip(figures, current.figures).allSatisfy({ $0.name.utf8.elementsEqual($1.name.utf8) })
    {
      var next = current
      for index in figures.indices where figures[index] != current.figures[index] {
        try insert(figures[index], cache: current.ids[index], place: current.places[index], at: moment)
      }
      next.update(figures)
      return next
    }
    return try rearrange(figures, at: moment)
  }

  /// What was written last is there to stay.
  func commit(_ caches: CachesInForce) { current = caches }

  /// Caches came, went or moved.
  private func rearrange(_ figures: [CacheSnapshot], at moment: Int) throws(HistoryError) -> CachesInForce {
    let known = Dictionary(
      zip(CacheIdentity.identities(of: current.figures), current.ids), uniquingKeysWith: { first, _ in first })
    var ids: [Int] = []
    for identity in CacheIdentity.identities(of: figures) {
      if let id = known[identity] { ids.append(id) } else { ids.append(try id(of: identity)) }
    }
    let places = CachePlaces.ascending(ids.map { id in current.index(of: id).map { current.places[$0] } })
    for index in figures.indices {
      let before = current.index(of: ids[index])
      if let before, current.places[before] == places[index], current.figures[before] == figures[index] { continue }
      try insert(figures[index], cache: ids[index], place: places[index], at: moment)
    }
    let next = CachesInForce(ids: ids, places: places, figures: figures)
    for id in current.ids where next.index(of: id) == nil {
      removal.bind(1, id)
      removal.bind(2, moment)
      try removal.run()
    }
    return next
  }

  private func insert(_ figures: CacheSnapshot, cache: Int, place: Int, at moment: Int) throws(HistoryError) {
    insertion.bind(1, cache)
    insertion.bind(2, moment)
    insertion.bind(3, place)
    var (figures, writer) = (figures, FigureWriter(statement: insertion, parameter: 4))
    figures.visitFigures(&writer)
    try insertion.run()
  }

  /// The row of a cache that was not there the moment before; a new one, if it never was.
  private func id(of identity: CacheIdentity) throws(HistoryError) -> Int {
    for statement in [search, naming] {
      defer { statement.reset() }
      statement.bind(1, identity.name)
      statement.bind(2, identity.occurrence)
      if try statement.step() { return statement.integer(0) }
    }
    return 0
  }
}
