/// Error of the JSON decoder as a sentence.
package struct JSONProblem: CustomStringConvertible {
  /// Number of the line, from 1; nil if it is not known.
  package let line: Int?
  /// What was expected, and what was found.
  package let description: String

  /// Describes an error.
  /// - Parameters:
  ///   - error: Error that the decoder threw.
  ///   - text: Text that was decoded.
  ///   - kind: Kind of the text with its article: "the JSON of slabscope snapshot".
  ///   - fractionalKeys: Keys of numbers that need not be whole.
  package init(_ error: any Error, in text: String, kind: String, fractionalKeys: Set<String> = []) {
    var (line, description): (Int?, String) = (nil, "expected \(kind): \(error)")
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      description = "expected the key \"\(key.stringValue)\"\(Self.place(context)) in \(kind)"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      description = "expected \(Self.name(of: type))\(Self.place(context)), found another value"
    case .dataCorrupted:
      // The decoder does not name the number that is not whole or too large.
      if JSONSyntax(text).errorOffset == nil, let number = UnusualNumber(in: text, fractionalKeys: fractionalKeys) {
        line = number.line
        description = "expected a whole number of at most 64 bits at \(number.key), found \(number.text)"
      } else {
        (line, description) = Self.syntaxProblem(text)
      }
    default: break
    }
    (self.line, self.description) = (line, description)
  }

  /// Returns the line and the description of the first error of syntax.
  private static func syntaxProblem(_ text: String) -> (line: Int, description: String) {
    let syntax = JSONSyntax(text)
    let before = text.utf8.prefix(syntax.errorOffset ?? text.utf8.count)
    let line = before.count { $0 == UInt8(ascii: "\n") } + (syntax.isTruncated && text.hasSuffix("\n") ? 0 : 1)
    return (line, "expected valid JSON, found " + (syntax.isTruncated ? "the end of the file" : "an invalid value"))
  }

  private static func name(of type: Any.Type) -> String {
    switch type {
    case is Int.Type, is Int32.Type: "a whole number"
    case is Double.Type: "a number"
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is [Int].Type: "an array of whole numbers"
    default: "an object or an array"
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
    return path.isEmpty ? "" : " at \(path.trimmingPrefix("."))"
  }
}
