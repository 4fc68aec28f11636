import Glibc
import Profiles
import Telemetry
import TerminalUI
import TextOutput

/// Sizes page: live bytes by requested size, the size classes that serve them, and the rounding of each class.
struct SizesPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Size class in service with the allocated bytes of the largest class, which scales the bars.
  struct Row: Sendable {
    let sizeClass: LiveSizes.Class
    let most: Double
    /// Growth and curve of live bytes; nil if no profile is known.
    let traffic: SizeClassTraffic?
    var allocatedBytes: Int { sizeClass.objects * sizeClass.size }
    /// Rounding in percent of the allocated bytes.
    var share: Double { Double(sizeClass.roundingBytes) / Double(max(1, allocatedBytes)) * 100 }

    /// Style of the rounding: a warning for more than a tenth or a quarter of the allocated bytes.
    func style(_ theme: Theme) -> Style {
      share > 25 ? theme[.critical] : share > 10 ? theme[.warning] : theme[.text]
    }
  }

  /// Columns of the list of size classes.
  static let columns: [PageColumn<Row>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("CLASS", width: 8, alignment: .trailing), "Object size of the general cache, in bytes."),
      ascends: true, number: { Double($0.sizeClass.size) }
    ) { row, _, _ in .text("\(row.sizeClass.size)") },
    PageColumn(
      DefinedColumn(Table.Column("OBJECTS", width: 9, alignment: .trailing), "Live objects of the class."),
      count: \.sizeClass.objects),
    PageColumn(
      DefinedColumn(
        Table.Column("LIVE", width: NumberFormat.bytesWidth, alignment: .trailing),
        "Allocated bytes of the live objects."), bytes: \.allocatedBytes),
    .growth { $0.traffic?.growthBytes },
    PageColumn(DefinedColumn(.requestedBytes, width: 10), bytes: \.sizeClass.requestedBytes),
    PageColumn(
      DefinedColumn(
        Table.Column("ROUNDING", width: 9, alignment: .trailing),
        "Bytes lost to rounding, the internal fragmentation of the class."),
      number: { Double($0.sizeClass.roundingBytes) }
    ) { row, theme, _ in .text(NumberFormat.bytes(row.sizeClass.roundingBytes), row.style(theme)) },
    PageColumn(
      DefinedColumn(
        Table.Column("SHARE", width: 7, alignment: .trailing),
        "Rounding in percent of the allocated bytes of the class."
      ),
      number: \.share
    ) { row, theme, _ in
      .text(NumberFormat.percent(row.sizeClass.roundingBytes, of: row.allocatedBytes), row.style(theme))
    },
    .liveOverTime { $0.traffic?.curve ?? [] },
    PageColumn(
      drawing: DefinedColumn(
        Table.Column("REQUESTED, ROUNDING", width: 24, minimumWidth: 12, hidingOrder: 1, grows: true),
        "Requested bytes and rounding, in proportion to the largest class.")
    ) { row, theme, glyphs in
      let parts = [
        StackedBar.Part(Double(row.sizeClass.requestedBytes), theme.ledger[0]),
        StackedBar.Part(Double(row.sizeClass.roundingBytes), theme.ledger[1]),
      ]
      return .widget(
        ClassBar(parts: parts, share: Double(row.allocatedBytes) / row.most, theme: theme, glyphs: glyphs))
    },
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let sizes = state.details.sizes, !sizes.sizes.isEmpty else {
      let text =
        state.details.sizes == nil
        ? state.status.source.refusal(of: .requestSizes) ?? "The requested sizes are not known yet"
        : "No live object of a general cache"
      return canvas.draw(
        text, in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    drawHistogram(sizes, on: &canvas, in: SizesPanel.parts(of: rect)[0])
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }

  /// Returns the rectangles of the histogram and of the list.
  private static func parts(of rect: Rect) -> [Rect] { rect.rows([.share(3), .share(4)]) }

  // MARK: Histogram

  private func drawHistogram(_ sizes: LiveSizes, on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "Live bytes by requested size" + (sizes.roundingNote.map { "; \($0)" } ?? "")
        + state.scalingNote("objects"), border: theme[.border],
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

  func placedLists(in rect: Rect) -> [PlacedList] {
    guard let sizes = state.details.sizes, !sizes.sizes.isEmpty else { return [] }
    let used = sizes.usedClasses(of: sizes.classes)
    let most = Double(used.map { $0.objects * $0.size }.max() ?? 1)
    let caches = Dictionary(
      (state.snapshot?.generalCaches ?? []).map { ($0.size, $0.cache) }, uniquingKeysWith: { first, _ in first })
    let profile = state.traffic?.profile
    let rows = used.map { sizeClass in
      Row(
        sizeClass: sizeClass, most: most,
        traffic: profile.map {
          SizeClassTraffic(
            $0, sizes: sizes.requests(ofClass: sizeClass.size), since: state.baseline?.profile, state.liveCurves)
        })
    }
    let table = PageTable(
      id: .classes, columns: SizesPanel.columns, rows: rows,
      defaultColumn: "CLASS", identity: { "\($0.sizeClass.size)" },
      name: { "\($0.sizeClass.size) \(caches[$0.sizeClass.size] ?? "")" }, cache: { caches[$0.sizeClass.size] },
      detail: { .text(SizesPanel.text(of: $0.sizeClass, cache: caches[$0.sizeClass.size], sizes, profile)) })
    let view = ListView(
      list: table.list(state.listState(.classes)), title: SizesPanel.title(of: sizes),
      emptyText: "No live object of a general cache", isFocused: true, theme: theme, glyphs: glyphs)
    return [PlacedList(view: view, rect: SizesPanel.parts(of: rect)[1])]
  }

  private static func title(of sizes: LiveSizes) -> String {
    let title = String(printf: "Rounding %.1f %% of live bytes", sizes.roundingShare(of: sizes.classes) * 100)
    if sizes.advised.isEmpty { return title + " (d computes better size classes)" }
    if Set(sizes.advised).isSubset(of: sizes.classes) { return title + "; the advised size classes are in service" }
    return title
      + String(
        printf: "; %.1f %% with the advised size classes (D puts them in service)",
        sizes.roundingShare(of: sizes.advised) * 100)
  }

  /// Returns the requested sizes that a class serves.
  /// - Parameters:
  ///   - cache: Name of the general cache of the class; nil if it is not known.
  ///   - profile: Profile with the call sites; nil if it is not known.
  private static func text(
    of sizeClass: LiveSizes.Class, cache: String?, _ sizes: LiveSizes, _ profile: AllocationProfile?
  ) -> RowText {
    let requests = sizes.requests(ofClass: sizeClass.size)
    let served = sizes.sizes.filter { requests.contains($0.bytes) }
    let allocated = sizeClass.objects * sizeClass.size
    var lines: [RowText.Line] = [
      .figure("general cache", cache ?? "not known"),
      .figure("serves requests of", "\(requests.lowerBound) to \(requests.upperBound) bytes"),
      .figure("live objects", NumberFormat.count(sizeClass.objects)),
      .figure("requested", NumberFormat.bytes(sizeClass.requestedBytes)),
      .figure(
        "rounding",
        "\(NumberFormat.bytes(sizeClass.roundingBytes)), "
          + NumberFormat.percent(sizeClass.roundingBytes, of: allocated)),
      .heading("Live objects by requested size"),
    ]
    lines += RowText.Line.bars(served.map { (label: "\($0.bytes) bytes", count: $0.objects) })
    lines += SizeClassTraffic.callSiteLines(profile, sizes: requests)
    return RowText(title: "Size class \(sizeClass.size)", lines: lines)
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
