/// Writes the rows of runs and moments.
final class MomentWriter {
  /// The last moment's number; 0 of none. Numbers wrap around rather than trap, since a damaged file may hold any.
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

  /// Adds a moment, and the run with its first one.
  /// - Returns: its number.
  func append(_ snapshot: Snapshot, at time: Double) throws(HistoryError) -> Int {
    defer { newest.reset() }
    // What changed is told from the last moment by this recorder, so there must be none by another.
    guard try newest.step(), newest.integer(0) == last else {
      throw HistoryError(connection.path, "is recorded to by another slabscope too; let each have a file of its own")
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

  /// The moment that was added last is there to stay.
  func commit() {
    last &+= 1
    hasRun = true
  }
}
