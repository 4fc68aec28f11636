internal import CSQLite
import Foundation

/// Why a history can't be written or read. `description` is one line that names the file.
public struct HistoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The error in one line, fit for a person.
  public let description: String
  /// SQLite's result code, without what it is extended by; `SQLITE_OK` where SQLite had no part in it.
  let code: Int32

  /// An error that SQLite has no part in.
  /// - Parameter reason: goes behind the file's name.
  init(_ path: String, _ reason: String) {
    self.init(path, reason, code: SQLITE_OK)
  }

  private init(_ path: String, _ reason: String, code: Int32) {
    // A path may hold anything; the error stays one line.
    description = "\(path): \(reason)".replacing("\n", with: "\\n")
    self.code = code
  }

  /// What SQLite said last.
  /// - Parameter errno: the system's error that SQLite met, or 0.
  init(_ path: String, sqlite extended: Int32, message: String, errno: Int32) {
    let code = extended & 0xff
    let system = errno == 0 ? message : String(cString: strerror(errno)).lowercased()
    let reason =
      switch code {
      case SQLITE_NOTADB: "is no history of slabscope: it is no SQLite file; choose another path"
      case SQLITE_CORRUPT: "is damaged or cut short (\(message)); copy it again, with FILE-wal if there is one"
      case SQLITE_FULL: "no space left for more; free some (what was recorded before stays readable)"
      case SQLITE_READONLY, SQLITE_PERM: "can't be written: it or its folder is read-only; choose another path"
      case SQLITE_BUSY, SQLITE_LOCKED: "another program is writing to it; wait for its end or choose another path"
      case SQLITE_CANTOPEN: "can't be opened: \(system)"
      case SQLITE_IOERR: "can't be read or written: \(system)"
      default: "SQLite fails: \(message)"
      }
    self.init(path, reason, code: code)
  }
}
