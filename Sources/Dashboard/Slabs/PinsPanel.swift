import TerminalUI

/// Objects that pin the emptiest slabs of the selected cache.
struct PinsPanel: Widget {
  let slabs: [MachineDetails.PinnedSlab]
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the table of objects.
  static let columns = [
    DefinedColumn(Table.Column("SLAB", width: 9), "Number of the slab's first page."),
    DefinedColumn(Table.Column("ORDER", width: 6, hidingOrder: 2), "Page order of the slab."),
    DefinedColumn(
      Table.Column("IN USE", width: 7, alignment: .trailing), "Objects in use, and objects that the slab has room for."),
    DefinedColumn(Table.Column("CACHE", width: 22, minimumWidth: 14), "Cache of the object that pins the slab."),
    DefinedColumn(
      Table.Column("CALL SITE", width: 26, minimumWidth: 16, grows: true), "Function that allocated the object."),
    DefinedColumn(
      Table.Column("BYTES", width: 7, alignment: .trailing, hidingOrder: 1), "Requested bytes of the object."),
    DefinedColumn(Table.Column("AGE", width: 8, alignment: .trailing), "Time since the allocation of the object."),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "Objects that pin the emptiest slabs", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let rows = slabs.flatMap { slab in slab.pins.enumerated().map { (slab, $0.offset, $0.element) } }
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: PinsPanel.columns.map(\.column),
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let (slab, number, pin) = rows[index]
      // The figures of a slab are shown in the row of its first object only.
      let slabCells: [Table.Content] =
        number > 0
        ? [.text(""), .text(""), .text("")]
        : [
          .text("@\(slab.pageFrameNumber)", theme[.dim]), .text("\(slab.order)", theme.orders[slab.order]),
          .text("\(slab.objectsInUse)/\(slab.objects)"),
        ]
      return slabCells + [
        .text(pin.cache),
        pin.isLive ? .text(pin.site ?? "not recorded") : .text("free, in a magazine", theme[.dim]),
        .text(pin.requestedBytes.map(String.init) ?? ""),
        .text(pin.ageMicroseconds.map(NumberFormat.duration(microseconds:)) ?? ""),
      ]
    }
    canvas.draw(table, in: inside)
  }
}
