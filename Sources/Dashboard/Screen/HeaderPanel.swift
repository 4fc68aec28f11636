import Telemetry
import TerminalUI
import Workloads

/// Top of the screen: source, playback, slab memory by use, totals and the pages.
struct HeaderPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    drawTitle(on: &canvas, in: rect.row(0))
    guard let snapshot = state.snapshot else {
      canvas.draw(
        "Waiting for the first events", in: rect.row(2), alignment: .center, style: theme[.dim],
        ellipsis: glyphs.ellipsis)
      return
    }
    drawMemory(snapshot, on: &canvas, in: rect.row(1))
    // A window with few lines has no room for the legend.
    let isTall = rect.height >= 6
    if isTall { drawLegend(snapshot.ledger, on: &canvas, in: [rect.row(2), rect.row(3)]) }
    drawTotals(snapshot, on: &canvas, in: rect.row(isTall ? 4 : 2))
    canvas.draw(PageTabs(of: state, theme: theme, glyphs: glyphs), in: rect.row(rect.height - 1))
    drawTrouble(snapshot, on: &canvas, in: rect.row(isTall ? 3 : rect.height - 1))
  }

  private func drawTitle(on canvas: inout Canvas, in row: Rect) {
    let status = state.status
    let workload = status.workloads.indices.contains(status.current) ? status.workloads[status.current] : nil
    let right = banners
    // A recorded history has the workload and the policy of the run that it recorded.
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

  /// Policy and speed, or interval; changes of the machine; and the time in view if it is not now.
  private var banners: [Span] {
    let status = state.status
    var spans: [Span] = []
    if let interval = status.interval {
      spans = watch + [Span("every ", theme[.dim]), Span(interval, theme[.accent]), Span(" ")]
    } else if status.history == nil, status.source.has(.replay) || !status.policy.isEmpty {
      spans = [Span("policy ", theme[.dim]), Span(status.policy, theme[.text]), Span("  speed ", theme[.dim])]
      spans += [Span(status.speed.description, theme[.accent]), Span(" ")]
    }
    if status.recording != nil { spans.append(Span(" RECORDING: R ends ", theme[.banner])) }
    if status.isRecorded { spans.append(Span(" recording ", theme[.good])) }
    if !status.machine.isEmpty {
      spans.append(Span(" " + status.machine.joined(separator: ", ") + " ", theme[.warning]))
    }
    if let position = status.history {
      let place = " \(position.time)  \(position.index + 1) of \(position.count) "
      spans.append(Span(place, theme[.banner]))
      if !status.isPaused { spans.append(Span(" \(status.speed) ", theme[.accent])) }
    } else if let ago = state.secondsAgo {
      let time = NumberFormat.time(microseconds: Int(ago * 1e6))
      spans.append(Span(" \(time) AGO: T forward, n now ", theme[.banner]))
    } else if status.isPaused {
      spans.append(Span(" PAUSED: Space resumes ", theme[.banner]))
    }
    return spans
  }

  /// Method, sampling and cost of the watch of the running kernel's traffic, and the number of events and objects that it lost; empty
  /// without a watch.
  private var watch: [Span] {
    guard let watch = state.status.watch else { return [] }
    var spans = [Span(watch.method, theme[.text])]
    if watch.sampling > 1 { spans.append(Span(" 1 in \(watch.sampling)", theme[.accent])) }
    if let overhead = watch.overheadText, let percent = watch.overheadPercent {
      spans.append(Span(" \(overhead)", theme[percent > watch.maximumOverheadPercent ? .warning : .dim]))
    }
    if watch.lost > 0 { spans.append(Span(" \(NumberFormat.count(watch.lost)) lost", theme[.warning])) }
    return spans + [Span("  ")]
  }

  /// Draws slab memory as a bar of its parts, and the rest of memory as figures beside it.
  private func drawMemory(_ snapshot: Snapshot, on canvas: inout Canvas, in row: Rect) {
    guard snapshot.knows(.ledger) else {
      let text = state.totals.slabBytes.map { " slab memory \(NumberFormat.bytes($0))" } ?? " slab memory not known"
      return canvas.draw(text, in: row, alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let ledger = snapshot.ledger
    let label = " slab memory \(NumberFormat.bytes(ledger.slabBytes)) "
    canvas.draw(label, at: row.origin, style: theme[.dim])
    var rest: [(title: String, bytes: Int, role: Theme.Role)] = [
      ("memory hog", ledger[.pageHog], .warning), ("other use", ledger[.otherUse], .text),
    ].filter { $0.bytes > 0 }
    if ledger.isKnown(.freePages) { rest.append(("free", ledger[.freePages], .text)) }
    var spans = rest.flatMap { title, bytes, role in
      [Span(" \(title) ", theme[.dim]), Span(NumberFormat.bytes(bytes), theme[role])]
    }
    spans.append(Span(rest.isEmpty ? " " : " of \(NumberFormat.bytes(snapshot.memoryBytes)) ", theme[.dim]))
    let width = spans.reduce(0) { $0 + $1.text.displayWidth }
    canvas.draw(spans, at: Point(x: row.maxX - width, y: row.minY))
    // The indices of the parts select the glyphs, so that the bar has the glyphs of the legend.
    let parts = ByteLedger.Part.allCases.enumerated().map { index, part in
      StackedBar.Part(part.isSlabMemory ? Double(ledger[part]) : 0, theme.ledger[index])
    }
    let bar = StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let start = row.minX + label.count
    canvas.draw(bar, in: Rect(x: start, y: row.minY, width: max(0, row.maxX - width - start), height: 1))
  }

  /// Draws the glyph, name and bytes of each part of slab memory, in two rows. Parts of 0 bytes are left out.
  private func drawLegend(_ ledger: ByteLedger, on canvas: inout Canvas, in rows: [Rect]) {
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var (line, x) = (0, rows[0].minX + 1)
    for (index, part) in ByteLedger.Part.allCases.enumerated() where part.isSlabMemory && ledger[part] > 0 {
      let text = "\(part.title) \(NumberFormat.bytes(ledger[part]))"
      if x + text.count + 4 > rows[line].maxX {
        guard line + 1 < rows.count else { return }
        (line, x) = (line + 1, rows[0].minX + 1)
      }
      let spans = [
        Span(String(bar.glyph(ofPart: index)), theme.ledger[index]), Span(" \(part.title) ", theme[.dim]),
        Span(NumberFormat.bytes(ledger[part]), theme[.text]),
      ]
      x += canvas.draw(spans, at: Point(x: x, y: rows[line].minY)) + 3
    }
  }

  private func drawTotals(_ snapshot: Snapshot, on canvas: inout Canvas, in row: Rect) {
    let totals = state.totals
    let memory = totals.slabBytes.map { [(Figure.slabBytes.name, NumberFormat.bytes($0))] } ?? []
    var objects: [(String, String)] = []
    if let active = totals.activeObjects, let total = totals.totalObjects {
      objects.append(("objects", "\(NumberFormat.count(active))/\(NumberFormat.count(total))"))
      if let slabBytes = totals.slabBytes, totals.knows(.objectSize) {
        objects.append((Figure.wasteBytes.name, NumberFormat.percent(totals.wasteBytes, of: slabBytes)))
      }
    }
    // Share of the live bytes that the recorded kernel may have freed without a trace event.
    let unseenBytes = snapshot.unseenFreeBytes ?? 0
    let unseen =
      unseenBytes > 0
      ? [(Figure.unseenFrees.name, NumberFormat.percent(unseenBytes, of: totals.bytesInUse))] : []
    let slabs = totals.slabs.map { [("slabs", NumberFormat.count($0))] } ?? []
    let counts = slabs + [("caches", String(totals.used))]
    var comparison: [(String, String)] = []
    if let compared = state.comparedSnapshot, !state.isPast {
      comparison = [HeaderPanel.comparison(of: snapshot, with: compared)]
    }
    let loops = state.status.history == nil && state.status.watch == nil ? [("loops", String(state.status.loops))] : []
    let figures =
      !state.status.source.has(.replay) && snapshot.events ?? 0 == 0
      ? memory + objects + counts + hostFigures(totals)
      : playbackFigures(snapshot) + memory + comparison + objects + unseen + counts + loops
    // Figures without room are left out.
    var x = row.minX + 1
    for (label, value) in figures {
      guard x + label.count + value.count + 1 < row.maxX else { continue }
      x += canvas.draw([Span(label + " ", theme[.dim]), Span(value, theme[.text])], at: Point(x: x, y: row.minY)) + 2
    }
  }

  /// Returns the difference in slab memory under the compared policy; if allocations failed under only one of the policies, their
  /// number, because slab memory is not comparable then.
  private static func comparison(of snapshot: Snapshot, with compared: Snapshot) -> (String, String) {
    let (failed, failedThere) = (snapshot.failedAllocations ?? 0, compared.failedAllocations ?? 0)
    if failed == 0, failedThere > 0 {
      return ("\(compared.policy) policy would fail", NumberFormat.count(failedThere) + " allocations")
    }
    let change = ComparedFigures.change(
      from: Double(snapshot.slabAndLargeBytes), to: Double(compared.slabAndLargeBytes))
    return ("\(compared.policy) policy would use", (change.isEmpty ? "the same" : change) + " slab memory")
  }

  private func playbackFigures(_ snapshot: Snapshot) -> [(String, String)] {
    [
      (Figure.events.name, NumberFormat.count(snapshot.events)),
      (Figure.eventRate.name, NumberFormat.rate(state.cacheRates.allocations.events)),
      (Figure.time.name, NumberFormat.time(microseconds: snapshot.timeMicroseconds)),
    ]
  }

  private func hostFigures(_ totals: CacheTotals) -> [(String, String)] {
    let fallbacks = totals.orderFallbacks
    return fallbacks == 0 ? [] : [("order fallbacks", NumberFormat.count(fallbacks))]
  }

  /// Draws failures that must not be overlooked: the end of playback, damaged objects, failed allocations.
  private func drawTrouble(_ snapshot: Snapshot, on canvas: inout Canvas, in row: Rect) {
    var text: String?
    if let failure = state.status.failure {
      text = failure
    } else if state.status.stampMismatches > 0 {
      text = "\(state.status.stampMismatches) damaged objects, the first: \(state.status.firstMismatch ?? "")"
    } else if let failures = AllocationFailures(state.trends.activity, snapshot) {
      text = failures.message(key: key(of:))
    }
    guard let text else { return }
    canvas.fill(row, style: theme[.text])
    canvas.draw(" " + text, in: row, alignment: .leading, style: theme[.critical], ellipsis: glyphs.ellipsis)
  }

  /// Returns the first key of an action; nil if the source does not allow the action, or it has no key.
  private func key(of action: KeyMap.Action) -> String? {
    guard state.status.source.refusal(of: action.requiredCapability) == nil else { return nil }
    return state.keys.bindings.first { $0.action == action }?.keys.first?.name
  }
}
