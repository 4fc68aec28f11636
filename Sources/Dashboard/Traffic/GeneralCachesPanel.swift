import Foundation
import Telemetry
import TerminalUI

/// The list of general caches (gnodes) in order: which requests each serves, how far look-ups walk to it, and when it was
/// added and retired.
struct GeneralCachesPanel: Widget {
  let snapshot: Snapshot?
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let nodes = snapshot?.generalCaches else {
      return canvas.draw(
        "no list of general caches: Linux looks sizes up in a table. Y changes the policy",
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

  /// The nodes that fit: if not all do, those that served most, then those added or retired while the workload ran.
  static func shown(_ nodes: [GeneralCacheSnapshot], room: Int) -> [GeneralCacheSnapshot] {
    guard nodes.count > room else { return nodes }
    let worth = nodes.indices.sorted {
      (interest(nodes[$0]), nodes[$0].served ?? 0, $1) > (interest(nodes[$1]), nodes[$1].served ?? 0, $0)
    }
    return worth.prefix(room).sorted().map { nodes[$0] }
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
      text += "nothing was allocated by size yet; "
    }
    return text + "\(Figures.count(retries)) retries"
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
      columns: [
        Table.Column("GNODE", width: 10), Table.Column("BIT", width: 3, alignment: .trailing, hidingOrder: 1),
        Table.Column("CACHE", width: 24, minimumWidth: 13, grows: true),
        Table.Column("SERVED", width: 6, alignment: .trailing),
        Table.Column("WALK", width: 4, alignment: .trailing), Table.Column("MEAN", width: 5, alignment: .trailing),
        Table.Column("MAX", width: 3, alignment: .trailing),
        Table.Column("RETRIES", width: 7, alignment: .trailing),
        Table.Column("ADDED", width: 8, alignment: .trailing), Table.Column("RETIRED", width: 8, alignment: .trailing),
      ],
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
        .text(node.served.map(Figures.count) ?? "-", node.served == 0 ? theme[.dim] : style),
        .text(node.walkSteps.map(String.init) ?? "-", style),
        .text(node.meanWalkSteps.map { String(format: "%.2f", $0) } ?? "-", style),
        .text(node.longestWalkSteps.map(String.init) ?? "-", style),
        .text(Figures.count(node.retries), theme[node.retries > 0 ? .warning : .dim]),
        .text(
          node.addedAt == 0 ? "start" : Figures.time(microseconds: node.addedAt),
          theme[node.addedAt == 0 ? .dim : .good]),
        .text(node.retiredAt.map { Figures.time(microseconds: $0) } ?? "", theme[.warning]),
      ]
    }
  }

  /// The cache behind a node; of an exported cache, with the allocations that named the cache itself.
  private static func name(of node: GeneralCacheSnapshot, _ allocations: [String: Int]) -> String {
    if let exported = node.exportedCache {
      let own = allocations[exported].map { ", by name \(Figures.count($0))" } ?? ""
      return "\(node.cache) = \(exported)\(own)"
    }
    return node.isAlias ? "none: \(node.cache)" : node.cache
  }
}
