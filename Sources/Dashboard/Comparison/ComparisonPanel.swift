import Telemetry
import TerminalUI

/// Comparison page: two policies on the same events, or the running kernel and its mirror, with their figures, slab memory over time,
/// and the caches that differ most.
struct ComparisonPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Cache under both policies.
  struct Row: Sendable {
    let name: String
    /// Cache under the current policy; nil if it has no such cache.
    let current: CacheSnapshot?
    /// Cache under the compared policy; nil if it has no such cache.
    let compared: CacheSnapshot?

    /// Slab memory under the compared policy minus that under the current policy, in bytes.
    var difference: Int { (compared?.slabBytes ?? 0) - (current?.slabBytes ?? 0) }
  }

  /// Columns of the list of caches.
  static let columns: [PageColumn<Row>] = [
    PageColumn(
      DefinedColumn(.cacheName, width: 24, minimumWidth: 16, alignment: .leading, grows: true), text: \.name),
    PageColumn(DefinedColumn(.slabBytes, width: 9), bytes: { $0.current?.slabBytes ?? 0 }),
    PageColumn(DefinedColumn(.usePercent, width: 6), number: { use($0.current) }) { row, _, _ in
      .text(useText(row.current))
    },
    PageColumn(
      DefinedColumn(
        Table.Column("COMPARED MEM", width: 13, alignment: .trailing), "Slab memory under the compared policy."),
      bytes: { $0.compared?.slabBytes ?? 0 }),
    PageColumn(
      DefinedColumn(
        Table.Column("COMPARED USE", width: 13, alignment: .trailing, hidingOrder: 1), "Use under the compared policy."
      ), number: { use($0.compared) }
    ) { row, _, _ in .text(useText(row.compared)) },
    PageColumn(
      DefinedColumn(
        Table.Column("DIFFERENCE", width: 12, alignment: .trailing),
        "Slab memory under the compared policy minus that under the current policy; sorted by its magnitude."),
      number: { Double($0.difference) }, sortKey: { Double(abs($0.difference)) }
    ) { row, theme, _ in
      let style = row.difference == 0 ? theme[.dim] : theme[row.difference > 0 ? .warning : .good]
      return .text((row.difference > 0 ? "+" : "") + NumberFormat.bytes(row.difference), style)
    },
    PageColumn(DefinedColumn(.slabs, width: 8, hidingOrder: 2), count: { $0.current?.slabs ?? 0 }),
    PageColumn(
      DefinedColumn(
        Table.Column("COMPARED SLABS", width: 15, alignment: .trailing, hidingOrder: 2),
        "Slabs under the compared policy."), count: { $0.compared?.slabs ?? 0 }),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard state.snapshot != nil else { return }
    guard let (snapshot, compared) = machines else {
      let text =
        state.isPast
        ? "The past of the compared policy is not recorded; n returns to now"
        : state.status.comparisonNotice ?? "No policy is compared; C compares with the next policy"
      return canvas.draw(
        text, in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let figures = figures(snapshot, compared)
    let isWide = rect.width >= 100
    let rows = ComparisonPanel.parts(of: rect, figures: figures.count, sentences: sentences.count)
    let columns = isWide ? rows[0].columns([.fixed(66), .share(1)]) : [rows[0]]
    drawFigures(figures, snapshot, compared, on: &canvas, in: columns[0])
    if isWide { drawChart(snapshot, compared, on: &canvas, in: columns[1]) }
    for (index, sentence) in sentences.enumerated() where index < rows[1].height {
      let isFailure = index == 0 && state.details.mirror != nil && state.status.comparisonNotice != nil
      canvas.draw(
        " " + sentence, in: rows[1].row(index), alignment: .leading, style: theme[isFailure ? .critical : .dim],
        ellipsis: glyphs.ellipsis)
    }
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }

  /// The machine in view and the compared one at the same event; nil if none is compared now.
  private var machines: (Snapshot, Snapshot)? {
    guard !state.isPast, let snapshot = state.snapshot else { return nil }
    if let mirror = state.details.mirror { return (mirror.kernel, mirror.mirror) }
    return state.comparedSnapshot.map { (snapshot, $0) }
  }

  private func figures(_ snapshot: Snapshot, _ compared: Snapshot) -> [ComparedFigures] {
    state.details.mirror.map { ComparedFigures.all($0) } ?? ComparedFigures.all(snapshot, compared)
  }

  /// Sentences below the figures: the reason why the mirror stopped, and its quality. Empty without a mirror.
  private var sentences: [String] {
    guard let mirror = state.details.mirror else { return [] }
    return (state.status.comparisonNotice.map { [$0] } ?? []) + MirrorText(figures: mirror).lines
  }

  /// Returns the rectangles of the figures, of the sentences and of the list of caches.
  private static func parts(of rect: Rect, figures: Int, sentences: Int) -> [Rect] {
    let text = min(sentences, max(0, rect.height / 4))
    return rect.rows([.fixed(min(figures + 3, max(4, (rect.height - text) * 3 / 5))), .fixed(text), .share(1)])
  }

  // MARK: Figures

  private func drawFigures(
    _ figures: [ComparedFigures], _ snapshot: Snapshot, _ compared: Snapshot, on canvas: inout Canvas, in rect: Rect
  ) {
    let box = Box(
      title: "\(snapshot.policy) and \(compared.policy), same events", border: theme[.border],
      titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let heading = ComparisonPanel.line("", shortened(snapshot.policy), shortened(compared.policy), "")
    canvas.draw(heading, in: inside.row(0), alignment: .leading, style: theme[.header], ellipsis: glyphs.ellipsis)
    for (index, figure) in figures.prefix(max(0, inside.height - 1)).enumerated() {
      let style = figure.isBetter.map { theme[$0 ? .good : .warning] } ?? theme[.dim]
      let text = ComparisonPanel.line(figure.label, figure.current, figure.compared, "")
      let width = canvas.draw([Span(text, theme[.text])], at: inside.row(index + 1).origin, maxWidth: inside.width)
      let place = Point(x: inside.minX + width, y: inside.minY + index + 1)
      canvas.draw([Span(figure.difference, style)], at: place, maxWidth: max(0, inside.width - width))
    }
  }

  private func shortened(_ name: String) -> String { String(name.prefix(13)) }

  private static func line(_ label: String, _ current: String, _ compared: String, _ difference: String) -> String {
    func leading(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func trailing(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    return leading(label, 20) + trailing(current, 14) + trailing(compared, 14) + "  " + difference
  }

  // MARK: Memory over time

  private func drawChart(_ snapshot: Snapshot, _ compared: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let time = state.chartTime
    let box = Box(
      title: "Slab memory, \(time.title)", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let mark = KernelMark(theme: theme, glyphs: glyphs)
    let kernel =
      state.details.mirror.map { "linux model \(NumberFormat.bytes($0.modelBytes)) " }
      ?? KernelComparison(snapshot).map { "kernel \(NumberFormat.bytes($0.kernelBytes)) " }
    let legend = [
      Span("\(glyphs.isASCII ? "*" : "■") \(snapshot.policy) ", theme[.sparkline]),
      Span("\(glyphs.isASCII ? "*" : "■") \(compared.policy) ", theme[.warning]),
      Span(kernel == nil ? "" : mark.text + " ", mark.style), Span(kernel ?? "", mark.style),
    ]
    canvas.draw(legend, at: inside.origin, maxWidth: inside.width)
    let rest = Rect(x: inside.minX, y: inside.minY + 1, width: inside.width, height: max(0, inside.height - 1))
    let frame = ChartFrame(time: time, theme: theme, glyphs: glyphs)
    // In ASCII two curves cannot share a row of cells, so that one is drawn below the other.
    let rects = glyphs.isASCII ? rest.rows([.share(1), .share(1)]) : [rest, rest]
    guard let plot = frame.plot(in: rects[0]), let comparedPlot = frame.plot(in: rects[1]) else { return }
    let columns = frame.samples(of: state.trends.memory, count: plot.width)
    let halfColumns = frame.samples(of: state.trends.memory, count: (glyphs.isASCII ? 1 : 2) * plot.width)
    let kernelBytes = columns.map { ($0?.modelBytes ?? $0?.kernelBytes).map(Double.init) }
    let comparedBytes = halfColumns.map { $0?.comparedBytes.map(Double.init) }
    let bytes = halfColumns.map { $0.map { Double($0.slabBytes) } }
    let values = (bytes + comparedBytes + kernelBytes).compactMap { $0 }
    let top = values.max() ?? 0
    // The curves of a kernel and its mirror are close to each other: the axis begins below the lowest value.
    let base = state.details.mirror == nil ? 0 : ComparisonPanel.base(values)
    frame.draw(base: base, top: top, around: plot, on: &canvas, in: rects[0])
    if glyphs.isASCII { frame.draw(base: base, top: top, around: comparedPlot, on: &canvas, in: rects[1]) }
    func curve(_ values: [Double?]) -> [Double?] { values.map { $0.map { $0 - base } } }
    canvas.draw(
      BrailleChart(curve(comparedBytes), maximum: top - base, style: theme[.warning], glyphs: glyphs), in: comparedPlot)
    canvas.draw(BrailleChart(curve(bytes), maximum: top - base, style: theme[.sparkline], glyphs: glyphs), in: plot)
    canvas.draw(mark.curve(curve(kernelBytes), maximum: top - base), in: plot)
  }

  /// Returns the lower edge of a chart of values: a tenth of their range below the lowest, 1 MiB at least.
  private static func base(_ values: [Double]) -> Double {
    guard let lowest = values.min(), let highest = values.max() else { return 0 }
    return max(0, lowest - max((highest - lowest) / 10, 1_048_576))
  }

  // MARK: Caches

  func placedLists(in rect: Rect) -> [PlacedList] {
    guard let (snapshot, comparedSnapshot) = machines else { return [] }
    let current = Dictionary(snapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let compared = Dictionary(comparedSnapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = Set(current.keys).union(compared.keys)
      .map { Row(name: $0, current: current[$0], compared: compared[$0]) }
      .filter { ($0.current?.slabBytes ?? 0) + ($0.compared?.slabBytes ?? 0) > 0 }.sorted { $0.name < $1.name }
    let policies = (snapshot.policy, comparedSnapshot.policy)
    let table = PageTable(
      id: .comparedCaches, columns: ComparisonPanel.columns, rows: rows, defaultColumn: "DIFFERENCE",
      identity: \.name, name: \.name, cache: \.name, detail: { .text(ComparisonPanel.text(of: $0, policies)) })
    let view = ListView(
      list: table.list(state.listState(.comparedCaches)), title: "Slab memory by cache",
      emptyText: "No cache has slabs yet", isFocused: true, theme: theme, glyphs: glyphs)
    let parts = ComparisonPanel.parts(
      of: rect, figures: figures(snapshot, comparedSnapshot).count, sentences: sentences.count)
    return [PlacedList(view: view, rect: parts[2])]
  }

  /// Returns the figures of a cache under both policies.
  private static func text(of row: Row, _ policies: (current: String, compared: String)) -> RowText {
    func figures(_ cache: CacheSnapshot?, _ policy: String) -> [RowText.Line] {
      guard let cache else { return [.heading(policy), .sentence("The policy has no cache of this name.")] }
      let orders = cache.slabsByOrder.indices.filter { cache.slabsByOrder[$0] > 0 }
        .map { "\($0): \(NumberFormat.count(cache.slabsByOrder[$0]))" }.joined(separator: ", ")
      return [
        .heading(policy), .figure(Figure.slabBytes.name, NumberFormat.bytes(cache.slabBytes)),
        .figure("active objects", NumberFormat.count(cache.activeObjects)),
        .figure("total objects", NumberFormat.count(cache.totalObjects)), .figure("use", useText(cache)),
        .figure("slabs", NumberFormat.count(cache.slabs)), .figure("slabs by order", orders.isEmpty ? "none" : orders),
        .figure("shares slabs of", cache.sharesSlabs ? cache.slabHolder : "no other cache"),
        .figure(Figure.wasteBytes.name, NumberFormat.bytes(cache.wasteBytes)),
        .figure("order fallbacks", NumberFormat.count(cache.orderFallbacks)),
      ]
    }
    let difference = NumberFormat.bytes(row.difference)
    return RowText(
      title: row.name,
      lines: [.figure("difference", (row.difference > 0 ? "+" : "") + difference)]
        + figures(row.current, policies.current) + figures(row.compared, policies.compared))
  }

  /// Returns the use in percent; nil if the cache has no objects.
  private static func use(_ cache: CacheSnapshot?) -> Double? {
    cache.flatMap { $0.totalObjects == 0 ? nil : $0.usePercent }
  }

  private static func useText(_ cache: CacheSnapshot?) -> String {
    cache.map { NumberFormat.percent($0.activeObjects, of: $0.totalObjects) } ?? "-"
  }
}
