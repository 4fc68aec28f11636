/// Deletes snapshots that are older than the retention time.
///
/// The last row of each cache before the first retained snapshot still applies to that snapshot and is moved to it. Its
/// cost does not depend on the number of deleted snapshots, so snapshots are deleted in batches.
final class HistoryPruner {
  private let connection: SQLiteConnection
  /// Retention time in seconds.
  private let retention: Double
  /// Time of the oldest snapshot, in seconds since 1970 UTC; nil if there are no snapshots.
  private var oldest: Double?
  private let latest: SQLiteStatement
  private let deletion: SQLiteStatement
  private let move: SQLiteStatement

  /// Prepares the statements and reads the time of the oldest snapshot.
  /// - Parameter seconds: Retention time in seconds.
  init(_ connection: SQLiteConnection, retention seconds: Double) throws(HistoryError) {
    self.connection = connection
    retention = seconds
    let first = try SQLiteStatement(connection, "SELECT taken_at FROM moments ORDER BY id LIMIT 1")
    oldest = try first.step() ? first.double(0) : nil
    latest = try SQLiteStatement(
      connection,
      """
      SELECT moment, is_gone FROM cache_figures WHERE cache = ? AND moment <= ? ORDER BY moment DESC LIMIT 1
      """)
    deletion = try SQLiteStatement(connection, "DELETE FROM cache_figures WHERE cache = ? AND moment < ?")
    move = try SQLiteStatement(
      connection, "UPDATE cache_figures SET moment = ?3 WHERE cache = ?1 AND moment = ?2")
  }

  /// Deletes the snapshots that are too old, if their time span is at least 1/64 of the retention time.
  /// - Parameter now: Time of the last snapshot, which is never deleted.
  /// - Returns: Time of the oldest remaining snapshot, to pass to `commit` after the transaction.
  func prune(before now: Double) throws(HistoryError) -> Double {
    guard let oldest else { return now }
    guard now - oldest > retention * (1 + 1 / 64) else { return oldest }
    let search = try SQLiteStatement(
      connection, "SELECT id, taken_at FROM moments WHERE taken_at BETWEEN ? AND ? ORDER BY id LIMIT 1")
    search.bind(1, now - retention)
    search.bind(2, now)
    guard try search.step() else { return oldest }
    let (first, time) = (search.integer(0), search.double(1))
    search.reset()
    for cache in try ids() { try prune(cache: cache, before: first) }
    try connection.execute(
      """
      DELETE FROM caches WHERE NOT EXISTS (SELECT 1 FROM cache_figures WHERE cache = caches.id);
      DELETE FROM moments WHERE id < \(first);
      DELETE FROM runs WHERE id < (SELECT min(run) FROM moments);
      """)
    return time
  }

  /// Stores the time of the oldest snapshot, because the transaction is committed.
  func commit(_ oldest: Double) { self.oldest = oldest }

  /// Returns the ids of all caches.
  private func ids() throws(HistoryError) -> [Int] {
    let caches = try SQLiteStatement(connection, "SELECT id FROM caches")
    var ids: [Int] = []
    while try caches.step() { ids.append(caches.integer(0)) }
    return ids
  }

  /// Deletes the rows of a cache that do not apply to the snapshot `first` or later ones.
  private func prune(cache: Int, before first: Int) throws(HistoryError) {
    latest.bind(1, cache)
    latest.bind(2, first)
    defer { latest.reset() }
    guard try latest.step() else { return }
    let (moment, isGone) = (latest.integer(0), latest.integer(1) != 0)
    latest.reset()
    deletion.bind(1, cache)
    deletion.bind(2, isGone ? moment &+ 1 : moment)
    try deletion.run()
    guard !isGone, moment < first else { return }
    move.bind(1, cache)
    move.bind(2, moment)
    move.bind(3, first)
    try move.run()
  }
}
