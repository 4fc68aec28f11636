import Telemetry
import TerminalUI

/// The help screen, made from the key map, the columns and the ledger: it says what is there and nothing else.
struct HelpPanel {
  var keys = KeyBindings.standard
  let workloads: [PlaybackStatus.Entry]
  let theme: Theme
  let glyphs: GlyphSet

  func popup(offset: Int) -> Popup {
    Popup(title: "help: q closes", lines: lines, offset: offset, theme: theme, glyphs: glyphs)
  }

  /// The furthest that the help can be scrolled on a screen of this size. Its height depends on no theme.
  static func lastOffset(in size: Size, workloads: [PlaybackStatus.Entry]) -> Int {
    let help = HelpPanel(workloads: workloads, theme: .monochrome, glyphs: .ascii).popup(offset: 0)
    let screen = Rect(x: 0, y: 0, width: size.width, height: size.height)
    return help.lastOffset(in: help.frame(in: screen.inset(horizontal: 2, vertical: 1)))
  }

  private var lines: [[Span]] {
    var lines = keys.groups.flatMap { group in heading(group.title) + group.bindings.map { line($0.label, $0.help) } }
    lines.removeFirst()
    lines += heading("Workloads")
    lines += workloads.enumerated().map {
      line($0.offset < 10 ? "\(($0.offset + 1) % 10)" : "w", "\($0.element.name): \($0.element.summary)")
    }
    lines += heading("Columns")
    lines += CacheColumn.allCases.map { line($0.title, $0.explanation) }
    lines += heading("Machine memory")
    lines += ByteLedger.Part.allCases.map { line($0.title, $0.explanation) }
    lines.append(
      line("kernel", "slabs of the kernel that was recorded, in the caches that are replayed; over time, a curve"))
    lines += heading("Slab map")
    lines.append(line("a cell", "one slab, as high as it is full; objects in magazines count as out of it"))
    lines += SlabColoring.allCases.map { line($0 == .owner ? "its colour" : "", $0.title) }
    return lines
  }

  private func heading(_ text: String) -> [[Span]] { [[], [Span(text, theme[.title])]] }

  private func line(_ label: String, _ text: String) -> [Span] {
    let padded = label + String(repeating: " ", count: max(1, 14 - label.count))
    return [Span("  " + padded, theme[.accent]), Span(text, theme[.text])]
  }
}
