import Foundation
import Telemetry
import TerminalUI

/// General caches page: the list of gnodes in order, with the requests that each serves, the links that look-ups follow to it, and
/// the times when it was added and retired.
struct GeneralCachesPanel: Widget {
  let snapshot: Snapshot?
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the table of gnodes.
  static let columns = [
    DefinedColumn(.generalCacheSize, width: 10, alignment: .leading),
    DefinedColumn(.highestSetBit, width: 3, hidingOrder: 1),
    DefinedColumn(.generalCacheName, width: 24, minimumWidth: 13, alignment: .leading, grows: true),
    DefinedColumn(.served, width: 6), DefinedColumn(.walkSteps, width: 4), DefinedColumn(.meanWalkSteps, width: 5),
    DefinedColumn(.longestWalkSteps, width: 3), DefinedColumn(.retries, width: 7), DefinedColumn(.addedAt, width: 8),
    DefinedColumn(.retiredAt, width: 8),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let nodes = snapshot?.generalCaches else {
      return canvas.draw(
        "No list of general caches: the linux policy looks sizes up in a table. Y switches to the next policy",
        in: rect.row(rect.height / 2),
        alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let room = max(0, rect.height - 3)
    let shown = GeneralCachesPanel.shown(nodes, room: room)
    let lines = [summary(nodes), explanation(leftOut: nodes.count - shown.count)]
    for (row, line) in lines.enumerated() {
      canvas.draw(
        " " + line, in: rect.row(row), alignment: .leading, style: theme[row == 0 ? .accent : .dim],
        ellipsis: glyphs.ellipsis)
    }
    canvas.draw(
      table(shown), in: Rect(x: rect.minX, y: rect.minY + 2, width: rect.width, height: max(0, rect.height - 2)))
  }

  /// Returns the nodes that fit into a number of rows: first those that served most, then those added or retired during the run.
  static func shown(_ nodes: [GeneralCacheSnapshot], room: Int) -> [GeneralCacheSnapshot] {
    guard nodes.count > room else { return nodes }
    let byInterest = nodes.indices.sorted {
      (interest(nodes[$0]), nodes[$0].served ?? 0, $1) > (interest(nodes[$1]), nodes[$1].served ?? 0, $0)
    }
    return byInterest.prefix(room).sorted().map { nodes[$0] }
  }

  private static func interest(_ node: GeneralCacheSnapshot) -> Int {
    node.served.map { $0 > 0 } ?? true
      ? 2 : node.retiredAt != nil || node.addedAt > 0 || node.exportedCache != nil ? 1 : 0
  }

  private func summary(_ nodes: [GeneralCacheSnapshot]) -> String {
    let inService = nodes.count { $0.isInService }
    let retries = nodes.reduce(0) { $0 + $1.retries }
    var text = "\(nodes.count) gnodes, \(inService) in service; "
    if let mean = snapshot?.meanWalkSteps, let longest = nodes.compactMap(\.longestWalkSteps).max() {
      text += String(format: "mean walk %.2f links, longest %d; ", mean, longest)
    } else {
      text += "no allocation by size yet; "
    }
    return text + "\(NumberFormat.count(retries)) retries"
  }

  private func explanation(leftOut: Int) -> String {
    leftOut > 0
      ? "WALK, MEAN, MAX: links from the power of two below; no room for \(leftOut) gnodes"
      : "WALK, MEAN, MAX: links that a look-up follows from the power of two below (BIT: its highest set bit)"
  }

  private func table(_ nodes: [GeneralCacheSnapshot]) -> Table {
    let (theme, glyphs) = (theme, glyphs)
    let allocations = Dictionary(
      (snapshot?.caches ?? []).compactMap { cache in cache.allocations.map { (cache.name, $0) } },
      uniquingKeysWith: { first, _ in first })
    return Table(
      columns: GeneralCachesPanel.columns.map(\.column),
      rowCount: nodes.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let node = nodes[index]
      let style = node.isInService ? Style.plain : theme[.dim]
      let isLinked = node.highestSetBit == nil
      let arrow = glyphs.isASCII ? "  `> " : "  └▶ "
      return [
        .text((isLinked ? arrow : "") + String(node.size), isLinked ? theme[node.isInService ? .accent : .dim] : style),
        .text(node.highestSetBit.map(String.init) ?? "", theme[.dim]),
        .text(GeneralCachesPanel.name(of: node, allocations), style),
        .text(node.served.map(NumberFormat.count) ?? "-", node.served == 0 ? theme[.dim] : style),
        .text(node.walkSteps.map(String.init) ?? "-", style),
        .text(node.meanWalkSteps.map { String(format: "%.2f", $0) } ?? "-", style),
        .text(node.longestWalkSteps.map(String.init) ?? "-", style),
        .text(NumberFormat.count(node.retries), theme[node.retries > 0 ? .warning : .dim]),
        .text(
          node.addedAt == 0 ? "start" : NumberFormat.time(microseconds: node.addedAt),
          theme[node.addedAt == 0 ? .dim : .good]),
        .text(node.retiredAt.map { NumberFormat.time(microseconds: $0) } ?? "", theme[.warning]),
      ]
    }
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
