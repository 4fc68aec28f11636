import TextOutput

/// Matchers of labels that choose the series of a fleet: `job="slabscope",instance=~"web.*"`.
package struct SeriesSelector: Sendable, Hashable {
  private let matchers: [String]

  /// Reads matchers, in braces or without.
  /// - Throws: `PrometheusError.selector`. What the matchers themselves mean is checked by the server.
  package init(_ text: String = "") throws(PrometheusError) {
    var text = text.trimmed
    if text.hasPrefix("{"), text.hasSuffix("}") { text = text.dropFirst().dropLast().trimmed }
    if text.hasSuffix(",") { text = text.dropLast().trimmed }
    // Characters outside of quotes must not end the selector and begin another expression.
    var (quote, isEscaped) = (Character?.none, false)
    for character in text {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if character == "\\", open != "`" {
          isEscaped = true
        } else if character == open {
          quote = nil
        }
      } else if "\"'`".contains(character) {
        quote = character
      } else if "{}()[]".contains(character) {
        throw .selector(
          "expected matchers of labels such as job=\"slabscope\",instance=~\"web.*\", found '\(character)' outside of quotes"
        )
      }
    }
    guard quote == nil else { throw .selector("expected a closing quote in '\(text)'") }
    guard text.isEmpty || text.contains("=") || text.contains("!~") else {
      throw .selector("expected matchers of labels such as job=\"slabscope\", found '\(text)'")
    }
    matchers = text.isEmpty ? [] : [String(text)]
  }

  private init(matchers: [String]) { self.matchers = matchers }

  /// Returns the selector with a further matcher for a label of exactly one value.
  package func adding(_ label: String, equals value: String) -> SeriesSelector {
    SeriesSelector(matchers: matchers + ["\(label)=\(SeriesSelector.quoted(value))"])
  }

  /// Returns the selector with a further matcher in PromQL.
  func adding(_ matcher: String) -> SeriesSelector { SeriesSelector(matchers: matchers + [matcher]) }

  /// Returns the series of a metric with these labels.
  package func of(_ metric: String) -> String { metric + (matchers.isEmpty ? "" : text) }

  /// The matchers in braces.
  package var text: String { "{\(matchers.joined(separator: ","))}" }

  /// Returns a string literal of PromQL.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
