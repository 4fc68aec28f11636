import Telemetry
import TerminalUI

/// Who allocates: call sites with what they asked for, what rounding lost, and how long their objects live.
struct SitesPanel: Widget {
  let sites: [MachineDetails.Site]
  /// Why there are none yet, in words.
  let notice: String?
  let filter: String
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !sites.isEmpty else {
      return canvas.draw(
        notice ?? "Nothing was allocated yet, or this program was built without data capture.",
        in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let rows = sites.filter { filter.isEmpty || $0.name.lowercased().contains(filter.lowercased()) }
    let (theme, glyphs) = (theme, glyphs)
    // Only a recording that was played more than once has any.
    let hasEnds = sites.contains { $0.liveAtEnd > 0 }
    let ends = hasEnds ? [Table.Column("LIVE AT END", width: 11, alignment: .trailing)] : []
    let table = Table(
      columns: [
        Table.Column("CALL SITE", width: 28, minimumWidth: 18, grows: true),
        Table.Column("ALLOCS", width: 8, alignment: .trailing), Table.Column("FREED", width: 8, alignment: .trailing),
      ] + ends + [
        Table.Column("ASKED FOR", width: 10, alignment: .trailing),
        Table.Column("ROUNDING", width: 9, alignment: .trailing),
        Table.Column("MEDIAN LIFE", width: 12, alignment: .trailing, hidingOrder: 1),
        Table.Column("LIVES, 1 us TO 1 min", width: 27, minimumWidth: 20, hidingOrder: 2),
      ],
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let site = rows[index]
      let lost = site.allocatedBytes - site.requestedBytes
      return [
        .text(site.name), .text(Figures.count(site.allocations)), .text(Figures.count(site.frees)),
      ] + (hasEnds ? [.text(Figures.count(site.liveAtEnd))] : []) + [
        .text(Figures.bytes(site.requestedBytes)), .text(Figures.percent(lost, of: site.allocatedBytes)),
        .text(SitesPanel.median(site)),
        .widget(
          Sparkline(site.lifetimes.prefix(27).map(Double.init), style: theme[.sparkline], glyphs: glyphs)),
      ]
    }
    canvas.draw(table, in: rect)
  }

  /// The lower bound of the half-octave that the median lies in.
  private static func median(_ site: MachineDetails.Site) -> String {
    var seen = 0
    for (power, count) in site.lifetimes.enumerated() {
      seen += count
      if seen * 2 >= site.frees, seen > 0 { return Figures.duration(microseconds: 1 << min(power, 60)) }
    }
    return "-"
  }
}
