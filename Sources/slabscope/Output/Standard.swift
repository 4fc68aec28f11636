import FoundationEssentials
import Glibc
import TextOutput

/// Standard output and standard error. Each call writes all of its text.
///
/// Names of caches, files and symbols come from recordings and other files and may contain escape sequences of terminals. Control
/// characters are therefore replaced in everything that is written. JSON, CSV, SVG and HTML have been escaped before and contain
/// none.
enum Standard {
  /// Writes text to standard output.
  static func output(_ text: String) { write(Array(EscapedText.lines(text).utf8), to: STDOUT_FILENO) }

  /// Writes text that this program has coloured with escape sequences to standard output.
  static func output(styled text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

  /// Writes text to standard error.
  static func error(_ text: String) { write(Array(EscapedText.lines(text).utf8), to: STDERR_FILENO) }

  /// Replaces the progress line on standard error if that is a terminal; an empty line clears it.
  static func progress(_ line: String) {
    guard isatty(STDERR_FILENO) == 1, hasControlSequences else { return }
    write(Array(("\r\u{1B}[K" + EscapedText.line(line)).utf8), to: STDERR_FILENO)
  }

  /// Whether the terminal interprets control sequences, by its type in the environment.
  private static let hasControlSequences = !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")

  /// Writes all bytes. If the reader has ended, the program ends without a message.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
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
