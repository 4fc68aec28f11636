internal import CSQLite
import Foundation

/// A history that a `HistoryRecorder` wrote, or is writing: opened for reading only, wherever it lies. What is held in memory
/// are the moments' times, and what is asked for. One thread at a time uses it.
public final class HistoryFile {
  /// When each snapshot was taken, in the order of recording.
  public private(set) var moments: [HistoryMoment] = []

  private let connection: SQLiteConnection
  private let later: SQLiteStatement
  private let moment: SQLiteStatement
  private let rows: CacheRows

  /// Opens a history.
  /// - Throws: one line that names the file: it isn't there, is something else, of a later version, or damaged.
  public init(path: String) throws(HistoryError) {
    guard try SQLiteConnection.exists(path) else {
      var status = stat()
      throw HistoryError(
        path, stat(path, &status) == 0 ? "is empty: nothing was recorded" : "no such file; check the path")
    }
    connection = try HistoryFile.open(path)
    let version = try connection.checkHistory()
    later = try SQLiteStatement(connection, "SELECT id, taken_at, run FROM moments WHERE id > ? ORDER BY id")
    let columns = HistorySchema.momentColumns(ofVersion: version).joined(separator: ", ")
    moment = try SQLiteStatement(connection, "SELECT \(columns) FROM moments WHERE id = ?")
    rows = try CacheRows(connection)
    try refresh()
  }

  /// How many snapshots there are.
  public var count: Int { moments.count }

  /// Learns of the moments that were added since, and of those that were deleted since.
  /// - Returns: how many are gone from the beginning: indices from before are too high by so many.
  @discardableResult public func refresh() throws(HistoryError) -> Int {
    let first = try connection.integer("SELECT min(id) FROM moments")
    let gone = moments.firstIndex { $0.id >= first } ?? moments.count
    later.bind(1, moments.last?.id ?? Int.min)
    defer { later.reset() }
    var added: [HistoryMoment] = []
    while try later.step() {
      // Some three thousand years: what calendars can do.
      guard abs(later.double(1)) < 1e11 else {
        throw HistoryError(connection.path, "is damaged: taken_at of moment \(later.integer(0)) is no time")
      }
      added.append(HistoryMoment(time: later.double(1), run: later.integer(2), id: later.integer(0)))
    }
    moments.removeFirst(gone)
    moments += added
    return gone
  }

  /// The index of the moment that is nearest to a time in seconds since 1970 UTC, the earlier of two; nil if there is none.
  public func index(nearest time: Double) -> Int? {
    moments.indices.min { abs(moments[$0].time - time) < abs(moments[$1].time - time) }
  }

  /// The snapshot that was recorded, without what is not kept: `slabMap`, `aliases`, `hostDetails`.
  /// - Throws: one line that names the file.
  public func snapshot(at index: Int) throws -> Snapshot {
    try snapshots(in: index..<index + 1)[0]
  }

  /// The snapshots of a range, all in memory.
  /// - Throws: one line that names the file.
  public func snapshots(in range: Range<Int>) throws -> [Snapshot] {
    var snapshots: [Snapshot] = []
    try forEachSnapshot(in: range) { snapshots.append($1) }
    return snapshots
  }

  /// Goes through the snapshots of a range: the first as a whole, then what changed from each to the next.
  /// - Parameter body: takes each index with its snapshot; what it throws ends it.
  /// - Throws: one line that names the file, or what `body` throws.
  public func forEachSnapshot(in range: Range<Int>, _ body: (Int, Snapshot) throws -> Void) throws {
    guard !range.isEmpty else { return }
    try connection.read {
      var caches = try rows.caches(at: moments[range.lowerBound].id)
      var upcoming: [Int: [CachesInForce.Row]] = [:]
      // Changes are read for many moments at once, since they lie cache by cache, and for few enough to bound memory.
      var end = range.lowerBound + 1
      for index in range {
        let id = moments[index].id
        if index == end {
          end = min(end + 64, range.upperBound)
          let changes = try rows.changes(from: moments[index - 1].id &+ 1, to: moments[end - 1].id)
          upcoming = Dictionary(grouping: changes, by: \.moment)
        }
        if let changes = upcoming[id] { caches.apply(changes) }
        var snapshot = try figures(of: id)
        snapshot.caches = caches.figures
        try body(index, snapshot)
      }
    }
  }

  /// A moment without its caches.
  private func figures(of id: Int) throws(HistoryError) -> Snapshot {
    moment.bind(1, id)
    defer { moment.reset() }
    guard try moment.step() else {
      throw HistoryError(connection.path, "a moment was deleted while it was looked at; it was older than is kept")
    }
    var snapshot = Snapshot()
    var reader = FigureReader(moment, from: 0)
    snapshot.visitFigures(&reader)
    if let column = reader.damaged {
      throw HistoryError(connection.path, "is damaged: \(column) of moment \(id) is no figure that a machine can have")
    }
    return snapshot
  }

  /// Opens the file, however little may be written beside it.
  private static func open(_ path: String) throws(HistoryError) -> SQLiteConnection {
    let connection = try SQLiteConnection(path, .reading)
    do {
      _ = try connection.integer("PRAGMA schema_version")
      return connection
    } catch {
      guard error.code == SQLITE_CANTOPEN || error.code == SQLITE_READONLY else { throw error }
      // A log is in use, for which SQLite wants a file beside it: one of a recorder that met its end before it could tidy up.
      guard try !SQLiteConnection.exists(path + "-wal") else {
        throw HistoryError(
          path, "its last moments lie in \(path)-wal, which can't be read in a read-only folder; copy both elsewhere")
      }
      return try SQLiteConnection(path, .readingImmutable)
    }
  }
}
