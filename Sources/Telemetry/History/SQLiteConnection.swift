internal import CSQLite

/// One connection to an SQLite file, used by one thread at a time.
final class SQLiteConnection {
  /// How a file is opened.
  enum Access {
    /// Created if it isn't there.
    case writing
    case reading
    /// Read as it lies there, without locks and without the log beside it: all that a read-only folder permits.
    case readingImmutable
  }

  /// The file, as the user named it.
  let path: String
  let handle: OpaquePointer
  /// For how many milliseconds a lock of another's is waited for.
  static let patience: Int32 = 2000

  init(_ path: String, _ access: Access) throws(HistoryError) {
    self.path = path
    // Names such as :memory: and file:x mean something to SQLite: not those of files.
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
    sqlite3_busy_timeout(handle, SQLiteConnection.patience)
  }

  // Statements that outlive the connection keep it open.
  deinit { sqlite3_close_v2(handle) }

  /// The error of the last call.
  var lastError: HistoryError {
    HistoryError(
      path, sqlite: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
      errno: sqlite3_system_errno(handle))
  }

  /// Runs statements that give no rows, or whose rows don't matter.
  func execute(_ sql: String) throws(HistoryError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw lastError }
  }

  /// A statement's one number; 0 where there is no row, or NULL.
  func integer(_ sql: String) throws(HistoryError) -> Int {
    let statement = try SQLiteStatement(self, sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// All or nothing: what `body` writes lands when it returns, and is undone when it throws.
  func write<Result>(_ body: () throws(HistoryError) -> Result) throws(HistoryError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite has rolled back on its own after some errors.
      if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
      throw error
    }
  }

  /// What `body` reads is all of one moment, whatever others write meanwhile.
  func read<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN")
    defer { try? execute("ROLLBACK") }
    return try body()
  }

  /// A path as a part of a URI.
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
