extension String {
  /// Returns the text, followed by as many spaces as it is shorter than `length` characters.
  package func padded(to length: Int) -> String { self + String(repeating: " ", count: Swift.max(0, length - count)) }
}

extension StringProtocol {
  /// The text without white space at its ends.
  package var trimmed: SubSequence {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
    return start[...last]
  }
}
