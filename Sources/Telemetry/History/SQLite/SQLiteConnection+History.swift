internal import CSQLite
import FoundationEssentials
import Glibc

extension SQLiteConnection {
  /// Returns whether a non-empty file exists at `path`.
  /// - Throws: `HistoryError` if it is a directory or another kind of file that cannot be a history.
  static func exists(_ path: String) throws(HistoryError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT, !path.isEmpty { return false }
      throw HistoryError(path, "cannot be opened: \(String(cString: strerror(errno)).lowercased())")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_size > 0
    case S_IFDIR: throw HistoryError(path, "is not a slabscope history: it is a directory; name a file in it")
    default: throw HistoryError(path, "is not a slabscope history: it is not a regular file; choose another path")
    }
  }

  /// Checks that files can be created in the folder of `path`, which SQLite needs to do. SQLite would report only that
  /// it cannot open the file, without the reason.
  static func checkFolder(of path: String) throws(HistoryError) {
    guard access(URL(fileURLWithPath: path).deletingLastPathComponent().path, W_OK | X_OK) != 0 else { return }
    let reason =
      switch errno {
      case ENOENT: "its folder does not exist; create it first or choose another path"
      case ENOTDIR: "a component of the path is not a folder; choose another path"
      case EACCES, EPERM: "you have no permission to write to its folder; choose another path"
      case EROFS: "the file system is read-only; choose another path"
      default: String(cString: strerror(errno)).lowercased()
      }
    throw HistoryError(path, "cannot be written: \(reason)")
  }

  /// Checks that the file is a history of a supported version.
  /// - Returns: Version of the file.
  @discardableResult func checkHistory() throws(HistoryError) -> Int {
    guard try integer("PRAGMA application_id") == HistorySchema.applicationID else {
      throw HistoryError(path, "is not a slabscope history: it is another program's file; choose another path")
    }
    let version = try integer("PRAGMA user_version")
    guard (1...HistorySchema.version).contains(version) else {
      throw HistoryError(
        path,
        "is a history of version \(version), but this slabscope supports versions up to \(HistorySchema.version); "
          + "use a later slabscope")
    }
    return version
  }

  /// Adds the columns of the current version to a history of an earlier version.
  func upgradeHistory() throws(HistoryError) {
    guard try checkHistory() < HistorySchema.version else { return }
    try write { () throws(HistoryError) in
      // Another recorder may have done it before this transaction began.
      let version = try checkHistory()
      if version < HistorySchema.version { try execute(HistorySchema.upgrade(fromVersion: version)) }
    }
  }

  /// Creates the tables of a history in an empty file.
  func createHistory() throws(HistoryError) {
    try write { () throws(HistoryError) in
      // Another recorder may have done it before this transaction began.
      guard try integer("SELECT count(*) FROM sqlite_schema") == 0 else {
        try checkHistory()
        return
      }
      try execute(HistorySchema.creation)
    }
  }

  /// Moves the contents of the write-ahead log into the file and deletes the log. If another process has the file open,
  /// the log stays and readers are not affected.
  func removeLog() throws(HistoryError) {
    sqlite3_busy_timeout(handle, 0)
    defer { sqlite3_busy_timeout(handle, SQLiteConnection.busyTimeoutMilliseconds) }
    do {
      try execute("PRAGMA wal_checkpoint(TRUNCATE)")
      try execute("PRAGMA journal_mode = DELETE")
    } catch {
      guard error.code == SQLITE_BUSY || error.code == SQLITE_LOCKED else { throw error }
    }
  }
}
