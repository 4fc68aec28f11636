/// Error of importing a trace text. `description` is meant to follow the name of the file.
package enum TraceTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is empty.
  case empty
  /// No line of the text is a valid kmem event.
  case noEvents(lines: Int, firstMalformed: ImportStatistics.Malformed?)
  /// The file is binary, or a line is longer than 1 MiB.
  case notText(line: Int)

  /// Problem and expected input, in one line.
  package var description: String {
    switch self {
    case .empty:
      return "is empty; expected ftrace text with kmem events (enable events/kmem in tracefs and save `trace`)"
    case .noEvents(let lines, let malformed):
      let first = malformed.map { "; line \($0.line) is malformed: expected \($0.expected)" } ?? ""
      return "no kmem event in \(lines) lines\(first); expected lines such as "
        + "`bash-8138 [001] ..... 658.474281: kfree: call_site=f+0x1/0x2 ptr=000000002158e3f1`"
    case .notText(let line):
      return
        "line \(line) is not text; expected ftrace text (decompress it first: `zstdcat FILE.zst | slabscope import -`)"
    }
  }
}
