internal import CSQLite
import Foundation

extension SQLiteConnection {
  /// Whether a file has to be made, or is there.
  /// - Throws: when it is something that no history can be.
  static func exists(_ path: String) throws(HistoryError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT, !path.isEmpty { return false }
      throw HistoryError(path, "can't be opened: \(String(cString: strerror(errno)).lowercased())")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_size > 0
    case S_IFDIR: throw HistoryError(path, "is no history of slabscope: it is a directory; name a file in it")
    default: throw HistoryError(path, "is no history of slabscope: it is no regular file; choose another path")
    }
  }

  /// Makes sure that a file can be written, and others beside it, as SQLite has to: its own error is of another call.
  static func checkFolder(of path: String) throws(HistoryError) {
    guard access(URL(fileURLWithPath: path).deletingLastPathComponent().path, W_OK | X_OK) != 0 else { return }
    let reason =
      switch errno {
      case ENOENT: "its folder does not exist; create it first or choose another path"
      case ENOTDIR: "a part of the path is no folder; choose another path"
      case EACCES, EPERM: "its folder may not be written to; choose another path"
      case EROFS: "the file system is read-only; choose another path"
      default: String(cString: strerror(errno)).lowercased()
      }
    throw HistoryError(path, "can't be written: \(reason)")
  }

  /// Makes sure that the file is a history that this slabscope knows.
  /// - Returns: the file's version.
  @discardableResult func checkHistory() throws(HistoryError) -> Int {
    guard try integer("PRAGMA application_id") == HistorySchema.applicationID else {
      throw HistoryError(path, "is no history of slabscope: it is another program's file; choose another path")
    }
    let version = try integer("PRAGMA user_version")
    guard (1...HistorySchema.version).contains(version) else {
      throw HistoryError(
        path,
        "is a history of version \(version), this slabscope knows \(HistorySchema.version); use a later slabscope")
    }
    return version
  }

  /// Gives a history of an earlier version the columns of this one.
  func upgradeHistory() throws(HistoryError) {
    guard try checkHistory() < HistorySchema.version else { return }
    try write { () throws(HistoryError) in
      // Another recorder may have come first.
      let version = try checkHistory()
      if version < HistorySchema.version { try execute(HistorySchema.upgrade(fromVersion: version)) }
    }
  }

  /// Makes the tables of a history in an empty file.
  func createHistory() throws(HistoryError) {
    try write { () throws(HistoryError) in
      // Another recorder may have come first.
      guard try integer("SELECT count(*) FROM sqlite_schema") == 0 else {
        try checkHistory()
        return
      }
      try execute(HistorySchema.creation)
    }
  }

  /// Brings what lies in the log beside the file into the file, and does away with the log. A file that others have open
  /// keeps it: readers go on as they were.
  func leaveLog() throws(HistoryError) {
    sqlite3_busy_timeout(handle, 0)
    defer { sqlite3_busy_timeout(handle, SQLiteConnection.patience) }
    do {
      try execute("PRAGMA wal_checkpoint(TRUNCATE)")
      try execute("PRAGMA journal_mode = DELETE")
    } catch {
      guard error.code == SQLITE_BUSY || error.code == SQLITE_LOCKED else { throw error }
    }
  }
}
