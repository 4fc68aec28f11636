/// Classified line of a trace.
enum TraceLine {
  /// Blank line, `#` comment, or heading of trace-cmd.
  case comment
  /// Line without a kmem event: another event, a mark, or a truncated line. `lost` is the number of events that a LOST
  /// mark reports; 0 for other lines.
  case other(lost: Int)
  /// Line that names a kmem event but cannot be parsed, with the text that was expected.
  case malformed(expected: StaticString)
  /// Line with a kmem event.
  case event(TraceEvent)

  /// Classifies and parses a line without its newline.
  init(_ text: ByteText) {
    guard text.first != UInt8(ascii: "#"), let (kind, name) = TraceLine.event(in: text) else {
      self = TraceLine.withoutEvent(text)
      return
    }
    var prefix = text[..<name.lowerBound]
    if prefix.hasSuffix("kmem:") { prefix = prefix.dropLast(5) }
    guard let prefix = TracePrefix(prefix) else {
      self = .malformed(expected: "a CPU in brackets and a time such as 658.474281: before the event's name")
      return
    }
    self = TraceEvent.read(kind, prefix, fields: text[name.upperBound...])
  }

  /// Returns the first kmem event of a line and the range of its name with the following `: `; nil if there is none.
  /// Kernels before 6.1 have separate events, ending in `_node`, for allocations on a given NUMA node.
  private static func event(in text: ByteText) -> (AllocationEvent.Kind, Range<Int>)? {
    var colon = text.startIndex
    while let next = text[colon...].firstIndex(of: UInt8(ascii: ":")) {
      colon = next + 1
      guard colon < text.endIndex, text[colon] == UInt8(ascii: " ") else { continue }
      // Fast path: every event name ends in e or c, unlike most times, addresses and task names.
      guard next > text.startIndex, text[next - 1] | 0x20 == 0x65 || text[next - 1] | 0x20 == 0x63 else { continue }
      let before = text[..<next]
      let candidates: [(StaticString, AllocationEvent.Kind)] = [
        ("kmem_cache_free", .kmemCacheFree), ("kmem_cache_alloc", .kmemCacheAlloc), ("kmalloc", .kmalloc),
        ("kfree", .kfree), ("kmalloc_node", .kmalloc), ("kmem_cache_alloc_node", .kmemCacheAlloc),
      ]
      for (name, kind) in candidates where before.hasSuffix(name) {
        let start = next - name.utf8CodeUnitCount
        if start == text.startIndex || !text[start - 1].isWord { return (kind, start..<(colon + 1)) }
      }
    }
    return nil
  }

  /// Classifies a line that names no kmem event.
  private static func withoutEvent(_ text: ByteText) -> TraceLine {
    if text.first == UInt8(ascii: "#") || text.hasPrefix("cpus=") || text.trimmed.isEmpty { return .comment }
    return .other(lost: lostEvents(text) ?? 0)
  }

  /// Returns the number of lost events that a line reports: `CPU:1 [LOST 1234 EVENTS]` of ftrace, or
  /// `CPU 1: 1234 EVENTS DROPPED ... 1234` of trace-cmd. Returns nil for other lines.
  private static func lostEvents(_ text: ByteText) -> Int? {
    if let mark = text.firstRange(of: "LOST ") {
      let count = text[mark.upperBound...].prefix(while: \.isDigit)
      if text[count.endIndex...].hasPrefix(" EVENTS") { return count.decimal.flatMap(Int.init(exactly:)) }
    }
    guard let mark = text.firstRange(of: "EVENTS DROPPED") else { return nil }
    return text[mark.upperBound...].drop { !$0.isDigit }.prefix(while: \.isDigit).decimal.flatMap(Int.init(exactly:))
  }
}
