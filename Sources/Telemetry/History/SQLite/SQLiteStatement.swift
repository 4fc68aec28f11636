internal import CSQLite

/// Prepared statement. Parameters are numbered from 1 and columns from 0, as in SQLite.
package final class SQLiteStatement {
  private let connection: SQLiteConnection
  private let handle: OpaquePointer
  /// Whether all values could be bound. If not, `step` throws.
  private var couldBind = true

  /// Prepares a statement.
  package init(_ connection: SQLiteConnection, _ sql: String) throws(HistoryError) {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard let prepared, code == SQLITE_OK else { throw connection.lastError }
    self.connection = connection
    handle = prepared
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds a value to a parameter.
  package func bind(_ parameter: Int32, _ value: Int) {
    check(sqlite3_bind_int64(handle, parameter, Int64(value)))
  }

  /// Binds a value to a parameter.
  package func bind(_ parameter: Int32, _ value: Double) {
    check(sqlite3_bind_double(handle, parameter, value))
  }

  /// Binds a text to a parameter.
  package func bind(_ parameter: Int32, _ value: String) {
    var value = value
    check(
      value.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          sqlite_bind_text_copy(handle, parameter, $0.baseAddress, Int32(clamping: $0.count))
        }
      })
  }

  /// Binds NULL to a parameter.
  package func bindNull(_ parameter: Int32) {
    check(sqlite3_bind_null(handle, parameter))
  }

  /// Number of columns of the result.
  var columnCount: Int32 { sqlite3_column_count(handle) }

  /// Executes a statement that returns no rows, and resets it.
  package func run() throws(HistoryError) {
    defer { reset() }
    _ = try step()
  }

  /// Advances to the next row of the result.
  /// - Returns: Whether there is a row.
  package func step() throws(HistoryError) -> Bool {
    guard couldBind else { throw connection.lastError }
    return switch sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    default: throw connection.lastError
    }
  }

  /// Resets the statement so that it can be executed again. Bound values are kept.
  package func reset() {
    sqlite3_reset(handle)
    couldBind = true
  }

  /// Returns the integer of a column; 0 for NULL.
  package func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  /// Returns the number of a column; 0 for NULL.
  package func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }
  /// Returns whether a column is NULL.
  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  /// Returns the text of a column, which may contain any bytes; invalid UTF-8 is replaced.
  package func text(_ column: Int32) -> String {
    guard let bytes = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  private func check(_ code: Int32) {
    if code != SQLITE_OK { couldBind = false }
  }
}
