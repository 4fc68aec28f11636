import Foundation

/// Standard output and standard error. Each call writes all of its text.
enum Standard {
  static func output(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }
  static func error(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

  /// Replaces the progress line on standard error if that is a terminal; an empty line clears it.
  static func progress(_ line: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    error("\r\u{1B}[K" + line)
  }

  /// Writes all bytes. If the reader has ended, the program ends without a message.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        if descriptor == STDOUT_FILENO, errno != EPIPE {
          error("slabscope: cannot write to standard output: \(String(cString: strerror(errno)).lowercased())\n")
        }
        exit(descriptor == STDOUT_FILENO ? 1 : 0)
      }
      written += count
    }
  }
}
