import Telemetry
import TerminalUI
import Workloads

/// The top of the screen: what plays and how, where machine memory is, and the totals.
struct HeaderPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    drawTitle(on: &canvas, in: rect.row(0))
    guard let snapshot = state.snapshot else {
      canvas.draw(
        "waiting for the first events", in: rect.row(2), alignment: .center, style: theme[.dim],
        ellipsis: glyphs.ellipsis)
      return
    }
    drawMemory(snapshot, on: &canvas, in: rect.row(1))
    // A low window has no room for the legend.
    let isTall = rect.height >= 6
    if isTall { drawLegend(snapshot.ledger, on: &canvas, in: [rect.row(2), rect.row(3)]) }
    drawTotals(snapshot, on: &canvas, in: rect.row(isTall ? 4 : 2))
    drawPages(on: &canvas, in: rect.row(rect.height - 1))
    drawTrouble(snapshot, on: &canvas, in: rect.row(isTall ? 3 : rect.height - 1))
  }

  private func drawTitle(on canvas: inout Canvas, in row: Rect) {
    let status = state.status
    let workload = status.workloads.indices.contains(status.current) ? status.workloads[status.current] : nil
    let right = banners
    // What a history shows was played under a name and a policy of its own.
    let recorded = state.snapshot.map { $0.policy.isEmpty ? $0.workload : "\($0.workload), policy \($0.policy)" }
    let summary = (status.history == nil ? nil : recorded) ?? workload?.summary ?? ""
    let width = right.reduce(0) { $0 + $1.text.displayWidth }
    let left = [
      Span(" slabscope ", theme[.title]), Span(workload?.name ?? "", theme[.accent]),
      Span("  " + summary, theme[.dim]),
    ]
    let used = left.dropLast().reduce(0) { $0 + $1.text.displayWidth }
    let room = max(0, row.width - width - 1)
    canvas.draw(left.dropLast(), at: row.origin, maxWidth: room)
    let place = Rect(x: row.minX + used, y: row.minY, width: max(0, room - used), height: 1)
    canvas.draw(left[2].text, in: place, alignment: .leading, style: left[2].style, ellipsis: glyphs.ellipsis)
    canvas.draw(right, at: Point(x: row.maxX - width, y: row.minY), maxWidth: width)
  }

  /// How it plays, what was done to the machine, and whether this is now.
  private var banners: [Span] {
    let status = state.status
    var spans: [Span] = []
    if let interval = status.interval {
      spans = [Span("every ", theme[.dim]), Span(interval, theme[.accent]), Span(" ")]
    } else if status.history == nil {
      spans = [Span("policy ", theme[.dim]), Span(status.policy, theme[.text]), Span("  speed ", theme[.dim])]
      spans += [Span(status.speed.description, theme[.accent]), Span(" ")]
    }
    if status.isRecorded { spans.append(Span(" recorded ", theme[.good])) }
    if !status.machine.isEmpty {
      spans.append(Span(" " + status.machine.joined(separator: ", ") + " ", theme[.warning]))
    }
    if let position = status.history {
      let place = " \(position.time)  \(position.index + 1) of \(position.count) "
      spans.append(Span(place, theme[.banner]))
      if !status.isPaused { spans.append(Span(" \(status.speed) ", theme[.accent])) }
    } else if let ago = state.secondsAgo {
      spans.append(Span(" \(Figures.time(microseconds: Int(ago * 1e6))) AGO: T forward, n now ", theme[.banner]))
    } else if status.isPaused {
      spans.append(Span(" PAUSED: space goes on ", theme[.banner]))
    }
    return spans
  }

  private func drawMemory(_ snapshot: Snapshot, on canvas: inout Canvas, in row: Rect) {
    let label = " memory \(Figures.bytes(snapshot.memoryBytes)) "
    canvas.draw(label, at: row.origin, style: theme[.dim])
    let parts = ByteLedger.Part.allCases.enumerated().map { index, part in
      StackedBar.Part(Double(snapshot.ledger[part]), theme.ledger[index])
    }
    let bar = StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let start = row.minX + label.count
    canvas.draw(bar, in: Rect(x: start, y: row.minY, width: max(0, row.maxX - start - 1), height: 1))
  }

  /// Each part's glyph, name and bytes, in two rows; parts of nothing are left out.
  private func drawLegend(_ ledger: ByteLedger, on canvas: inout Canvas, in rows: [Rect]) {
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var (line, x) = (0, rows[0].minX + 1)
    for (index, part) in ByteLedger.Part.allCases.enumerated() where ledger[part] > 0 {
      let text = "\(part.title) \(Figures.bytes(ledger[part]))"
      if x + text.count + 4 > rows[line].maxX {
        guard line + 1 < rows.count else { return }
        (line, x) = (line + 1, rows[0].minX + 1)
      }
      let spans = [
        Span(String(bar.glyph(ofPart: index)), theme.ledger[index]), Span(" \(part.title) ", theme[.dim]),
        Span(Figures.bytes(ledger[part]), theme[.text]),
      ]
      x += canvas.draw(spans, at: Point(x: x, y: rows[line].minY)) + 3
    }
  }

  private func drawTotals(_ snapshot: Snapshot, on canvas: inout Canvas, in row: Rect) {
    // Those that draw from others' slabs have objects only.
    let caches = snapshot.sum { $0.slabs > 0 || $0.totalObjects > 0 ? 1 : 0 }
    let total = snapshot.sum { $0.totalObjects }
    let waste = snapshot.sum { $0.wasteBytes }
    let held = [
      ("objects", "\(Figures.count(snapshot.activeObjects))/\(Figures.count(total))"),
      ("held", Figures.bytes(snapshot.slabBytes)),
      ("waste", Figures.percent(waste, of: snapshot.slabBytes)),
    ]
    // How much of what lives is an upper bound, since the recording never frees it.
    let unseenFreeBytes = snapshot.unseenFreeBytes ?? 0
    let unsure =
      unseenFreeBytes > 0 ? [("unseen frees", Figures.percent(unseenFreeBytes, of: snapshot.slabBytes - waste))] : []
    let counts = [
      ("slabs", Figures.count(snapshot.sum { $0.slabs })), ("caches", String(caches)),
    ]
    // What the same events would hold under the other policy.
    var under: [(String, String)] = []
    if let other = state.other, !state.isPast {
      let change = ComparedFigures.change(from: Double(snapshot.slabAndLargeBytes), to: Double(other.slabAndLargeBytes))
      under = [("under \(other.policy)", change.isEmpty ? "the same" : change)]
    }
    let loops = state.status.history == nil ? [("loops", String(state.status.loops))] : []
    let figures =
      !state.status.source.has(.replay) && snapshot.events ?? 0 == 0
      ? held + counts + host(snapshot) : played(snapshot) + held + under + unsure + counts + loops
    var x = row.minX + 1
    for (label, value) in figures {
      guard x + label.count + value.count + 1 < row.maxX else { return }
      x += canvas.draw([Span(label + " ", theme[.dim]), Span(value, theme[.text])], at: Point(x: x, y: row.minY)) + 2
    }
  }

  private func played(_ snapshot: Snapshot) -> [(String, String)] {
    [
      ("events", Figures.count(snapshot.events)), ("events/s", Figures.rate(state.times.rates.events)),
      ("time", Figures.time(microseconds: snapshot.timeMicroseconds)),
    ]
  }

  private func host(_ snapshot: Snapshot) -> [(String, String)] {
    let fallbacks = snapshot.sum { $0.orderFallbacks }
    return fallbacks == 0 ? [] : [("order fallbacks", Figures.count(fallbacks))]
  }

  /// What must not be overlooked: damaged objects, refused allocations, an end.
  private func drawTrouble(_ snapshot: Snapshot, on canvas: inout Canvas, in row: Rect) {
    var text: String?
    if let failure = state.status.failure {
      text = failure
    } else if state.status.stampMismatches > 0 {
      text = "\(state.status.stampMismatches) damaged objects: \(state.status.firstMismatch ?? "")"
    } else if let failed = snapshot.failedAllocations, failed > 0 {
      text = "out of memory: \(Figures.count(failed)) allocations refused; choose more with --memory"
    }
    guard let text else { return }
    canvas.fill(row, style: theme[.text])
    canvas.draw(" " + text, in: row, alignment: .leading, style: theme[.critical], ellipsis: glyphs.ellipsis)
  }

  /// The pages, the one in view standing out, each behind its letter.
  private func drawPages(on canvas: inout Canvas, in row: Rect) {
    for tab in HeaderPanel.tabs(of: state, in: row) {
      let isShown = tab.page == state.view
      let spans = [
        Span(String(tab.page.key), theme[isShown ? .selected : .keyLabel]),
        Span(tab.name.isEmpty ? "" : " " + tab.name, theme[isShown ? .selected : .dim]),
      ]
      canvas.draw(spans, at: tab.place.origin)
    }
  }

  /// Where the pages' names stand: whole, or their beginnings, or only that of the page in view, as the width allows.
  private static func tabs(of state: DashboardState, in row: Rect) -> [(page: DashboardPage, name: String, place: Rect)]
  {
    let pages = DashboardPage.available(from: state.status.source)
    let choices = [(length: 99, gap: 2), (4, 1), (0, 1)].map { length, gap in
      (names: pages.map { $0 == state.view ? $0.rawValue : String($0.rawValue.prefix(length)) }, gap: gap)
    }
    func width(_ name: String) -> Int { name.isEmpty ? 1 : name.count + 2 }
    let (names, gap) =
      choices.first { names, gap in names.reduce(1) { $0 + width($1) + gap } <= row.width } ?? choices[2]
    var x = row.minX + 1
    return zip(pages, names).map { page, name in
      defer { x += width(name) + gap }
      return (page, name, Rect(x: x, y: row.minY, width: width(name), height: 1))
    }
  }

  /// The page whose name stands at a place in the header; nil elsewhere.
  static func page(at point: Point, of state: DashboardState, in rect: Rect) -> DashboardPage? {
    tabs(of: state, in: rect.row(rect.height - 1)).first { $0.place.contains(point) }?.page
  }
}
