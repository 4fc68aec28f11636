import Telemetry

/// Filter of the cache table: part of a name, a regular expression, or an expression over figures.
///
///     skb                               names that contain it, ignoring case
///     /^kmalloc-(1k|2k)$/               names that match
///     waste > 1M and order >= 2         figures, with and, or, not and parentheses
///     not name = TCP or use < 50
struct CacheQuery {
  typealias Predicate = (CacheSnapshot, CacheRates) -> Bool
  private let matches: Predicate

  /// Figure that a filter can compare: its name and a function that returns its value.
  typealias Field = (name: String, value: @Sendable (CacheSnapshot, CacheRates) -> Double)

  /// Figures of the sortable columns, and two that have no column.
  static let fields: [Field] = {
    let columns = CacheColumn.allCases.filter { $0.isSortable && $0 != .name }
    var fields: [Field] = columns.map { column in (column.rawValue, { column.value(of: $0, $1) }) }
    fields.append(("total", { cache, _ in Double(cache.totalObjects) }))
    fields.append(("order", { cache, _ in Double(cache.slabsByOrder.lastIndex { $0 > 0 } ?? 0) }))
    return fields
  }()

  /// Parses a filter.
  /// - Throws: `CacheQueryError`, which names the expected and the found text.
  init(_ text: String) throws(CacheQueryError) {
    let trimmed = text.drop { $0 == " " }
    if trimmed.isEmpty {
      matches = { _, _ in true }
    } else if trimmed.first == "/" {
      matches = try CacheQuery.expression(trimmed)
    } else {
      var parser = CacheQueryParser(text)
      // A text without an operator is part of a name, including its spaces.
      matches = parser.isExpression ? try parser.parse() : CacheQuery.nameContains(String(text))
    }
  }

  /// Returns whether a cache passes the filter.
  func includes(_ cache: CacheSnapshot, _ cacheRates: CacheRates) -> Bool { matches(cache, cacheRates) }

  static func nameContains(_ part: String) -> Predicate {
    let part = part.lowercased()
    return { cache, _ in cache.name.lowercased().contains(part) }
  }

  private static func expression(_ text: Substring) throws(CacheQueryError) -> Predicate {
    var pattern = String(text.dropFirst())
    if pattern.hasSuffix("/") { pattern.removeLast() }
    guard let regex = try? Regex(pattern) else {
      throw CacheQueryError(description: "/\(pattern)/ is not a regular expression")
    }
    return { cache, _ in cache.name.contains(regex) }
  }
}

/// Error in a filter.
struct CacheQueryError: Error, Hashable {
  let description: String
}

/// Recursive descent parser of filters: or, and, not, comparisons.
private struct CacheQueryParser {
  typealias Predicate = CacheQuery.Predicate

  private var words: [Substring]
  private var position = 0

  init(_ text: String) { words = CacheQueryParser.split(text) }

  /// Whether the text contains a comparison.
  var isExpression: Bool { words.contains { CacheQueryParser.operators.contains(String($0)) } }

  private static let operators = [">=", "<=", "!=", ">", "<", "=", "~"]

  mutating func parse() throws(CacheQueryError) -> Predicate {
    let all = try alternatives()
    guard position == words.count else { throw expected("and, or, or the end", before: words[position]) }
    return all
  }

  private mutating func alternatives() throws(CacheQueryError) -> Predicate {
    var left = try conjunction()
    while take("or") {
      let (first, second) = (left, try conjunction())
      left = { first($0, $1) || second($0, $1) }
    }
    return left
  }

  private mutating func conjunction() throws(CacheQueryError) -> Predicate {
    var left = try term()
    while take("and") {
      let (first, second) = (left, try term())
      left = { first($0, $1) && second($0, $1) }
    }
    return left
  }

  private mutating func term() throws(CacheQueryError) -> Predicate {
    if take("not") {
      let inner = try term()
      return { !inner($0, $1) }
    }
    if take("(") {
      let inner = try alternatives()
      guard take(")") else { throw expected(")", before: next) }
      return inner
    }
    guard let field = next else { throw expected("a field: \(CacheQueryParser.known)", before: nil) }
    position += 1
    guard let sign = next, CacheQueryParser.operators.contains(String(sign)) else {
      return CacheQuery.nameContains(String(field))
    }
    position += 1
    guard let value = next else { throw expected("a value after \(sign)", before: nil) }
    position += 1
    return try comparison(field.lowercased(), String(sign), value)
  }

  private func comparison(
    _ field: String, _ sign: String, _ value: Substring
  ) throws(CacheQueryError) -> Predicate {
    if field == "name" || field == "cache" { return try nameComparison(sign, String(value)) }
    let name = CacheColumn(named: field)?.rawValue ?? field
    guard let figure = CacheQuery.fields.first(where: { $0.name == name })?.value else {
      throw CacheQueryError(description: "unknown field '\(field)', expected one of: \(CacheQueryParser.known)")
    }
    guard let number = CacheQueryParser.number(value) else {
      throw expected("a number, e.g. 50, 4K, 1M", before: value)
    }
    switch sign {
    case ">": return { figure($0, $1) > number }
    case ">=": return { figure($0, $1) >= number }
    case "<": return { figure($0, $1) < number }
    case "<=": return { figure($0, $1) <= number }
    case "=": return { figure($0, $1) == number }
    case "!=": return { figure($0, $1) != number }
    default: throw expected("> < = >= <= or !=", before: Substring(sign))
    }
  }

  private func nameComparison(_ sign: String, _ value: String) throws(CacheQueryError) -> Predicate {
    switch sign {
    case "=": return { cache, _ in cache.name == value }
    case "!=": return { cache, _ in cache.name != value }
    case "~":
      guard let regex = try? Regex(value) else {
        throw CacheQueryError(description: "\(value) is not a regular expression")
      }
      return { cache, _ in cache.name.contains(regex) }
    default: throw expected("= != or ~ after name", before: Substring(sign))
    }
  }

  private var next: Substring? { position < words.count ? words[position] : nil }

  private mutating func take(_ word: String) -> Bool {
    guard let next, next.lowercased() == word else { return false }
    position += 1
    return true
  }

  private func expected(_ what: String, before word: Substring?) -> CacheQueryError {
    CacheQueryError(description: "expected \(what)" + (word.map { " before '\($0)'" } ?? " at the end"))
  }

  private static var known: String { (["name"] + CacheQuery.fields.map(\.name)).joined(separator: " ") }

  /// Parses a number with an optional unit: 50, 50%, 4K, 1.5M; nil if the text is not a number.
  private static func number(_ text: Substring) -> Double? {
    guard let last = text.last else { return nil }
    let units: [Character: Double] = ["%": 1, "K": 1024, "M": 1_048_576, "G": 1_073_741_824]
    guard let unit = units[Character(last.uppercased())] else { return Double(text) }
    return Double(text.dropLast()).map { $0 * unit }
  }

  /// Splits a text into words, operators and parentheses; spaces between them are optional.
  private static func split(_ text: String) -> [Substring] {
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
