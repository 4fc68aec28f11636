/// Writer of the tables runs and moments.
final class SnapshotWriter {
  /// Id of the last snapshot; 0 if there is none. Arithmetic wraps around instead of trapping, because a damaged
  /// file may contain any number.
  private(set) var last: Int
  private let connection: SQLiteConnection
  private let run: Int
  private var hasRun = false
  private let newest: SQLiteStatement
  private let insertion: SQLiteStatement

  init(_ connection: SQLiteConnection) throws(HistoryError) {
    self.connection = connection
    last = try connection.integer("SELECT max(id) FROM moments")
    run = try connection.integer("SELECT max(id) FROM runs") &+ 1
    newest = try SQLiteStatement(connection, "SELECT max(id) FROM moments")
    let columns = HistorySchema.momentColumns
    insertion = try SQLiteStatement(
      connection,
      """
      INSERT INTO moments (id, run, taken_at, \(columns.joined(separator: ", ")))
      VALUES (?, ?, ?\(String(repeating: ", ?", count: columns.count)))
      """)
  }

  /// Adds a row for a snapshot, and a row for the run before its first snapshot.
  /// - Returns: Id of the snapshot.
  func append(_ snapshot: Snapshot, at time: Double) throws(HistoryError) -> Int {
    defer { newest.reset() }
    // Rows hold the changes since the last snapshot of this recorder, so no other recorder may have added one.
    guard try newest.step(), newest.integer(0) == last else {
      throw HistoryError(
        connection.path, "another slabscope is recording to it; use a different file for each recorder")
    }
    if !hasRun {
      let insertion = try SQLiteStatement(connection, "INSERT INTO runs (id, started_at) VALUES (?, ?)")
      insertion.bind(1, run)
      insertion.bind(2, time)
      try insertion.run()
    }
    insertion.bind(1, last &+ 1)
    insertion.bind(2, run)
    insertion.bind(3, time)
    var (snapshot, writer) = (snapshot, FigureWriter(statement: insertion, parameter: 4))
    snapshot.visitFigures(&writer)
    try insertion.run()
    return last &+ 1
  }

  /// Advances `last` to the snapshot that was appended, because its transaction is committed.
  func commit() {
    last &+= 1
    hasRun = true
  }
}
