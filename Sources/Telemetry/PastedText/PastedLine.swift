/// Line of a pasted text, without the prefixes that mail programs, logs and terminals add.
struct PastedLine {
  /// Number of the line, from 1.
  var number: Int
  /// Words of the line, separated by blanks.
  var words: [Substring]

  /// Creates the line from its text without escape sequences, quotation marks of mail and times of the kernel log.
  init(_ text: Substring, number: Int) {
    self.number = number
    let plain = text.utf8.contains(0x1B) ? Substring(PastedLine.withoutColors(text)) : text
    words = PastedLine.withoutPrefixes(plain).split(whereSeparator: { $0.isWhitespace })
    if let first = words.first, first.hasPrefix("/proc/slabinfo:") { words[0] = first.dropFirst(15) }
    if words.first?.isEmpty == true { words.removeFirst() }
  }

  /// Returns the lines of a text. A row of slabinfo that a mail program wrapped is joined again.
  static func lines(of text: String) -> [PastedLine] {
    let text = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var lines: [PastedLine] = []
    for (index, line) in text.enumerated() {
      let line = PastedLine(line, number: index + 1)
      if let last = lines.last, last.continues(with: line) {
        lines[lines.count - 1].words += line.words
      } else {
        lines.append(line)
      }
    }
    return lines
  }

  /// Returns whether `next` consists of the missing end of this row of slabinfo 2.0 or 2.1.
  private func continues(with next: PastedLine) -> Bool {
    guard next.number == number + 1 || !next.words.isEmpty, words.count >= 3, let first = words.first,
      first.wholeNumber == nil, words.dropFirst().contains(where: { $0.wholeNumber != nil }),
      words.contains(":") || next.words.contains("tunables"), !hasSlabData
    else { return false }
    let titles: Set<Substring> = [":", "tunables", "slabdata", "globalstat", "cpustat"]
    return !next.words.isEmpty && next.words.allSatisfy { titles.contains($0) || $0.wholeNumber != nil }
  }

  private var hasSlabData: Bool {
    guard let title = words.firstIndex(of: "slabdata") else { return false }
    return words.count >= title + 4
  }

  /// Removes the sequences with which `grep --color` and terminals mark text.
  private static func withoutColors(_ text: Substring) -> String {
    var (plain, rest) = ("", text[...])
    while let escape = rest.firstIndex(of: "\u{1B}") {
      plain += rest[..<escape]
      let sequence = rest[escape...].dropFirst()
      let end = sequence.dropFirst().drop { $0.isNumber || $0 == ";" }
      guard sequence.first == "[", let last = end.first, last == "m" || last == "K" else {
        plain.append("\u{1B}")
        rest = sequence
        continue
      }
      rest = end.dropFirst()
    }
    return plain + rest
  }

  /// Text that syslog puts before a message of the kernel.
  private static let kernelPrefix = Array("kernel: ".utf8)

  /// Returns the text after all prefixes: `> `, `| `, `[  12.345678]`, `<6>`, `Nov 28 05:10:24 host kernel:`.
  private static func withoutPrefixes(_ line: Substring) -> Substring {
    var rest = line
    while true {
      let before = rest.startIndex
      rest = rest.drop { $0.isWhitespace || $0 == ">" || $0 == "|" || $0 == "\u{FEFF}" }
      if let range = rest.utf8.firstRange(of: kernelPrefix) { rest = rest[range.upperBound...] }
      if let time = rest.first, time == "[" || time == "<", let end = rest.firstIndex(of: time == "[" ? "]" : ">"),
        rest[rest.index(after: rest.startIndex)..<end].allSatisfy({
          $0.isNumber || time == "[" && ($0.isLetter || ".:-+ ".contains($0))
        })
      {
        rest = rest[rest.index(after: end)...]
        if rest.first == ":" { rest = rest.dropFirst() }
      }
      if rest.startIndex == before { return rest }
    }
  }
}

extension Substring {
  /// Value of a whole number in decimal digits; nil for other text and for a number above 2^44.
  var wholeNumber: Int? {
    guard !isEmpty, utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = Int(self),
      value <= 1 << 44
    else { return nil }
    return value
  }

  /// Returns the bytes of a number in KiB with the given suffix, such as `16k`, `0.19K` or `648400K`; nil for other text and
  /// above 16 TiB.
  func kibibytes(suffix: String) -> Double? {
    guard lowercased().hasSuffix(suffix.lowercased()) else { return nil }
    let number = dropLast(suffix.count)
    guard let first = number.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      let value = Double(number), value.isFinite, value >= 0, value <= Double(1 << 34)
    else { return nil }
    return value * 1024
  }

  /// Returns the bytes of a size of `slabtop`: a number in KiB with or without `K`, or with `M`, `G` or `B`; nil for other text.
  var slabtopSize: Double? {
    let scales: [(suffix: String, scale: Double)] = [
      ("K", 1), ("M", 1024), ("G", 1_048_576), ("B", 1 / 1024), ("", 1),
    ]
    for (suffix, scale) in scales {
      if let value = kibibytes(suffix: suffix), value * scale <= Double(1 << 44) { return value * scale }
    }
    return nil
  }
}
