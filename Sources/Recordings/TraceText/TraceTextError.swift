/// Why a text is no trace. `description` goes behind the file's name.
public enum TraceTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing in it.
  case empty
  /// Text, but no line of it is a usable kmem event.
  case noEvents(lines: Int, firstMalformed: TraceLineCounts.Malformed?)
  /// Binary bytes, or a line that never ends.
  case notText(line: Int)

  /// The error in one line, fit for a person.
  public var description: String {
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
