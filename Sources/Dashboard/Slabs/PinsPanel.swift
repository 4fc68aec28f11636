import TerminalUI

/// What keeps nearly empty slabs from being given back, object by object.
struct PinsPanel: Widget {
  let slabs: [MachineDetails.PinnedSlab]
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "what keeps the emptiest slabs", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let rows = slabs.flatMap { slab in slab.pins.enumerated().map { (slab, $0.offset, $0.element) } }
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("SLAB", width: 9), Table.Column("ORDER", width: 6, hidingOrder: 2),
        Table.Column("OUT", width: 7, alignment: .trailing),
        Table.Column("CACHE", width: 22, minimumWidth: 14),
        Table.Column("ALLOCATED BY", width: 26, minimumWidth: 16, grows: true),
        Table.Column("BYTES", width: 7, alignment: .trailing, hidingOrder: 1),
        Table.Column("AGE", width: 8, alignment: .trailing),
      ],
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let (slab, number, pin) = rows[index]
      // A slab's own figures stand beside its first object.
      let own: [Table.Content] =
        number > 0
        ? [.text(""), .text(""), .text("")]
        : [
          .text("@\(slab.pageFrameNumber)", theme[.dim]), .text("\(slab.order)", theme.orders[slab.order]),
          .text("\(slab.objectsInUse)/\(slab.objects)"),
        ]
      return own + [
        .text(pin.cache),
        pin.isLive ? .text(pin.site ?? "not recorded") : .text("free, in a magazine", theme[.dim]),
        .text(pin.requestedBytes.map(String.init) ?? ""),
        .text(pin.ageMicroseconds.map(Figures.duration(microseconds:)) ?? ""),
      ]
    }
    canvas.draw(table, in: inside)
  }
}
