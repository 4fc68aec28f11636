import Telemetry
import TerminalUI
import TextOutput

/// General caches page: the list of gnodes in order, with the requests that each serves, the links that look-ups follow to it, and
/// the times when it was added and retired.
struct GeneralCachesPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Gnode with its name on the screen.
  struct Row: Sendable {
    let node: GeneralCacheSnapshot
    let name: String

    func style(_ theme: Theme) -> Style { node.isInService ? .plain : theme[.dim] }
  }

  /// Columns of the list of gnodes.
  static let columns: [PageColumn<Row>] = [
    PageColumn(
      DefinedColumn(.generalCacheSize, width: 10, alignment: .leading), ascends: true, number: { Double($0.node.size) }
    ) { row, theme, glyphs in
      let isLinked = row.node.highestSetBit == nil
      let arrow = glyphs.isASCII ? "  `> " : "  └▶ "
      return .text(
        (isLinked ? arrow : "") + String(row.node.size),
        isLinked ? theme[row.node.isInService ? .accent : .dim] : row.style(theme))
    },
    PageColumn(
      DefinedColumn(.highestSetBit, width: 3, hidingOrder: 1), ascends: true,
      number: { $0.node.highestSetBit.map(Double.init) }
    ) { row, theme, _ in .text(row.node.highestSetBit.map(String.init) ?? "", theme[.dim]) },
    PageColumn(
      DefinedColumn(.generalCacheName, width: 24, minimumWidth: 13, alignment: .leading, grows: true), text: \.name
    ) { row, theme, _ in .text(row.name, row.style(theme)) },
    PageColumn(DefinedColumn(.served, width: 6), number: { $0.node.served.map(Double.init) }) { row, theme, _ in
      .text(row.node.served.map(NumberFormat.count) ?? "-", row.node.served == 0 ? theme[.dim] : row.style(theme))
    },
    PageColumn(DefinedColumn(.walkSteps, width: 4), number: { $0.node.walkSteps.map(Double.init) }) { row, theme, _ in
      .text(row.node.walkSteps.map(String.init) ?? "-", row.style(theme))
    },
    PageColumn(DefinedColumn(.meanWalkSteps, width: 5), number: \.node.meanWalkSteps) { row, theme, _ in
      .text(row.node.meanWalkSteps.map { String(printf: "%.2f", $0) } ?? "-", row.style(theme))
    },
    PageColumn(
      DefinedColumn(.longestWalkSteps, width: 3), number: { $0.node.longestWalkSteps.map(Double.init) }
    ) { row, theme, _ in .text(row.node.longestWalkSteps.map(String.init) ?? "-", row.style(theme)) },
    PageColumn(DefinedColumn(.retries, width: 7), number: { Double($0.node.retries) }) { row, theme, _ in
      .text(NumberFormat.count(row.node.retries), theme[row.node.retries > 0 ? .warning : .dim])
    },
    PageColumn(DefinedColumn(.addedAt, width: 8), number: { Double($0.node.addedAt) }) { row, theme, _ in
      let addedAt = row.node.addedAt
      return .text(
        addedAt == 0 ? "start" : NumberFormat.time(microseconds: addedAt), theme[addedAt == 0 ? .dim : .good])
    },
    PageColumn(DefinedColumn(.retiredAt, width: 8), number: { $0.node.retiredAt.map(Double.init) }) { row, theme, _ in
      .text(row.node.retiredAt.map { NumberFormat.time(microseconds: $0) } ?? "", theme[.warning])
    },
  ]

  func placedLists(in rect: Rect) -> [PlacedList] {
    guard let nodes = state.snapshot?.generalCaches else { return [] }
    let allocations = Dictionary(
      (state.snapshot?.caches ?? []).compactMap { cache in cache.allocations.map { (cache.name, $0) } },
      uniquingKeysWith: { first, _ in first })
    let table = PageTable(
      id: .generalCaches, columns: GeneralCachesPanel.columns,
      rows: nodes.map { Row(node: $0, name: GeneralCachesPanel.name(of: $0, allocations)) },
      defaultColumn: GeneralCachesPanel.columns[0].title,
      identity: { "\($0.node.size)" }, name: \.name, cache: { $0.node.exportedCache ?? $0.node.cache },
      detail: { .cacheTable($0.node.exportedCache ?? $0.node.cache) })
    let view = ListView(
      list: table.list(state.listState(.generalCaches)), title: summary(nodes),
      footer: "WALK, MEAN, MAX: links that a look-up follows from the power of two below (BIT: its highest set bit)",
      emptyText: "No general caches", isFocused: true, theme: theme, glyphs: glyphs)
    return [PlacedList(view: view, rect: rect)]
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let lists = placedLists(in: rect)
    guard !lists.isEmpty else {
      return canvas.draw(
        "No list of general caches: the linux policy looks sizes up in a table. Y switches to the next policy",
        in: rect.row(rect.height / 2),
        alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    for list in lists { canvas.draw(list.view, in: list.rect) }
  }

  private func summary(_ nodes: [GeneralCacheSnapshot]) -> String {
    let inService = nodes.count { $0.isInService }
    let retries = nodes.reduce(0) { $0 + $1.retries }
    var text = "\(nodes.count) gnodes, \(inService) in service; "
    if let mean = state.snapshot?.meanWalkSteps, let longest = nodes.compactMap(\.longestWalkSteps).max() {
      text += String(printf: "mean walk %.2f links, longest %d; ", mean, longest)
    } else {
      text += "no allocation by size yet; "
    }
    return text + "\(NumberFormat.count(retries)) retries"
  }

  /// Returns the cache of a node; of an exported cache also its name and its allocations by that name.
  private static func name(of node: GeneralCacheSnapshot, _ allocations: [String: Int]) -> String {
    if let exported = node.exportedCache {
      let own = allocations[exported].map { ", by name \(NumberFormat.count($0))" } ?? ""
      return "\(node.cache) = \(exported)\(own)"
    }
    return node.isAlias ? "none: \(node.cache)" : node.cache
  }
}
