/// A line of a pasted text, without what mails, logs and terminals put before it.
struct PastedLine {
  /// Number of the line, from 1.
  var number: Int
  /// The words of the line that are separated by blanks.
  var words: [Substring]

  /// Removes the marks of quotation and the times of the kernel log from the start of a line, then splits it.
  init(_ text: Substring, number: Int) {
    self.number = number
    words = PastedLine.withoutPrefixes(text).split(whereSeparator: { $0.isWhitespace })
  }

  /// The text after all prefixes: `> `, `| `, `[  12.345678]`, `<6>`, `Nov 28 05:10:24 host kernel:`.
  private static func withoutPrefixes(_ line: Substring) -> Substring {
    var rest = line
    while true {
      let before = rest.startIndex
      rest = rest.drop { $0.isWhitespace || $0 == ">" || $0 == "|" }
      if let range = rest.range(of: "kernel: ") { rest = rest[range.upperBound...] }
      if rest.first == "[" || rest.first == "<", let end = rest.firstIndex(of: rest.first == "[" ? "]" : ">"),
        rest[rest.index(after: rest.startIndex)..<end].allSatisfy({ $0.isLetter || $0.isNumber || ".:-+ ".contains($0) }
        )
      {
        rest = rest[rest.index(after: end)...]
        if rest.first == ":" { rest = rest.dropFirst() }
      }
      if rest.startIndex == before { return rest }
    }
  }
}

extension Substring {
  /// The range of the first occurrence of `text`; nil if there is none.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }

  /// A whole number written in digits; nil for anything else and for a number beyond 2^53.
  var wholeNumber: Int? {
    guard !isEmpty, utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = Int(self),
      value <= 1 << 53
    else { return nil }
    return value
  }

  /// Bytes that are written in KiB, such as `16k`, `0.19K` and `648400K`, without `suffix`; nil for anything else.
  func kibibytes(suffix: String) -> Double? {
    guard lowercased().hasSuffix(suffix.lowercased()) else { return nil }
    let number = dropLast(suffix.count)
    guard let first = number.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      let value = Double(number), value.isFinite, value >= 0, value <= Double(1 << 43)
    else { return nil }
    return value * 1024
  }
}
