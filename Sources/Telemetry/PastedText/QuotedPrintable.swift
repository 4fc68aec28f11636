/// Transfer encoding of mail (RFC 2045), in which raw messages of mailing lists are stored.
enum QuotedPrintable {
  /// Returns the decoded text; the same text if it is not encoded.
  static func decoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard isEncoded(bytes) else { return text }
    var (decoded, index): ([UInt8], Int) = ([], 0)
    while index < bytes.count {
      if bytes[index] == equals, let end = lineEnd(bytes, after: index) {
        index = end
      } else if bytes[index] == equals, index + 2 < bytes.count, let high = digit(bytes[index + 1]),
        let low = digit(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static let equals = UInt8(ascii: "=")

  /// Returns whether the text has the codes of an equals sign or of a no-break space.
  private static func isEncoded(_ bytes: [UInt8]) -> Bool {
    let codes = ["=3D", "=C2=A0", "=20"].map { Array($0.utf8) }
    return bytes.indices.contains { index in
      bytes[index] == equals && codes.contains { bytes[index...].starts(with: $0) }
    }
  }

  /// Returns the index after a soft line break, which is an equals sign at the end of a line; nil if there is none.
  private static func lineEnd(_ bytes: [UInt8], after index: Int) -> Int? {
    let rest = bytes[(index + 1)...]
    if rest.first == UInt8(ascii: "\n") { return index + 2 }
    return rest.starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]) ? index + 3 : nil
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
