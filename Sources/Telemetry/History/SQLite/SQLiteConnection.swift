internal import CSQLite

/// Connection to an SQLite file. Not thread-safe.
package final class SQLiteConnection {
  /// Access mode.
  enum Access {
    /// Reading and writing; the file is created if it does not exist.
    case writing
    /// Reading.
    case reading
    /// Reading without locks and without the write-ahead log, as is necessary in a read-only folder.
    case readingImmutable
  }

  /// Path of the file as the user gave it.
  package let path: String
  let handle: OpaquePointer
  /// Maximum time to wait for a lock of another connection.
  static let busyTimeoutMilliseconds: Int32 = 2000

  init(_ path: String, _ access: Access) throws(HistoryError) {
    self.path = path
    // SQLite gives names such as :memory: and file:x a special meaning; "./" makes them ordinary paths.
    let file = path.hasPrefix("/") ? path : "./" + path
    let (name, flags): (String, Int32) =
      switch access {
      case .writing: (file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      case .reading: (file, SQLITE_OPEN_READONLY)
      case .readingImmutable:
        ("file:\(SQLiteConnection.escaped(file))?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
      }
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard let opened, code == SQLITE_OK else {
      let errno = opened.map(sqlite3_system_errno) ?? 0
      let message = String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(opened)
      throw HistoryError(path, sqlite: code, message: message, errno: errno)
    }
    handle = opened
    sqlite3_busy_timeout(handle, SQLiteConnection.busyTimeoutMilliseconds)
  }

  // sqlite3_close_v2 defers the close until the last statement is finalised.
  deinit { sqlite3_close_v2(handle) }

  /// Error of the last SQLite call on this connection.
  var lastError: HistoryError {
    HistoryError(
      path, sqlite: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
      errno: sqlite3_system_errno(handle))
  }

  /// Executes SQL statements and discards their rows.
  package func execute(_ sql: String) throws(HistoryError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw lastError }
  }

  /// Executes a query and returns the integer in the first column of the first row; 0 if there is no row or it is NULL.
  package func integer(_ sql: String) throws(HistoryError) -> Int {
    let statement = try SQLiteStatement(self, sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// Calls `body` in a write transaction, which is committed when `body` returns and rolled back when it throws.
  func write<Result>(_ body: () throws(HistoryError) -> Result) throws(HistoryError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // After some errors SQLite has already rolled back.
      if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
      throw error
    }
  }

  /// Calls `body` in a read transaction, in which all queries see the same state of the file.
  package func read<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN")
    defer { try? execute("ROLLBACK") }
    return try body()
  }

  /// Percent-encodes a path for a URI.
  private static func escaped(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }
}
