import Telemetry
import TerminalUI

/// Help screen. It begins with the definitions of the sort column and of the labels of the page in view; keys, workloads and the
/// other figures follow. All texts are those of the key map, the figures and the panels.
struct HelpPanel {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Cells of the slab map with their definitions.
  static let mapLabels = [
    DefinedLabel("cell", "One slab, filled to its occupancy. Objects in a CPU's magazine count as in use."),
    DefinedLabel(
      "running kernel",
      "One slab with objects that were allocated since the start of the watch, filled to the share of these objects. The bar of "
        + "older objects stands for the objects whose slabs are not known."),
  ]

  func popup(offset: Int) -> Popup {
    Popup(title: "Help: q closes", lines: lines, offset: offset, theme: theme, glyphs: glyphs)
  }

  /// Returns the largest offset to which the help can be scrolled.
  static func lastOffset(for state: DashboardState) -> Int {
    let help = HelpPanel(state: state, theme: .monochrome, glyphs: .ascii).popup(offset: 0)
    let screen = Rect(x: 0, y: 0, width: state.size.width, height: state.size.height)
    return help.lastOffset(in: help.frame(in: screen.inset(horizontal: 2, vertical: 1)))
  }

  private var lines: [[Span]] {
    var lines = watchLines + pageLines
    lines += state.keys.groups.flatMap { group in
      heading(group.title) + group.bindings.flatMap { entry($0.label, $0.help) }
    }
    lines += heading("Workloads")
    lines += state.status.workloads.enumerated().flatMap {
      entry($0.offset < 10 ? "\(($0.offset + 1) % 10)" : "w", "\($0.element.name): \($0.element.summary)")
    }
    lines += heading("All columns of the cache table")
    lines += CacheColumn.allCases.flatMap { entry($0.title, $0.definition) }
    lines += heading("Header")
    lines += HeaderPanel.labels.flatMap { entry($0.label, $0.definition) }
    lines += heading("Memory")
    lines += ByteLedger.Part.allCases.flatMap { entry($0.title, $0.explanation) }
    lines += heading("Page orders, in the colours of the columns and maps")
    lines.append(
      [Span("  ")]
        + theme.orders.prefix(Theme.orderCount).enumerated().map { order, style in
          Span("\(OrderBar.digit(order))\(glyphs.isASCII ? "==" : String(repeating: glyphs.full, count: 2)) ", style)
        })
    lines += entry(CacheColumn.orders.title, OrderBar.legend)
    lines += heading("Slab map")
    lines += HelpPanel.mapLabels.flatMap { entry($0.label, $0.definition) }
    lines += SlabColoring.allCases.flatMap { entry("colour", $0.title) }
    lines.removeFirst()
    return lines
  }

  /// Figures of the watch of the running kernel's traffic, or the reason why there is none; empty for other sources.
  private var watchLines: [[Span]] {
    let title = "Traffic of the running kernel"
    if let watch = state.status.watch { return heading(title) + watch.lines.flatMap { entry($0.label, $0.text) } }
    guard let problem = state.status.source.trafficProblem else { return [] }
    return heading(title) + entry("not watched", problem + ".")
  }

  /// Definitions of the sort column and of the other labels of the page in view.
  private var pageLines: [[Span]] {
    guard state.view == .caches else {
      let labels = state.labels
      return state.pageKeyHelp.map { heading($0.title) + $0.entries.flatMap { entry($0.keys, $0.help) } }.joined()
        + (labels.isEmpty
          ? []
          : heading("Labels of the page \(state.view.rawValue)") + labels.flatMap { entry($0.label, $0.definition) })
    }
    let sorted = state.order.column
    var lines = heading("Sorted by \(sorted.title); < and > choose the column") + entry(sorted.title, sorted.definition)
    for figure in sorted.figures {
      let names = [
        figure.unit == .none ? nil : "unit \(figure.unit.rawValue)", figure.jsonKey.map { "JSON \($0)" },
        figure.csvColumn.map { "CSV \($0)" }, figure.metric.map { "metric \($0.name)" },
      ].compactMap { $0 }
      lines += entry("", "\(figure.name): " + (names + ["filter \(sorted.rawValue)"]).joined(separator: ", "))
    }
    lines += heading("Other columns of the table")
    lines += state.columns.filter { $0 != sorted }.flatMap { entry($0.title, $0.definition) }
    lines +=
      heading("Labels of the page caches")
      + state.labels.flatMap { entry($0.label, $0.definition) }
    return lines
  }

  private func heading(_ text: String) -> [[Span]] { [[], [Span(text, theme[.title])]] }

  /// Returns a label and its text, which continues in further lines if it is too long for the screen. A long label has its own line.
  private func entry(_ label: String, _ text: String) -> [[Span]] {
    let width = 16
    let room = max(20, state.size.width - 8 - width - 2)
    let texts = (label.count < width ? [] : [""]) + TextWrapping.lines(of: text, width: room)
    return texts.enumerated().map { index, line in
      let start = index == 0 ? label : ""
      let padded = start + String(repeating: " ", count: max(1, width - start.count))
      return [Span("  " + padded, theme[.accent]), Span(line, theme[.text])]
    }
  }
}
