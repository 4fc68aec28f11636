import Telemetry
import TerminalUI

/// Call sites page: allocations, requested bytes, rounding and lifetimes by call site.
struct SitesPanel: Widget {
  let sites: [MachineDetails.Site]
  /// Reason why no call sites are known yet; nil if they are.
  let notice: String?
  let filter: String
  let theme: Theme
  let glyphs: GlyphSet

  /// Heading of the column that only recordings have.
  private static let liveAtEnd = "LIVE AT END"
  /// Columns of the table of call sites.
  static let columns = [
    DefinedColumn(
      Table.Column("CALL SITE", width: 28, minimumWidth: 18, grows: true), "Function that allocates the objects."),
    DefinedColumn(Table.Column("ALLOCS", width: 8, alignment: .trailing), "Objects allocated at the call site."),
    DefinedColumn(Table.Column("FREED", width: 8, alignment: .trailing), "Of these, objects freed."),
    DefinedColumn(
      Table.Column(liveAtEnd, width: 11, alignment: .trailing),
      "Objects live at the end of the recording, summed over all replays."),
    DefinedColumn(
      Table.Column("REQUESTED", width: 10, alignment: .trailing), "Bytes requested by all allocations so far."),
    DefinedColumn(
      Table.Column("ROUNDING", width: 9, alignment: .trailing),
      "Internal fragmentation: percentage of the allocated bytes that was not requested."),
    DefinedColumn(
      Table.Column("MEDIAN LIFE", width: 12, alignment: .trailing, hidingOrder: 1),
      "Median lifetime of the freed objects, rounded down to a power of two."),
    DefinedColumn(
      Table.Column("LIFETIMES, 1 us TO 1 min", width: 27, minimumWidth: 20, hidingOrder: 2),
      "Freed objects by lifetime; each step doubles the lifetime."),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !sites.isEmpty else {
      return canvas.draw(
        notice ?? "No object was allocated yet, or this program was built without data capture.",
        in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let rows = sites.filter { filter.isEmpty || $0.name.lowercased().contains(filter.lowercased()) }
    let (theme, glyphs) = (theme, glyphs)
    // Only a recording that was replayed more than once has objects that were live at its end.
    let hasEnds = sites.contains { $0.liveAtEnd > 0 }
    let columns = SitesPanel.columns.filter { hasEnds || $0.column.title != SitesPanel.liveAtEnd }.map(\.column)
    let table = Table(
      columns: columns, rowCount: rows.count,
      appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let site = rows[index]
      let rounding = site.allocatedBytes - site.requestedBytes
      return [
        .text(site.name), .text(NumberFormat.count(site.allocations)), .text(NumberFormat.count(site.frees)),
      ] + (hasEnds ? [.text(NumberFormat.count(site.liveAtEnd))] : []) + [
        .text(NumberFormat.bytes(site.requestedBytes)), .text(NumberFormat.percent(rounding, of: site.allocatedBytes)),
        .text(SitesPanel.median(site)),
        .widget(
          Sparkline(site.lifetimes.prefix(27).map(Double.init), style: theme[.sparkline], glyphs: glyphs)),
      ]
    }
    canvas.draw(table, in: rect)
  }

  /// Returns the lower bound of the range of lifetimes that has the median.
  private static func median(_ site: MachineDetails.Site) -> String {
    var seen = 0
    for (power, count) in site.lifetimes.enumerated() {
      seen += count
      if seen * 2 >= site.frees, seen > 0 { return NumberFormat.duration(microseconds: 1 << min(power, 60)) }
    }
    return "-"
  }
}
