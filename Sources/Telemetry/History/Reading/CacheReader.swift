/// Reader of the table `cache_figures` of a history.
final class CacheReader {
  private let connection: SQLiteConnection
  private let latest: SQLiteStatement
  private let changes: SQLiteStatement

  init(_ connection: SQLiteConnection) throws(HistoryError) {
    self.connection = connection
    let version = try connection.integer("PRAGMA user_version")
    let columns = (["moment", "cache", "is_gone", "place"] + HistorySchema.cacheColumns(ofVersion: version))
      .map { "f.\($0)" }.joined(separator: ", ")
    // The table `caches` is the outer loop, so that each cache costs one index lookup, regardless of the length of the
    // history.
    latest = try SQLiteStatement(
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

  /// Returns the caches of the snapshot `moment`.
  func caches(at moment: Int) throws(HistoryError) -> RecordedCaches {
    latest.bind(1, moment)
    var caches = RecordedCaches()
    caches.apply(try rows(of: latest))
    return caches
  }

  /// Returns the rows that the snapshots `first` to `last` (inclusive) added.
  func changes(from first: Int, to last: Int) throws(HistoryError) -> [RecordedCaches.Row] {
    changes.bind(1, first)
    changes.bind(2, last)
    return try rows(of: changes)
  }

  private func rows(of statement: SQLiteStatement) throws(HistoryError) -> [RecordedCaches.Row] {
    defer { statement.reset() }
    var rows: [RecordedCaches.Row] = []
    while try statement.step() {
      let (moment, cache) = (statement.integer(1), statement.integer(2))
      var figures: CacheSnapshot?
      if statement.integer(3) == 0 {
        var read = CacheSnapshot(name: statement.text(0))
        var reader = FigureReader(statement, from: 5)
        read.visitFigures(&reader)
        if let column = reader.damagedColumn {
          throw HistoryError(
            connection.path,
            "is damaged: column \(column) of cache \(cache) at moment \(moment) is out of range; record it again")
        }
        figures = read
      }
      rows.append(RecordedCaches.Row(moment: moment, cache: cache, sortKey: statement.integer(4), figures: figures))
    }
    return rows
  }
}
