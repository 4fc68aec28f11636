/// What one line of a trace is.
enum TraceLine {
  /// Blank, a `#` comment, or a heading of trace-cmd's.
  case comment
  /// Another event, a mark, a cut line. `lost` is how many events a LOST mark speaks of.
  case other(lost: Int)
  /// A line that names a kmem event and can't be read: what was expected.
  case malformed(expected: StaticString)
  case event(TraceEvent)

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

  /// The first kmem event's name on a line, with the `: ` behind it. Kernels before 6.1 tell allocations on a given node
  /// by names of their own.
  private static func event(in text: ByteText) -> (AllocationEvent.Kind, Range<Int>)? {
    var colon = text.startIndex
    while let next = text[colon...].firstIndex(of: UInt8(ascii: ":")) {
      colon = next + 1
      guard colon < text.endIndex, text[colon] == UInt8(ascii: " ") else { continue }
      // Every name ends in e or c; times, addresses and task names mostly don't.
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

  private static func withoutEvent(_ text: ByteText) -> TraceLine {
    if text.first == UInt8(ascii: "#") || text.hasPrefix("cpus=") || text.trimmed.isEmpty { return .comment }
    return .other(lost: lostEvents(text) ?? 0)
  }

  /// `CPU:1 [LOST 1234 EVENTS]` of ftrace, `CPU 1: 1234 EVENTS DROPPED ... 1234` of trace-cmd.
  private static func lostEvents(_ text: ByteText) -> Int? {
    if let mark = text.firstRange(of: "LOST ") {
      let count = text[mark.upperBound...].prefix(while: \.isDigit)
      if text[count.endIndex...].hasPrefix(" EVENTS") { return count.decimal.flatMap(Int.init(exactly:)) }
    }
    guard let mark = text.firstRange(of: "EVENTS DROPPED") else { return nil }
    return text[mark.upperBound...].drop { !$0.isDigit }.prefix(while: \.isDigit).decimal.flatMap(Int.init(exactly:))
  }
}
