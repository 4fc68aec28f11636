import Foundation
import Telemetry
import TerminalUI

/// Sizes page: live bytes by requested size, the size classes that serve them, and the rounding of each class.
struct SizesPanel: Widget {
  let sizes: LiveSizes?
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the table of size classes.
  static let columns = [
    DefinedColumn(Table.Column("CLASS", width: 8, alignment: .trailing), "Object size of the general cache, in bytes."),
    DefinedColumn(Table.Column("OBJECTS", width: 9, alignment: .trailing), "Live objects of the class."),
    DefinedColumn(.requestedBytes, width: 10),
    DefinedColumn(
      Table.Column("ROUNDING", width: 9, alignment: .trailing),
      "Bytes lost to rounding, the internal fragmentation of the class."),
    DefinedColumn(
      Table.Column("SHARE", width: 7, alignment: .trailing), "Rounding in percent of the allocated bytes of the class."),
    DefinedColumn(
      Table.Column("REQUESTED, ROUNDING", width: 24, minimumWidth: 12, hidingOrder: 1, grows: true),
      "Requested bytes and rounding, in proportion to the largest class."),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let sizes, !sizes.sizes.isEmpty else {
      let text =
        sizes == nil ? "A running kernel does not report requested sizes" : "No live object of a general cache"
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
      title: "Live bytes by requested size" + (sizes.roundingNote.map { "; \($0)" } ?? ""), border: theme[.border],
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

  /// Marks the sizes of classes on the axis.
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
    let used = sizes.usedClasses(of: sizes.classes)
    let most = Double(used.map { $0.objects * $0.size }.max() ?? 1)
    var title = String(format: "Rounding %.1f %% of live bytes", sizes.roundingShare(of: sizes.classes) * 100)
    if !sizes.advised.isEmpty, Set(sizes.advised).isSubset(of: sizes.classes) {
      title += "; the advised size classes are in service"
    } else if !sizes.advised.isEmpty {
      title += String(
        format: "; %.1f %% with the advised size classes (D puts them in service)",
        sizes.roundingShare(of: sizes.advised) * 100)
    } else {
      title += " (d computes better size classes)"
    }
    canvas.draw(" " + title, in: rect.row(0), alignment: .leading, style: theme[.accent], ellipsis: glyphs.ellipsis)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: SizesPanel.columns.map(\.column),
      rowCount: used.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let sizeClass = used[index]
      let allocated = sizeClass.objects * sizeClass.size
      let share = Double(sizeClass.roundingBytes) / Double(max(1, allocated))
      let style = share > 0.25 ? theme[.critical] : share > 0.1 ? theme[.warning] : theme[.text]
      let parts = [
        StackedBar.Part(Double(sizeClass.requestedBytes), theme.ledger[0]),
        StackedBar.Part(Double(sizeClass.roundingBytes), theme.ledger[1]),
      ]
      return [
        .text("\(sizeClass.size)"), .text(NumberFormat.count(sizeClass.objects)),
        .text(NumberFormat.bytes(sizeClass.requestedBytes)),
        .text(NumberFormat.bytes(sizeClass.roundingBytes), style),
        .text(NumberFormat.percent(sizeClass.roundingBytes, of: allocated), style),
        .widget(ClassBar(parts: parts, share: Double(allocated) / most, theme: theme, glyphs: glyphs)),
      ]
    }
    canvas.draw(table, in: Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: max(0, rect.height - 1)))
  }
}

/// Bar of a class's requested bytes and rounding, in proportion to the largest class.
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

/// Logarithmic axis of sizes, from 8 bytes to the largest size.
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
