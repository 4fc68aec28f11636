/// Deletes moments that are too old, in pieces: all caches' figures that were in force then are handed on to the first
/// moment that stays, and that costs the same for one moment as for many.
final class HistoryPruner {
  private let connection: SQLiteConnection
  private let keep: Double
  /// When the oldest moment was taken; nil if there is none.
  private var oldest: Double?
  private let latest: SQLiteStatement
  private let deletion: SQLiteStatement
  private let handing: SQLiteStatement

  /// - Parameter seconds: how long moments are kept.
  init(_ connection: SQLiteConnection, keep seconds: Double) throws(HistoryError) {
    self.connection = connection
    keep = seconds
    let first = try SQLiteStatement(connection, "SELECT taken_at FROM moments ORDER BY id LIMIT 1")
    oldest = try first.step() ? first.double(0) : nil
    latest = try SQLiteStatement(
      connection,
      """
      SELECT moment, is_gone FROM cache_figures WHERE cache = ? AND moment <= ? ORDER BY moment DESC LIMIT 1
      """)
    deletion = try SQLiteStatement(connection, "DELETE FROM cache_figures WHERE cache = ? AND moment < ?")
    handing = try SQLiteStatement(
      connection, "UPDATE cache_figures SET moment = ?3 WHERE cache = ?1 AND moment = ?2")
  }

  /// Deletes a piece, if there is one.
  /// - Parameter now: when the last moment was taken, which always stays.
  /// - Returns: when the oldest moment was taken that is left, for `commit`.
  func prune(before now: Double) throws(HistoryError) -> Double {
    guard let oldest else { return now }
    guard now - oldest > keep * (1 + 1 / 64) else { return oldest }
    let search = try SQLiteStatement(
      connection, "SELECT id, taken_at FROM moments WHERE taken_at BETWEEN ? AND ? ORDER BY id LIMIT 1")
    search.bind(1, now - keep)
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

  /// What was deleted is gone for good.
  func commit(_ oldest: Double) { self.oldest = oldest }

  private func ids() throws(HistoryError) -> [Int] {
    let caches = try SQLiteStatement(connection, "SELECT id FROM caches")
    var ids: [Int] = []
    while try caches.step() { ids.append(caches.integer(0)) }
    return ids
  }

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
    handing.bind(1, cache)
    handing.bind(2, moment)
    handing.bind(3, first)
    try handing.run()
  }
}
