/// What everything on the screen looks like: a style for each role, and palettes for things there are several of.
///
/// Themes are TOML files (``init(toml:file:)``); those in ``builtIn`` are part of the program.
public struct Theme: Hashable, Sendable {
  /// What the user calls it.
  public let name: String
  /// One line on what it is for.
  public let description: String
  /// Whether the theme does without colours, so that parts of a bar have to be told apart by their glyphs.
  public let isMonochrome: Bool
  /// A style for each part of a whole, ``ledgerSize`` of them or more.
  public let ledger: [Style]
  /// A style for each page order from 0, ``orderCount`` of them or more.
  public let orders: [Style]
  private let styles: [Role: Style]

  /// How many styles ``ledger`` has at least.
  public static let ledgerSize = 10
  /// How many styles ``orders`` has at least.
  public static let orderCount = 11

  init(name: String, description: String, styles: [Role: Style], ledger: [Style], orders: [Style]) {
    self.name = name
    self.description = description
    self.styles = styles
    self.ledger = ledger
    self.orders = orders
    isMonochrome = (ledger + orders + Array(styles.values)).allSatisfy { $0.isColorless }
  }

  /// The style of a role.
  public subscript(role: Role) -> Style { styles[role] ?? styles[.text] ?? .plain }

  /// The theme as a terminal of so many colours can show it.
  ///
  /// At ``ColorDepth/none`` every style loses its colours and gains the attributes that the built-in monochrome theme has in
  /// its place, so that what only a colour set apart (the selected row, say) remains apart. At the other depths the theme is
  /// itself: the backend finds the nearest colours.
  public func adapted(to depth: ColorDepth) -> Theme {
    guard depth == .none, !isMonochrome else { return self }
    let fallback = Theme.monochrome
    func strip(_ style: Style, _ monochrome: Style) -> Style {
      Style(attributes: style.attributes.union(monochrome.attributes))
    }
    var stripped: [Role: Style] = [:]
    for role in Role.allCases { stripped[role] = strip(self[role], fallback[role]) }
    return Theme(
      name: name, description: description, styles: stripped,
      ledger: ledger.enumerated().map { strip($1, fallback.ledger[$0 % fallback.ledger.count]) },
      orders: orders.enumerated().map { strip($1, fallback.orders[$0 % fallback.orders.count]) })
  }
}

extension Style {
  /// Whether the style asks for no colour but the terminal's own.
  fileprivate var isColorless: Bool {
    (foreground ?? .terminalDefault) == .terminalDefault && (background ?? .terminalDefault) == .terminalDefault
  }
}
