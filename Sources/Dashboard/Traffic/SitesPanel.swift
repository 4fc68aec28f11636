import Telemetry
import TerminalUI

/// Call sites page: allocations, requested bytes, rounding and lifetimes by call site.
struct SitesPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Heading of the column that only recordings have.
  private static let liveAtEnd = "LIVE AT END"
  /// Columns of the list of call sites.
  static let columns: [PageColumn<MachineDetails.Site>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("CALL SITE", width: 28, minimumWidth: 18, grows: true), "Function that allocates the objects."),
      text: \.name),
    PageColumn(
      DefinedColumn(Table.Column("ALLOCS", width: 8, alignment: .trailing), "Objects allocated at the call site."),
      count: \.allocations),
    PageColumn(
      DefinedColumn(Table.Column("FREED", width: 8, alignment: .trailing), "Of these, objects freed."), count: \.frees),
    PageColumn(
      DefinedColumn(
        Table.Column(liveAtEnd, width: 11, alignment: .trailing),
        "Objects live at the end of the recording, summed over all replays."), count: \.liveAtEnd),
    PageColumn(
      DefinedColumn(
        Table.Column("REQUESTED", width: 10, alignment: .trailing), "Bytes requested by all allocations so far."),
      bytes: \.requestedBytes),
    PageColumn(
      DefinedColumn(
        Table.Column("ROUNDING", width: 9, alignment: .trailing),
        "Internal fragmentation: percentage of the allocated bytes that was not requested."),
      number: \.roundingPercent
    ) { site, _, _ in
      .text(NumberFormat.percent(site.allocatedBytes - site.requestedBytes, of: site.allocatedBytes))
    },
    PageColumn(
      DefinedColumn(
        Table.Column("MEDIAN LIFE", width: 12, alignment: .trailing, hidingOrder: 1),
        "Median lifetime of the freed objects, rounded down to a power of two."),
      number: { $0.medianLifetime.map(Double.init) }
    ) { site, _, _ in .text(site.medianLifetime.map(NumberFormat.duration(microseconds:)) ?? "-") },
    PageColumn(
      drawing: DefinedColumn(
        Table.Column("LIFETIMES, 1 us TO 1 min", width: 27, minimumWidth: 20, hidingOrder: 2),
        "Freed objects by lifetime; each step doubles the lifetime.")
    ) { site, theme, glyphs in
      .widget(Sparkline(site.lifetimes.prefix(27).map(Double.init), style: theme[.sparkline], glyphs: glyphs))
    },
  ]

  func placedLists(in rect: Rect) -> [PlacedList] {
    let sites = state.details.sites
    // Only a recording that was replayed more than once has objects that were live at its end.
    let hasEnds = sites.contains { $0.liveAtEnd > 0 }
    let table = PageTable(
      id: .sites, columns: SitesPanel.columns.filter { hasEnds || $0.title != SitesPanel.liveAtEnd }, rows: sites,
      defaultColumn: "REQUESTED", identity: \.name, name: \.name, detail: { .text(SitesPanel.text(of: $0)) })
    let view = ListView(
      list: table.list(state.listState(.sites)), title: "Call sites",
      emptyText: state.details.captureNotice
        ?? "No object was allocated yet, or this program was built without data capture.",
      isFocused: true, theme: theme, glyphs: glyphs)
    return [PlacedList(view: view, rect: rect)]
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }

  private static func text(of site: MachineDetails.Site) -> RowText {
    var lines: [RowText.Line] = [
      .figure("objects allocated", NumberFormat.count(site.allocations)),
      .figure("objects freed", NumberFormat.count(site.frees)),
      .figure("requested", NumberFormat.bytes(site.requestedBytes)),
      .figure("allocated", NumberFormat.bytes(site.allocatedBytes)),
      .figure(
        "rounding",
        NumberFormat.bytes(site.allocatedBytes - site.requestedBytes) + ", "
          + NumberFormat.percent(site.allocatedBytes - site.requestedBytes, of: site.allocatedBytes)),
    ]
    if site.liveAtEnd > 0 { lines.insert(.figure("live at end", NumberFormat.count(site.liveAtEnd)), at: 2) }
    if site.allocations > 0 {
      lines.append(.figure("mean request", NumberFormat.bytes(site.requestedBytes / site.allocations)))
    }
    lines.append(.heading("Freed objects by lifetime"))
    if let first = site.lifetimes.firstIndex(where: { $0 > 0 }), let last = site.lifetimes.lastIndex(where: { $0 > 0 })
    {
      lines += RowText.Line.bars(
        (first...last).map { power in
          (
            label: "from " + NumberFormat.duration(microseconds: 1 << min(power, 60)), count: site.lifetimes[power]
          )
        })
    } else {
      lines.append(.sentence("No object of the call site was freed yet."))
    }
    lines += [
      .heading("Sizes and CPUs"),
      .sentence(
        "Requested sizes and CPUs are not counted by call site. The pages sizes and cpus show them for all call sites."),
    ]
    return RowText(title: site.name, lines: lines)
  }
}

extension MachineDetails.Site {
  /// Percentage of the allocated bytes that was not requested; nil if nothing was allocated.
  fileprivate var roundingPercent: Double? {
    allocatedBytes == 0 ? nil : Double(allocatedBytes - requestedBytes) / Double(allocatedBytes) * 100
  }

  /// Lower bound in microseconds of the range of lifetimes that has the median; nil if no object was freed.
  fileprivate var medianLifetime: Int? {
    var counted = 0
    for (power, count) in lifetimes.enumerated() {
      counted += count
      if counted * 2 >= frees, counted > 0 { return 1 << min(power, 60) }
    }
    return nil
  }
}
