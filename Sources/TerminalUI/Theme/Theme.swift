/// Theme of the screen: a style for each ``Role`` and two palettes.
///
/// Themes are TOML files (``init(toml:file:)``). The themes in ``builtIn`` are compiled in.
package struct Theme: Hashable, Sendable {
  /// Name that selects the theme.
  package let name: String
  /// Description in one line.
  package let description: String
  /// Whether no style has a colour. The parts of a bar then need different glyphs.
  package let isMonochrome: Bool
  /// Palette for the parts of the byte ledger, at least ``ledgerCount`` styles.
  package let ledger: [Style]
  /// Palette for page orders from 0, at least ``orderCount`` styles.
  package let orders: [Style]
  /// Greatest number of colours to show the theme with: ``ColorDepth/sixteen`` for a theme of the colours that the user
  /// configures in the terminal.
  package let maximumDepth: ColorDepth
  /// Palettes that replace ``ledger`` and ``orders`` on a terminal with sixteen colours; nil if those are used there too.
  let ledgerOf16, ordersOf16: [Style]?
  private let styles: [Role: Style]

  /// Minimum number of styles in ``ledger``.
  package static let ledgerCount = 10
  /// Minimum number of styles in ``orders``.
  package static let orderCount = 11

  init(
    name: String, description: String, styles: [Role: Style], ledger: [Style], orders: [Style],
    ledgerOf16: [Style]? = nil, ordersOf16: [Style]? = nil, maximumDepth: ColorDepth = .trueColor
  ) {
    self.name = name
    self.description = description
    self.styles = styles
    self.ledger = ledger
    self.orders = orders
    self.maximumDepth = maximumDepth
    (self.ledgerOf16, self.ordersOf16) = (ledgerOf16, ordersOf16)
    isMonochrome = (ledger + orders + Array(styles.values)).allSatisfy { $0.isColorless }
  }

  /// Style for a role; the style for ``Role/text`` if the theme does not define one.
  package subscript(role: Role) -> Style { styles[role] ?? styles[.text] ?? .plain }

  /// Returns the theme adapted to the colours of a terminal.
  ///
  /// At ``ColorDepth/none`` the styles lose their colours and gain the attributes of the same style in ``monochrome``,
  /// so that styles that differ only in colour, such as that of the selected row, stay distinguishable. At
  /// ``ColorDepth/sixteen`` the theme's palettes for sixteen colours replace the others, because the nearest colours of
  /// two parts may be equal. The backend selects the nearest colours of all other styles.
  package func adapted(to depth: ColorDepth) -> Theme {
    if depth == .sixteen {
      return Theme(
        name: name, description: description, styles: styles, ledger: ledgerOf16 ?? ledger,
        orders: ordersOf16 ?? orders, ledgerOf16: ledgerOf16, ordersOf16: ordersOf16, maximumDepth: maximumDepth)
    }
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
      orders: orders.enumerated().map { strip($1, fallback.orders[$0 % fallback.orders.count]) },
      maximumDepth: maximumDepth)
  }
}

extension Style {
  /// Whether both colours are the terminal's default colours.
  fileprivate var isColorless: Bool {
    (foreground ?? .terminalDefault) == .terminalDefault && (background ?? .terminalDefault) == .terminalDefault
  }
}
