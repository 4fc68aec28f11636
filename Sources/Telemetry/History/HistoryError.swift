internal import CSQLite
import Glibc

/// Error of writing or reading a history file.
package struct HistoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// File, problem and remedy, in one line.
  package let description: String
  /// Primary result code of SQLite; `SQLITE_OK` if the error does not come from SQLite.
  let code: Int32

  /// Creates an error that does not come from SQLite.
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - reason: Problem and remedy.
  package init(_ path: String, _ reason: String) {
    self.init(path, reason, code: SQLITE_OK)
  }

  private init(_ path: String, _ reason: String, code: Int32) {
    // A path may contain newlines, but an error is one line.
    description = "\(path): \(reason)".replacing("\n", with: "\\n")
    self.code = code
  }

  /// Creates an error from the last error of SQLite.
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - extended: Extended result code.
  ///   - message: Error message of SQLite.
  ///   - errno: Error number of the system call that failed; 0 if none did.
  init(_ path: String, sqlite extended: Int32, message: String, errno: Int32) {
    let code = extended & 0xff
    let system = errno == 0 ? message : String(cString: strerror(errno)).lowercased()
    let reason =
      switch code {
      case SQLITE_NOTADB: "is not a slabscope history: it is not an SQLite file; choose another path"
      case SQLITE_CORRUPT:
        "is damaged or truncated (\(message)); copy it again, together with FILE-wal if that file exists"
      case SQLITE_FULL: "no space left on the device; free some space (the snapshots recorded so far stay readable)"
      case SQLITE_READONLY, SQLITE_PERM: "cannot be written: the file or its folder is read-only; choose another path"
      case SQLITE_BUSY, SQLITE_LOCKED:
        "another program is writing to it; wait until that program ends or choose another path"
      case SQLITE_CANTOPEN: "cannot be opened: \(system)"
      case SQLITE_IOERR: "cannot be read or written: \(system)"
      default: "SQLite reports: \(message)"
      }
    self.init(path, reason, code: code)
  }
}
