import TextOutput

/// Filter of the rows of a list: part of a name, a regular expression, or an expression over figures.
///
///     skb                               names that contain it, ignoring case
///     /^kmalloc-(1k|2k)$/               names that match
///     waste > 1M and order >= 2         figures, with and, or, not and parentheses
///     not name = TCP or use < 50
struct RowQuery<Row> {
  /// Returns whether a row matches; nil if that depends on a figure that is not known.
  typealias Predicate = (Row) -> Bool?
  private let matches: Predicate

  /// Parses a filter.
  /// - Throws: `QueryError`, which names the expected and the found text.
  init(_ text: String, _ fields: QueryFields<Row>) throws(QueryError) {
    let trimmed = text.drop { $0 == " " }
    if trimmed.isEmpty {
      matches = { _ in true }
    } else if trimmed.first == "/" {
      matches = try RowQuery.expression(trimmed, fields)
    } else {
      var parser = RowQueryParser(text, fields)
      // A text without an operator is part of a name, including its spaces.
      matches = parser.isExpression ? try parser.parse() : fields.nameContains(String(text))
    }
  }

  /// Returns whether a row passes the filter. A row does not pass if that depends on a figure that is not known.
  func includes(_ row: Row) -> Bool { matches(row) ?? false }

  /// Returns whether a row passes the filter, or might pass it if the figures were known that are not.
  func mayInclude(_ row: Row) -> Bool { matches(row) ?? true }

  private static func expression(
    _ text: Substring, _ fields: QueryFields<Row>
  ) throws(QueryError) -> Predicate {
    var pattern = String(text.dropFirst())
    if pattern.hasSuffix("/") { pattern.removeLast() }
    guard let regex = try? Regex(pattern) else {
      let start = text.base.distance(from: text.base.startIndex, to: text.startIndex)
      throw QueryError(description: "/\(pattern)/ is not a regular expression", range: start..<start + text.count)
    }
    let name = fields.name
    return { name($0).contains(regex) }
  }
}

/// Fields of a list's rows that a filter can compare.
struct QueryFields<Row> {
  /// Text of a field, which a filter compares with `=`, `!=` and `~`.
  typealias Text = (names: [String], value: (Row) -> String)
  /// Figure of a field; NaN if it is not known, so that no comparison holds.
  typealias Figure = (name: String, value: (Row) -> Double)

  /// Text that part of a name and regular expressions are searched in.
  let name: (Row) -> String
  /// Text fields with all their names, the preferred name first.
  let texts: [Text]
  let figures: [Figure]
  /// Returns the current name of a figure by a former name; other names are returned unchanged.
  var currentName: (String) -> String = { $0 }

  func nameContains(_ part: String) -> (Row) -> Bool? {
    let (part, name) = (part.lowercased(), name)
    return { name($0).lowercased().contains(part) }
  }

  /// Names of all fields, for error messages.
  fileprivate var known: String { (texts.compactMap(\.names.first) + figures.map(\.name)).joined(separator: " ") }
}

/// Error in a filter.
struct QueryError: Error, Hashable {
  let description: String
  /// Part of the filter that is wrong, in characters from its beginning; empty at the place of a missing part.
  let range: Range<Int>
}

/// Recursive descent parser of filters: or, and, not, comparisons.
private struct RowQueryParser<Row> {
  typealias Predicate = RowQuery<Row>.Predicate

  private let fields: QueryFields<Row>
  private let text: String
  private var words: [Substring]
  private var position = 0

  init(_ text: String, _ fields: QueryFields<Row>) {
    (words, self.text, self.fields) = (QueryWords.split(text), text, fields)
  }

  /// Whether the text contains a comparison.
  var isExpression: Bool { words.contains { QueryWords.operators.contains(String($0)) } }

  mutating func parse() throws(QueryError) -> Predicate {
    let all = try alternatives()
    guard position == words.count else { throw expected("and, or, or the end", before: words[position]) }
    return all
  }

  private mutating func alternatives() throws(QueryError) -> Predicate {
    var left = try conjunction()
    while take("or") {
      let (first, second) = (left, try conjunction())
      left = { row in
        switch (first(row), second(row)) {
        case (true, _), (_, true): true
        case (false, false): false
        default: nil
        }
      }
    }
    return left
  }

  private mutating func conjunction() throws(QueryError) -> Predicate {
    var left = try term()
    while take("and") {
      let (first, second) = (left, try term())
      left = { row in
        switch (first(row), second(row)) {
        case (false, _), (_, false): false
        case (true, true): true
        default: nil
        }
      }
    }
    return left
  }

  private mutating func term() throws(QueryError) -> Predicate {
    if take("not") {
      let inner = try term()
      return { inner($0).map { !$0 } }
    }
    if take("(") {
      let inner = try alternatives()
      guard take(")") else { throw expected(")", before: next) }
      return inner
    }
    guard let field = next else { throw expected("a field: \(fields.known)", before: nil) }
    position += 1
    guard let sign = next, QueryWords.operators.contains(String(sign)) else {
      return fields.nameContains(String(field))
    }
    position += 1
    guard let value = next else { throw expected("a value after \(sign)", before: nil) }
    position += 1
    return try comparison(field, sign, value)
  }

  private func comparison(
    _ word: Substring, _ sign: Substring, _ value: Substring
  ) throws(QueryError) -> Predicate {
    let field = word.lowercased()
    if let text = fields.texts.first(where: { $0.names.contains(field) }) {
      return try textComparison(text, sign, value)
    }
    let name = fields.currentName(field)
    guard let figure = fields.figures.first(where: { $0.name == name })?.value else {
      let names = fields.known.split(separator: " ").map(String.init)
      let nearest = EditDistance.nearest(to: field, among: names).map { ", did you mean '\($0)'?" }
      throw QueryError(
        description: "unknown field '\(field)'" + (nearest ?? "")
          + (nearest == nil ? ", expected one of: \(fields.known)" : ""),
        range: range(of: word))
    }
    guard let number = QueryWords.number(value) else {
      throw expected("a number, e.g. 50, 4K, 1M", before: value)
    }
    let holds: (Double, Double) -> Bool
    switch sign {
    case ">": holds = { $0 > $1 }
    case ">=": holds = { $0 >= $1 }
    case "<": holds = { $0 < $1 }
    case "<=": holds = { $0 <= $1 }
    case "=": holds = { $0 == $1 }
    case "!=": holds = { $0 != $1 }
    default: throw expected("> < = >= <= or !=", before: sign)
    }
    return { row in
      let value = figure(row)
      return value.isNaN ? nil : holds(value, number)
    }
  }

  private func textComparison(
    _ field: QueryFields<Row>.Text, _ sign: Substring, _ word: Substring
  ) throws(QueryError) -> Predicate {
    let (text, value) = (field.value, String(word))
    switch sign {
    case "=": return { text($0) == value }
    case "!=": return { text($0) != value }
    case "~":
      guard let regex = try? Regex(value) else {
        throw QueryError(description: "\(value) is not a regular expression", range: range(of: word))
      }
      return { text($0).contains(regex) }
    default: throw expected("= != or ~ after \(field.names[0])", before: sign)
    }
  }

  private var next: Substring? { position < words.count ? words[position] : nil }

  private mutating func take(_ word: String) -> Bool {
    guard let next, next.lowercased() == word else { return false }
    position += 1
    return true
  }

  private func expected(_ what: String, before word: Substring?) -> QueryError {
    QueryError(
      description: "expected \(what)" + (word.map { " before '\($0)'" } ?? " at the end"),
      range: word.map(range) ?? text.count..<text.count)
  }

  /// Returns the position of a word in the filter.
  private func range(of word: Substring) -> Range<Int> {
    let start = text.distance(from: text.startIndex, to: word.startIndex)
    return start..<start + word.count
  }
}

/// Lexical rules of filters.
private enum QueryWords {
  static let operators = [">=", "<=", "!=", ">", "<", "=", "~"]

  /// Parses a number with an optional unit: 50, 50%, 4K, 1.5M, or a time in microseconds: 20us, 5ms, 2s; nil if the text is not a
  /// number.
  static func number(_ text: Substring) -> Double? {
    if let number = Double(text) { return number }
    let units: [(String, Double)] = [
      ("us", 1), ("ms", 1000), ("s", 1e6), ("%", 1), ("k", 1024), ("m", 1_048_576), ("g", 1_073_741_824),
    ]
    let lower = text.lowercased()
    guard let unit = units.first(where: { lower.hasSuffix($0.0) }) else { return nil }
    return Double(lower.dropLast(unit.0.count)).map { $0 * unit.1 }
  }

  /// Splits a text into words, operators and parentheses; spaces between them are optional.
  static func split(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      if first == " " {
        rest = rest.dropFirst()
      } else if let sign = operators.first(where: { rest.hasPrefix($0) }) {
        words.append(rest.prefix(sign.count))
        rest = rest.dropFirst(sign.count)
      } else if first == "(" || first == ")" {
        words.append(rest.prefix(1))
        rest = rest.dropFirst()
      } else {
        let word = rest.prefix { $0 != " " && !"()<>=!~".contains($0) }
        words.append(word.isEmpty ? rest.prefix(1) : word)
        rest = rest.dropFirst(max(1, word.count))
      }
    }
    return words
  }
}
