/// First number of a JSON text that is not a whole number of 64 bits.
struct UnusualNumber {
  /// Key of the number, or of the array that it is in.
  private(set) var key = ""
  /// Digits of the number.
  private(set) var text = ""
  /// Number of the line, from 1.
  private(set) var line = 1

  /// Finds the number; nil if there is none.
  /// - Parameters:
  ///   - json: Valid JSON.
  ///   - fractionalKeys: Keys of numbers that need not be whole.
  init?(in json: String, fractionalKeys: Set<String>) {
    var rest = Array(json.utf8)[...]
    while let first = rest.first {
      switch first {
      case UInt8(ascii: "\""):
        let string = UnusualNumber.takeString(from: &rest)
        if rest.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: ":") { key = string }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digits = rest.prefix { "+-.eE0123456789".utf8.contains($0) }
        rest = rest.dropFirst(digits.count)
        text = String(decoding: digits, as: UTF8.self)
        let isFraction = text.contains { ".eE".contains($0) }
        if isFraction ? !fractionalKeys.contains(key) : Int(text) == nil { return }
      default:
        if first == UInt8(ascii: "\n") { line += 1 }
        rest = rest.dropFirst()
      }
    }
    return nil
  }

  /// Removes a string in quotation marks, and returns it without them.
  private static func takeString(from rest: inout ArraySlice<UInt8>) -> String {
    rest = rest.dropFirst()
    var end = rest.startIndex
    while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") { end += rest[end] == UInt8(ascii: "\\") ? 2 : 1 }
    let string = rest[..<min(end, rest.endIndex)]
    rest = rest[min(end + 1, rest.endIndex)...]
    return String(decoding: string, as: UTF8.self)
  }
}
