/// Records snapshots in a history file (SQLite), which `HistoryFile` opens again, while it is recorded and later.
///
/// A moment costs what changed in it: a cache has a row only where one of its figures differs from those before. One thread
/// at a time uses a recorder, and one recorder a file.
public final class HistoryRecorder {
  let connection: SQLiteConnection
  private let caches: CacheWriter
  private let moments: MomentWriter
  private let pruner: HistoryPruner?
  // The last of all, so that SQLite's descriptors are closed before its.
  private let lock: RecorderLock

  /// Goes on recording in a history, as a run of its own, or begins one.
  /// - Parameters:
  ///   - path: a history, an empty file, or one that isn't there yet. Anything else is left as it is.
  ///   - seconds: how long moments are kept, for ever if nil. They are deleted in pieces of a sixty-fourth of it.
  /// - Throws: one line that names the file.
  public init(path: String, keep seconds: Double? = nil) throws(HistoryError) {
    let exists = try SQLiteConnection.exists(path)
    try SQLiteConnection.checkFolder(of: path)
    connection = try SQLiteConnection(path, .writing)
    if exists { try connection.checkHistory() } else { try connection.createHistory() }
    lock = try RecorderLock(path: path)
    try connection.upgradeHistory()
    // Readers read on while a moment is written, and a crash costs the last moments at most. A checkpoint, which has to wait
    // for the disk, comes every 16 MiB. Debian's SQLite would overwrite what is deleted with zeros.
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 4096;
      PRAGMA journal_size_limit = 33554432;
      PRAGMA secure_delete = OFF;
      PRAGMA cache_size = -16384;
      """)
    moments = try MomentWriter(connection)
    caches = try CacheWriter(connection, at: moments.last)
    pruner = if let seconds { try HistoryPruner(connection, keep: seconds) } else { nil }
  }

  deinit { try? finish() }

  /// Adds a moment. What the file held before stays as it was when that fails, and later moments may be added yet.
  /// - Parameters:
  ///   - snapshot: of which `slabMap`, `aliases` and `hostDetails` are not kept.
  ///   - time: seconds since 1970 UTC, a finite number. Clocks may go back: moments stay in the order they were added in.
  /// - Throws: one line that names the file.
  public func append(_ snapshot: Snapshot, at time: Double) throws(HistoryError) {
    try lock.check()
    let (next, oldest) = try connection.write { () throws(HistoryError) in
      let moment = try moments.append(snapshot, at: time)
      let next = try caches.write(snapshot.caches, at: moment)
      return (next, try pruner?.prune(before: time))
    }
    // Only what has landed counts.
    moments.commit()
    caches.commit(next)
    if let oldest { pruner?.commit(oldest) }
  }

  /// Brings all into the one file, so that it can be copied, and read where nothing may be written. This happens as well when
  /// the recorder goes away; as long as others have the file open it may have to be left to the last of them.
  /// - Throws: one line that names the file.
  public func finish() throws(HistoryError) {
    try connection.leaveLog()
  }
}
