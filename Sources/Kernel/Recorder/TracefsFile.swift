internal import Glibc

/// Writing of tracefs files, and their errors.
enum TracefsFile {
  /// Writes a value in a single call, as tracefs requires.
  static func write(_ text: String, to path: String, appending: Bool = false) throws(RecorderError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC))
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw failure(path) }
  }

  /// Returns the error of the last system call, which used `path`.
  static func failure(_ path: String) -> RecorderError {
    errno == EACCES || errno == EPERM
      ? .notPermitted(path: path) : .tracefs(path: path, reason: String(cString: strerror(errno)).lowercased())
  }
}
