/// Line of a pasted text, without the prefixes that mail programs, logs and terminals add.
struct PastedLine {
  /// Number of the line, from 1.
  var number: Int
  /// Words of the line, separated by blanks.
  var words: [Substring]

  /// Creates the line from its text without quotation marks of mail and times of the kernel log.
  init(_ text: Substring, number: Int) {
    self.number = number
    words = PastedLine.withoutPrefixes(text).split(whereSeparator: { $0.isWhitespace })
  }

  /// Returns the text after all prefixes: `> `, `| `, `[  12.345678]`, `<6>`, `Nov 28 05:10:24 host kernel:`.
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
  /// Returns the range of the first occurrence of `text`; nil if there is none.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }

  /// Value of a whole number in decimal digits; nil for other text and for a number above 2^53.
  var wholeNumber: Int? {
    guard !isEmpty, utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = Int(self),
      value <= 1 << 53
    else { return nil }
    return value
  }

  /// Returns the bytes of a number in KiB with the given suffix, such as `16k`, `0.19K` or `648400K`; nil for other text.
  func kibibytes(suffix: String) -> Double? {
    guard lowercased().hasSuffix(suffix.lowercased()) else { return nil }
    let number = dropLast(suffix.count)
    guard let first = number.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      let value = Double(number), value.isFinite, value >= 0, value <= Double(1 << 43)
    else { return nil }
    return value * 1024
  }
}
