import Foundation

/// Error of the JSON decoder as a sentence.
struct JSONProblem: CustomStringConvertible {
  /// Number of the line, from 1; nil if it is not known.
  let line: Int?
  let description: String

  init(_ error: any Error, _ text: String) {
    var (line, description): (Int?, String) = (nil, "expected a JSON object of slabscope snapshot: \(error)")
    if let error = error as? DecodingError {
      switch error {
      case .keyNotFound(let key, let context):
        description = "expected the key \"\(key.stringValue)\"\(Self.place(context)) in the JSON of slabscope snapshot"
      case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
        description = "expected \(Self.name(of: type))\(Self.place(context)), found another value"
      case .dataCorrupted: (line, description) = Self.syntaxProblem(text)
      @unknown default: break
      }
    } else if let error = error as? FigureRangeError {
      description = error.description
    }
    (self.line, self.description) = (line, description)
  }

  /// Returns the line and the description of the first error of syntax. Of the parsers of Foundation, only this one names the place.
  private static func syntaxProblem(_ text: String) -> (line: Int, description: String) {
    var detail = ""
    do { _ = try JSONSerialization.jsonObject(with: Data(text.utf8)) } catch {
      detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
    }
    let offset = detail.split { !$0.isNumber }.last.flatMap { Int($0) }
    let before = text.utf8.prefix(offset ?? text.utf8.count)
    let line = before.count { $0 == UInt8(ascii: "\n") } + (offset == nil && text.hasSuffix("\n") ? 0 : 1)
    let isTruncated = offset == nil
    return (line, "expected valid JSON, found " + (isTruncated ? "the end of the file" : "an invalid value"))
  }

  private static func name(of type: Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
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
