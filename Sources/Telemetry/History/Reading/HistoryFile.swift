internal import CSQLite
import Glibc

/// Reader of a history file. A `HistoryRecorder` may be writing the file at the same time, and the file may be in a
/// read-only folder.
///
/// Only the times of the snapshots are kept in memory; the snapshots are read on demand. Not thread-safe.
package final class HistoryFile {
  /// Time and run of each snapshot, in the order of recording.
  package private(set) var recordedSnapshots: [RecordedSnapshot] = []

  /// Connection to the file, for the readers of other tables.
  package let connection: SQLiteConnection
  private let later: SQLiteStatement
  private let moment: SQLiteStatement
  private let slabMemory: SQLiteStatement
  private let rows: CacheReader

  /// Opens a history file.
  /// - Throws: `HistoryError` if the file does not exist, is empty, is not a history, has a later version, or is
  ///   damaged.
  package init(path: String) throws(HistoryError) {
    guard try SQLiteConnection.exists(path) else {
      var status = stat()
      throw HistoryError(
        path, stat(path, &status) == 0 ? "is empty: no snapshot was recorded" : "no such file; check the path")
    }
    connection = try HistoryFile.open(path)
    let version = try connection.checkHistory()
    later = try SQLiteStatement(connection, "SELECT id, taken_at, run FROM moments WHERE id > ? ORDER BY id")
    let columns = HistorySchema.momentColumns(ofVersion: version).joined(separator: ", ")
    moment = try SQLiteStatement(connection, "SELECT \(columns) FROM moments WHERE id = ?")
    let parts = ByteLedger.Part.allCases.filter(\.isSlabMemory).map { "ifnull(\($0.rawValue), 0)" }.joined(
      separator: " + ")
    slabMemory = try SQLiteStatement(
      connection, "SELECT id, \(parts) FROM moments WHERE id BETWEEN ? AND ? ORDER BY id")
    rows = try CacheReader(connection)
    try refresh()
  }

  /// Number of snapshots.
  package var count: Int { recordedSnapshots.count }

  /// Updates `recordedSnapshots` for snapshots that the recorder has added or deleted.
  /// - Returns: Number of snapshots that were deleted at the beginning; earlier indices must be reduced by it.
  @discardableResult package func refresh() throws(HistoryError) -> Int {
    let first = try connection.integer("SELECT min(id) FROM moments")
    let deleted = recordedSnapshots.firstIndex { $0.id >= first } ?? recordedSnapshots.count
    later.bind(1, recordedSnapshots.last?.id ?? Int.min)
    defer { later.reset() }
    var added: [RecordedSnapshot] = []
    while try later.step() {
      // About three thousand years, the range that calendar functions support.
      guard abs(later.double(1)) < 1e11 else {
        throw HistoryError(
          connection.path, "is damaged: column taken_at of moment \(later.integer(0)) is out of range; record it again")
      }
      added.append(RecordedSnapshot(time: later.double(1), run: later.integer(2), id: later.integer(0)))
    }
    recordedSnapshots.removeFirst(deleted)
    recordedSnapshots += added
    return deleted
  }

  /// Returns the index of the snapshot whose time is nearest to `time` (seconds since 1970 UTC), the earlier one if two
  /// are equally near; nil if there are no snapshots.
  package func index(nearest time: Double) -> Int? {
    recordedSnapshots.indices.min { abs(recordedSnapshots[$0].time - time) < abs(recordedSnapshots[$1].time - time) }
  }

  /// Reads the snapshot at `index`. Histories do not contain `slabMap`, `occupancy`, `aliases`, `hostDetails`, the counts of
  /// locks and the list of general caches.
  /// - Throws: `HistoryError`.
  package func snapshot(at index: Int) throws -> Snapshot {
    try snapshots(in: index..<index + 1)[0]
  }

  /// Reads the snapshots of a range into memory.
  /// - Throws: `HistoryError`.
  package func snapshots(in range: Range<Int>) throws -> [Snapshot] {
    var snapshots: [Snapshot] = []
    try forEachSnapshot(in: range) { snapshots.append($1) }
    return snapshots
  }

  /// Calls `body` with each snapshot of a range. Only the first snapshot is read as a whole; for the following ones
  /// only the changed rows are read.
  /// - Parameters:
  ///   - range: Indices of the snapshots.
  ///   - body: Receives the index and the snapshot. If it throws, the iteration ends.
  /// - Throws: `HistoryError`, or the error of `body`.
  package func forEachSnapshot(in range: Range<Int>, _ body: (Int, Snapshot) throws -> Void) throws {
    guard !range.isEmpty else { return }
    try connection.read {
      var caches = try rows.caches(at: recordedSnapshots[range.lowerBound].id)
      var upcoming: [Int: [RecordedCaches.Row]] = [:]
      // Rows are stored by cache, so they are read for several snapshots at once, but for at most 64 to bound the
      // memory.
      var end = range.lowerBound + 1
      for index in range {
        let id = recordedSnapshots[index].id
        if index == end {
          end = min(end + 64, range.upperBound)
          let changes = try rows.changes(from: recordedSnapshots[index - 1].id &+ 1, to: recordedSnapshots[end - 1].id)
          upcoming = Dictionary(grouping: changes, by: \.moment)
        }
        if let changes = upcoming[id] { caches.apply(changes) }
        var snapshot = try figures(of: id)
        snapshot.caches = caches.figures
        try body(index, snapshot)
      }
    }
  }

  /// Calls `body` with the id and the slab memory in bytes of each snapshot in a range of ids.
  func forEachSlabMemory(
    from first: Int, through last: Int, _ body: (_ id: Int, _ bytes: Int) -> Void
  ) throws(HistoryError) {
    slabMemory.bind(1, first)
    slabMemory.bind(2, last)
    defer { slabMemory.reset() }
    while try slabMemory.step() { body(slabMemory.integer(0), slabMemory.integer(1)) }
  }

  /// Reads a snapshot without its caches.
  func figures(of id: Int) throws(HistoryError) -> Snapshot {
    moment.bind(1, id)
    defer { moment.reset() }
    guard try moment.step() else {
      throw HistoryError(
        connection.path, "the snapshot was deleted because it is older than the retention time; go to a later one")
    }
    var snapshot = Snapshot()
    var reader = FigureReader(moment, from: 0)
    snapshot.visitFigures(&reader)
    if let column = reader.damagedColumn {
      throw HistoryError(
        connection.path, "is damaged: column \(column) of moment \(id) is out of range; record it again")
    }
    return snapshot
  }

  /// Opens the file for reading, even if no file can be created in its folder.
  private static func open(_ path: String) throws(HistoryError) -> SQLiteConnection {
    let connection = try SQLiteConnection(path, .reading)
    do {
      _ = try connection.integer("PRAGMA schema_version")
      return connection
    } catch {
      guard error.code == SQLITE_CANTOPEN || error.code == SQLITE_READONLY else { throw error }
      // The file is in WAL mode, for which SQLite has to create a file in the folder: either a recorder is running, or
      // it was killed before it could remove the log.
      guard try !SQLiteConnection.exists(path + "-wal") else {
        throw HistoryError(
          path,
          "the last snapshots are in \(path)-wal, which cannot be read in a read-only folder; copy both files elsewhere"
        )
      }
      return try SQLiteConnection(path, .readingImmutable)
    }
  }
}
