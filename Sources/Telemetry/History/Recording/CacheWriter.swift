/// Writer of the tables caches and cache_figures. It keeps the caches of the last snapshot in memory and writes only those that
/// have changed.
final class CacheWriter {
  private var current: RecordedCaches
  private let search: SQLiteStatement
  private let registration: SQLiteStatement
  private let insertion: SQLiteStatement
  private let removal: SQLiteStatement

  /// Prepares the statements and reads the caches of the last snapshot.
  /// - Parameter moment: Id of the last snapshot; 0 if there is none.
  init(_ connection: SQLiteConnection, at moment: Int) throws(HistoryError) {
    current = try CacheReader(connection).caches(at: moment)
    search = try SQLiteStatement(connection, "SELECT id FROM caches WHERE name = ? AND occurrence = ?")
    registration = try SQLiteStatement(
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

  /// Writes the caches that differ from the last committed snapshot.
  /// - Returns: The caches of the new snapshot, to pass to `commit` after the transaction.
  func write(_ snapshots: [CacheSnapshot], at moment: Int) throws(HistoryError) -> RecordedCaches {
    let figures = snapshots.map(\.recordable)
    if figures.count == current.figures.count,
      zip(figures, current.figures).allSatisfy({ $0.name.utf8.elementsEqual($1.name.utf8) })
    {
      var next = current
      for index in figures.indices where figures[index] != current.figures[index] {
        try insert(figures[index], cache: current.ids[index], sortKey: current.sortKeys[index], at: moment)
      }
      next.update(figures)
      return next
    }
    return try rearrange(figures, at: moment)
  }

  /// Makes `caches` the last snapshot, because its transaction is committed.
  func commit(_ caches: RecordedCaches) { current = caches }

  /// Writes a snapshot whose caches are not the same, in the same order, as those of the last one.
  private func rearrange(_ figures: [CacheSnapshot], at moment: Int) throws(HistoryError) -> RecordedCaches {
    let known = Dictionary(
      zip(CacheIdentity.identities(of: current.figures), current.ids), uniquingKeysWith: { first, _ in first })
    var ids: [Int] = []
    for identity in CacheIdentity.identities(of: figures) {
      if let id = known[identity] { ids.append(id) } else { ids.append(try id(of: identity)) }
    }
    let sortKeys = CacheSortKeys.ascending(ids.map { id in current.index(of: id).map { current.sortKeys[$0] } })
    for index in figures.indices {
      let old = current.index(of: ids[index])
      if let old, current.sortKeys[old] == sortKeys[index], current.figures[old] == figures[index] { continue }
      try insert(figures[index], cache: ids[index], sortKey: sortKeys[index], at: moment)
    }
    let next = RecordedCaches(ids: ids, sortKeys: sortKeys, figures: figures)
    for id in current.ids where next.index(of: id) == nil {
      removal.bind(1, id)
      removal.bind(2, moment)
      try removal.run()
    }
    return next
  }

  private func insert(_ figures: CacheSnapshot, cache: Int, sortKey: Int, at moment: Int) throws(HistoryError) {
    insertion.bind(1, cache)
    insertion.bind(2, moment)
    insertion.bind(3, sortKey)
    var (figures, writer) = (figures, FigureWriter(statement: insertion, parameter: 4))
    figures.visitFigures(&writer)
    try insertion.run()
  }

  /// Returns the id of a cache that is not in the last snapshot, and adds it to the table `caches` if it was never
  /// recorded.
  private func id(of identity: CacheIdentity) throws(HistoryError) -> Int {
    for statement in [search, registration] {
      defer { statement.reset() }
      statement.bind(1, identity.name)
      statement.bind(2, identity.occurrence)
      if try statement.step() { return statement.integer(0) }
    }
    return 0
  }
}
