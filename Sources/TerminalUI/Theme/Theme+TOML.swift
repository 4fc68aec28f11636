import TOML
import TextOutput

extension Theme {
  /// Parses a theme from TOML.
  ///
  /// ```toml
  /// name = "midnight"
  /// description = "Muted colours on a dark blue background."
  /// colors = 16         # optional: the colours are those of xterm's palette of 16, and the terminal's palette is used
  ///
  /// [styles]            # raw values of Theme.Role; the style `text` replaces missing styles
  /// text = { foreground = "#d8dee9", background = "default" }
  /// title = { foreground = "#ffffff", attributes = ["bold"] }   # bold, dim, reverse, underline
  /// dim = "#7b8494"     # same as { foreground = "#7b8494" }
  ///
  /// [palettes]          # arrays of styles
  /// ledger = ["#88c0d0", ...]   # at least 10
  /// orders = ["#8fbcbb", ...]   # at least 11
  /// ledger-16 = [...]           # optional: replace the palettes on terminals with sixteen colours
  /// orders-16 = [...]
  /// ```
  ///
  /// - Parameters:
  ///   - toml: Contents of the file.
  ///   - file: Name of the file, for error messages.
  /// - Throws: ``ThemeError`` with the file and line; for an unknown key it suggests the most similar known key.
  package init(toml: String, file: String) throws(ThemeError) {
    var reader = try ThemeReader(toml: toml, file: file)
    self = try reader.theme()
  }
}

/// Parser of a theme file. It tracks the current table and key for error messages.
private struct ThemeReader {
  let file: String
  /// Root table of the file.
  let top: TOMLTable
  /// Table that is being read.
  var current: TOMLTable
  /// Key that is being read; empty before the first key of a table.
  var key = ""

  init(toml: String, file: String) throws(ThemeError) {
    self.file = file
    do {
      top = try TOMLTable(parsing: toml)
    } catch {
      throw ThemeError(file: file, line: error.line, problem: "not TOML: \(error.problem)")
    }
    current = top
  }

  mutating func theme() throws(ThemeError) -> Theme {
    try checkKeys(of: top, known: ["name", "description", "colors", "styles", "palettes"], kind: "key")
    let name = try string(top, "name")
    let description = try string(top, "description")
    let maximumDepth = try maximumDepth(top)
    let styles = try styles(try table(top, "styles"))
    let palettes = try table(top, "palettes")
    try checkKeys(of: palettes, known: ["ledger", "orders", "ledger-16", "orders-16"], kind: "palette")
    return Theme(
      name: name, description: description, styles: styles,
      ledger: try palette(palettes, "ledger", atLeast: Theme.ledgerCount),
      orders: try palette(palettes, "orders", atLeast: Theme.orderCount),
      ledgerOf16: try optionalPalette(palettes, "ledger-16", atLeast: Theme.ledgerCount),
      ordersOf16: try optionalPalette(palettes, "orders-16", atLeast: Theme.orderCount), maximumDepth: maximumDepth)
  }

  private mutating func maximumDepth(_ table: TOMLTable) throws(ThemeError) -> ColorDepth {
    guard let value = table["colors"] else { return .trueColor }
    key = "colors"
    guard value.integer == 16 else { throw error("'colors' is not 16: leave it out if the theme has more colours") }
    return .sixteen
  }

  private mutating func styles(_ table: TOMLTable) throws(ThemeError) -> [Theme.Role: Style] {
    try checkKeys(of: table, known: Theme.Role.allCases.map(\.rawValue), kind: "style")
    var styles: [Theme.Role: Style] = [:]
    for role in Theme.Role.allCases {
      guard let value = table[role.rawValue] else { continue }
      key = role.rawValue
      styles[role] = try style(value)
    }
    key = ""
    guard styles[.text] != nil else {
      throw error("style 'text' is missing; it is required because it replaces missing styles")
    }
    return styles
  }

  private mutating func optionalPalette(
    _ table: TOMLTable, _ name: String, atLeast count: Int
  ) throws(ThemeError) -> [Style]? {
    table[name] == nil ? nil : try palette(table, name, atLeast: count)
  }

  private mutating func palette(
    _ table: TOMLTable, _ name: String, atLeast count: Int
  ) throws(ThemeError) -> [Style] {
    key = name
    guard let array = table[name]?.array else {
      throw error("palette '\(name)' is missing or is not an array of styles")
    }
    guard array.count >= count else {
      throw error("palette '\(name)' has \(array.count) styles, expected at least \(count)")
    }
    var styles: [Style] = []
    for index in 0..<array.count { styles.append(try style(array[index])) }
    return styles
  }

  private func style(_ value: TOMLValue) throws(ThemeError) -> Style {
    if let foreground = value.string { return Style(foreground: try color(foreground)) }
    guard let table = value.table else {
      throw error("'\(key)' is neither a colour nor a table: write \"#rrggbb\" or { foreground = \"#rrggbb\" }")
    }
    try checkKeys(of: table, known: ["foreground", "background", "attributes"], kind: "key", in: key)
    return Style(
      foreground: try color(table, "foreground"), background: try color(table, "background"),
      attributes: try attributes(table))
  }

  private func color(_ table: TOMLTable, _ key: String) throws(ThemeError) -> Color? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else {
      throw error("\(key) of '\(self.key)' is not a string: write \"#rrggbb\" or \"default\"")
    }
    return try color(text)
  }

  private func color(_ text: String) throws(ThemeError) -> Color {
    guard let color = Color(text) else {
      throw error("'\(text)' in '\(key)' is not a colour: write #rrggbb or default")
    }
    return color
  }

  private func attributes(_ table: TOMLTable) throws(ThemeError) -> Style.Attributes {
    guard let value = table["attributes"] else { return [] }
    guard let array = value.array else { throw error("attributes of '\(key)' is not an array: write [\"bold\"]") }
    let known: [(String, Style.Attributes)] = [
      ("bold", .bold), ("dim", .dim), ("reverse", .reverse), ("underline", .underline),
    ]
    var attributes: Style.Attributes = []
    for index in 0..<array.count {
      let name = array[index].string ?? ""
      guard let attribute = known.first(where: { $0.0 == name })?.1 else {
        throw error(
          "unknown attribute '\(name)' in '\(key)'\(EditDistance.suggestion(for: name, among: known.map(\.0)))")
      }
      attributes.formUnion(attribute)
    }
    return attributes
  }
}

extension ThemeReader {
  private mutating func table(_ parent: TOMLTable, _ name: String) throws(ThemeError) -> TOMLTable {
    (current, key) = (parent, name)
    guard let table = parent[name]?.table else { throw error("table [\(name)] is missing") }
    (current, key) = (table, "")
    return table
  }

  private mutating func string(_ table: TOMLTable, _ name: String) throws(ThemeError) -> String {
    key = name
    guard let text = table[name]?.string else { throw error("'\(name)' is missing or is not a string") }
    return text
  }

  private func checkKeys(
    of table: TOMLTable, known: [String], kind: String, in parent: String? = nil
  ) throws(ThemeError) {
    guard let unknown = table.keys.first(where: { !known.contains($0) }) else { return }
    let place = parent.map { " in '\($0)'" } ?? ""
    let problem = "unknown \(kind) '\(unknown)'\(place)\(EditDistance.suggestion(for: unknown, among: known))"
    throw error(problem, at: parent ?? unknown)
  }

  private func error(_ problem: String, at key: String? = nil) -> ThemeError {
    ThemeError(file: file, line: current.line(of: key ?? self.key), problem: problem)
  }
}
