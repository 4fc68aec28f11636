import Foundation
import Telemetry
import TerminalUI

/// Which sizes are asked for: live bytes by request size, with the ends of the classes that serve them, and what each class
/// wastes.
struct SizesPanel: Widget {
  let sizes: LiveSizes?
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let sizes, !sizes.sizes.isEmpty else {
      let text =
        sizes == nil ? "a host does not tell which sizes are asked for" : "nothing lives that was asked for by size"
      return canvas.draw(
        text, in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let parts = rect.rows([.share(3), .share(4)])
    drawHistogram(sizes, on: &canvas, in: parts[0])
    drawClasses(sizes, on: &canvas, in: parts[1])
  }

  // MARK: Histogram

  private func drawHistogram(_ sizes: LiveSizes, on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "live bytes by size asked for" + (sizes.knowledge.map { "; \($0)" } ?? ""), border: theme[.border],
      titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard inside.height >= 4, inside.width > 20 else { return }
    let scale = SizeScale(largest: sizes.sizes.last?.bytes ?? 8, width: inside.width)
    var bars = [Double](repeating: 0, count: inside.width)
    for size in sizes.sizes { bars[scale.column(of: size.bytes)] += Double(size.bytes * size.objects) }
    let height = inside.height - 3
    let plot = Rect(x: inside.minX, y: inside.minY, width: inside.width, height: height)
    canvas.draw(Sparkline(bars, style: theme[.sparkline], glyphs: glyphs), in: plot)
    drawEnds(sizes.classes, "│", "|", theme[.dim], scale, on: &canvas, in: inside.row(height))
    drawEnds(sizes.advised, "▲", "^", theme[.good], scale, on: &canvas, in: inside.row(height + 1))
    drawScale(scale, sizes, on: &canvas, in: inside.row(height + 2))
  }

  /// Marks where classes end.
  private func drawEnds(
    _ ends: [Int], _ glyph: String, _ plain: String, _ style: Style, _ scale: SizeScale, on canvas: inout Canvas,
    in row: Rect
  ) {
    for size in ends where size <= scale.largest {
      let place = Point(x: row.minX + scale.column(of: size), y: row.minY)
      canvas.draw(glyphs.isASCII ? plain : glyph, at: place, style: style)
    }
  }

  private func drawScale(_ scale: SizeScale, _ sizes: LiveSizes, on canvas: inout Canvas, in row: Rect) {
    var free = row.minX
    var power = 8
    while power <= scale.largest {
      let text = power >= 1024 ? "\(power / 1024)K" : "\(power)"
      let x = row.minX + scale.column(of: power)
      if x >= free, x + text.count <= row.maxX {
        canvas.draw(text, at: Point(x: x, y: row.minY), style: theme[.dim])
        free = x + text.count + 1
      }
      power *= 2
    }
  }

  // MARK: Classes

  private func drawClasses(_ sizes: LiveSizes, on canvas: inout Canvas, in rect: Rect) {
    let used = sizes.used(sizes.classes)
    let most = Double(used.map { $0.objects * $0.size }.max() ?? 1)
    var title = String(format: "rounding %.1f %% of live bytes", sizes.lostShare(sizes.classes) * 100)
    if !sizes.advised.isEmpty, Set(sizes.advised).isSubset(of: sizes.classes) {
      title += "; the advised sizes are in service"
    } else if !sizes.advised.isEmpty {
      title += String(format: "; with the advised sizes %.1f %% (D applies them)", sizes.lostShare(sizes.advised) * 100)
    } else {
      title += " (d asks for advice)"
    }
    canvas.draw(" " + title, in: rect.row(0), alignment: .leading, style: theme[.accent], ellipsis: glyphs.ellipsis)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("CLASS", width: 8, alignment: .trailing), Table.Column("OBJECTS", width: 9, alignment: .trailing),
        Table.Column("ASKED FOR", width: 10, alignment: .trailing),
        Table.Column("WASTE", width: 8, alignment: .trailing), Table.Column("SHARE", width: 7, alignment: .trailing),
        Table.Column("ASKED FOR, AND WASTE", width: 24, minimumWidth: 12, hidingOrder: 1, grows: true),
      ],
      rowCount: used.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let one = used[index]
      let held = one.objects * one.size
      let share = Double(one.lostBytes) / Double(max(1, held))
      let style = share > 0.25 ? theme[.critical] : share > 0.1 ? theme[.warning] : theme[.text]
      let parts = [
        StackedBar.Part(Double(one.requestedBytes), theme.ledger[0]),
        StackedBar.Part(Double(one.lostBytes), theme.ledger[1]),
      ]
      return [
        .text("\(one.size)"), .text(Figures.count(one.objects)), .text(Figures.bytes(one.requestedBytes)),
        .text(Figures.bytes(one.lostBytes), style), .text(Figures.percent(one.lostBytes, of: held), style),
        .widget(ClassBar(parts: parts, share: Double(held) / most, theme: theme, glyphs: glyphs)),
      ]
    }
    canvas.draw(table, in: Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: max(0, rect.height - 1)))
  }
}

/// A class's bytes as a bar as long as its share of the largest.
private struct ClassBar: Widget {
  let parts: [StackedBar.Part]
  let share: Double
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let width = max(1, Int((share * Double(rect.width)).rounded()))
    let bar = StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome)
    canvas.draw(bar, in: Rect(x: rect.minX, y: rect.minY, width: min(width, rect.width), height: 1))
  }
}

/// Sizes on a logarithmic axis, from 8 bytes to the largest.
private struct SizeScale {
  let largest: Int
  private let width: Int

  init(largest: Int, width: Int) {
    var power = 64
    while power < largest { power *= 2 }
    (self.largest, self.width) = (power, width)
  }

  func column(of bytes: Int) -> Int {
    let share = log2(Double(max(8, bytes)) / 8) / log2(Double(largest) / 8)
    return min(width - 1, max(0, Int((share * Double(width - 1)).rounded())))
  }
}
