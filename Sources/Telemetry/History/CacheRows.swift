/// Reads the caches' rows of a history.
final class CacheRows {
  private let connection: SQLiteConnection
  private let inForce: SQLiteStatement
  private let changes: SQLiteStatement

  init(_ connection: SQLiteConnection) throws(HistoryError) {
    self.connection = connection
    let version = try connection.integer("PRAGMA user_version")
    let columns = (["moment", "cache", "is_gone", "place"] + HistorySchema.cacheColumns(ofVersion: version))
      .map { "f.\($0)" }.joined(separator: ", ")
    // The caches' own table goes first, so that each of them costs one seek, however long the history.
    inForce = try SQLiteStatement(
      connection,
      """
      SELECT name, \(columns) FROM caches CROSS JOIN cache_figures AS f ON f.cache = caches.id AND f.moment = (
        SELECT max(moment) FROM cache_figures WHERE cache = caches.id AND moment <= ?1)
      WHERE NOT f.is_gone
      """)
    changes = try SQLiteStatement(
      connection,
      """
      SELECT name, \(columns) FROM caches CROSS JOIN cache_figures AS f
      ON f.cache = caches.id AND f.moment BETWEEN ?1 AND ?2
      """)
  }

  /// The caches at a moment.
  func caches(at moment: Int) throws(HistoryError) -> CachesInForce {
    inForce.bind(1, moment)
    var caches = CachesInForce()
    caches.apply(try rows(of: inForce))
    return caches
  }

  /// What changed from one moment to another, both of them included.
  func changes(from first: Int, to last: Int) throws(HistoryError) -> [CachesInForce.Row] {
    changes.bind(1, first)
    changes.bind(2, last)
    return try rows(of: changes)
  }

  private func rows(of statement: SQLiteStatement) throws(HistoryError) -> [CachesInForce.Row] {
    defer { statement.reset() }
    var rows: [CachesInForce.Row] = []
    while try statement.step() {
      let (moment, cache) = (statement.integer(1), statement.integer(2))
      var figures: CacheSnapshot?
      if statement.integer(3) == 0 {
        var read = CacheSnapshot(name: statement.text(0))
        var reader = FigureReader(statement, from: 5)
        read.visitFigures(&reader)
        if let column = reader.damaged {
          throw HistoryError(
            connection.path,
            "is damaged: \(column) of cache \(cache) at moment \(moment) is no figure that a machine can have")
        }
        figures = read
      }
      rows.append(CachesInForce.Row(moment: moment, cache: cache, place: statement.integer(4), figures: figures))
    }
    return rows
  }
}
