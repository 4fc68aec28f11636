/// First error of syntax of a JSON text (RFC 8259). The decoder of JSON does not tell its place.
struct JSONSyntax {
  /// Offset in bytes of the first byte that cannot follow the text before it; that of the end if the text is incomplete; nil if the
  /// text is valid.
  let errorOffset: Int?
  /// Whether the text ends too early.
  let isTruncated: Bool

  /// Arrays and objects that are nested deeper are an error, as for the decoder.
  private static let depth = 512

  private struct Problem: Error {}

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipBlanks() {
      while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) throws(Problem) {
      guard next == UInt8(ascii: character) else { throw Problem() }
      index += 1
    }

    mutating func value(depth: Int) throws(Problem) {
      guard depth > 0 else { throw Problem() }
      skipBlanks()
      switch next {
      case UInt8(ascii: "{"): try members(until: "}", depth: depth, areNamed: true)
      case UInt8(ascii: "["): try members(until: "]", depth: depth, areNamed: false)
      case UInt8(ascii: "\""): try string()
      case UInt8(ascii: "t"): try word("true")
      case UInt8(ascii: "f"): try word("false")
      case UInt8(ascii: "n"): try word("null")
      default: try number()
      }
      skipBlanks()
    }

    private mutating func members(until end: Unicode.Scalar, depth: Int, areNamed: Bool) throws(Problem) {
      index += 1
      skipBlanks()
      if next == UInt8(ascii: end) { return index += 1 }
      while true {
        if areNamed {
          skipBlanks()
          try string()
          skipBlanks()
          try take(":")
        }
        try value(depth: depth - 1)
        if next == UInt8(ascii: end) { return index += 1 }
        try take(",")
      }
    }

    private mutating func word(_ word: String) throws(Problem) {
      for character in word.unicodeScalars { try take(character) }
    }

    private mutating func string() throws(Problem) {
      try take("\"")
      while let byte = next {
        switch byte {
        case UInt8(ascii: "\""): return index += 1
        case 0..<0x20: throw Problem()
        case UInt8(ascii: "\\"):
          index += 1
          guard let escape = next else { throw Problem() }
          guard "\"\\/bfnrtu".utf8.contains(escape) else { throw Problem() }
          index += 1
          guard escape == UInt8(ascii: "u") else { continue }
          for _ in 0..<4 {
            guard let digit = next, "0123456789abcdefABCDEF".utf8.contains(digit) else { throw Problem() }
            index += 1
          }
        default: index += 1
        }
      }
      throw Problem()
    }

    private mutating func number() throws(Problem) {
      if next == UInt8(ascii: "-") { index += 1 }
      if next == UInt8(ascii: "0") { index += 1 } else { try digits() }
      if next == UInt8(ascii: ".") {
        index += 1
        try digits()
      }
      guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return }
      index += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
      try digits()
    }

    private mutating func digits() throws(Problem) {
      let first = index
      while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
      if index == first { throw Problem() }
    }
  }

  /// Checks a text.
  init(_ text: String) {
    var scanner = Scanner(bytes: Array(text.utf8))
    do throws(Problem) {
      try scanner.value(depth: JSONSyntax.depth)
      errorOffset = scanner.index == scanner.bytes.count ? nil : scanner.index
    } catch {
      errorOffset = scanner.index
    }
    isTruncated = errorOffset == scanner.bytes.count
  }
}
