/// Recorder that appends snapshots to a history file (SQLite). `HistoryFile` reads the file, also during the recording.
///
/// A snapshot adds a row only for each cache whose figures have changed. Not thread-safe. Only one recorder can write
/// to a file at a time.
package final class HistoryRecorder {
  /// Connection to the file, for the writers of other tables.
  package let connection: SQLiteConnection
  private let caches: CacheWriter
  private let snapshots: SnapshotWriter
  private let pruner: HistoryPruner?
  // Declared last, so that SQLite closes its descriptors before the lock closes its own.
  private let lock: RecorderLock

  /// Starts a run in an existing or a new history file.
  /// - Parameters:
  ///   - path: Path of a history, of an empty file, or of a file that does not exist. Other files are not changed.
  ///   - seconds: Retention time in seconds; nil to retain all snapshots. Snapshots are deleted in batches of 1/64 of it.
  /// - Throws: `HistoryError` if the file is not a history, cannot be written, or another recorder writes to it.
  package init(path: String, retention seconds: Double? = nil) throws(HistoryError) {
    let exists = try SQLiteConnection.exists(path)
    try SQLiteConnection.checkFolder(of: path)
    connection = try SQLiteConnection(path, .writing)
    if exists { try connection.checkHistory() } else { try connection.createHistory() }
    lock = try RecorderLock(path: path)
    try connection.upgradeHistory()
    // With a write-ahead log, readers are not blocked by the writer, and a crash loses at most the last snapshots. A
    // checkpoint, which waits for the disk, occurs every 16 MiB. secure_delete is on by default in Debian's SQLite and
    // would overwrite deleted rows with zeros.
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 4096;
      PRAGMA journal_size_limit = 33554432;
      PRAGMA secure_delete = OFF;
      PRAGMA cache_size = -16384;
      """)
    snapshots = try SnapshotWriter(connection)
    caches = try CacheWriter(connection, at: snapshots.last)
    pruner = if let seconds { try HistoryPruner(connection, retention: seconds) } else { nil }
  }

  deinit { try? finish() }

  /// Appends a snapshot in one transaction. After an error the file is unchanged and the recorder stays usable.
  /// - Parameters:
  ///   - snapshot: Snapshot to record. `slabMap`, `occupancy`, `aliases`, `hostDetails`, the counts
  ///     of lock acquisitions and the list of general caches are not recorded.
  ///   - time: Time of the snapshot in seconds since 1970 UTC; must be finite. It may be earlier than that of the
  ///     previous snapshot; the snapshots stay in the order in which they were appended.
  ///   - writeMore: Writes rows of other tables that belong to the snapshot, in the same transaction; it receives the id of the
  ///     snapshot in the table `moments`.
  /// - Throws: `HistoryError`.
  package func append(
    _ snapshot: Snapshot, at time: Double, writeMore: (_ moment: Int) throws(HistoryError) -> Void = { _ in }
  ) throws(HistoryError) {
    try lock.check()
    let (next, oldest) = try connection.write { () throws(HistoryError) in
      let moment = try snapshots.append(snapshot, at: time)
      let next = try caches.write(snapshot.caches, at: moment)
      try writeMore(moment)
      return (next, try pruner?.prune(before: time))
    }
    // The state in memory changes only after the transaction is committed.
    snapshots.commit()
    caches.commit(next)
    if let oldest { pruner?.commit(oldest) }
  }

  /// Moves the contents of the write-ahead log into the history file, so that the file alone can be copied, and read in
  /// a read-only folder. `deinit` does the same. If readers have the file open, SQLite may do it when the last of them
  /// closes it.
  /// - Throws: `HistoryError`.
  package func finish() throws(HistoryError) {
    try connection.removeLog()
  }
}
