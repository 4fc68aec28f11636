import TerminalUI

/// Objects that pin the emptiest slabs of the selected cache.
struct PinsPanel {
  /// Object with its slab.
  struct Row: Sendable {
    let slab: MachineDetails.PinnedSlab
    /// Number of the object among those of the slab, from 0.
    let number: Int
    let pin: MachineDetails.Pin

    /// Style of the slab's figures, which stand out in the row of its first object.
    func slabStyle(_ theme: Theme) -> Style { number == 0 ? .plain : theme[.dim] }
  }

  /// Columns of the list of objects.
  static let columns: [PageColumn<Row>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("SLAB", width: 9),
        "Number of the slab's first page (@); of the running kernel, number of the slab in the map (#)."),
      ascends: true,
      number: { Double($0.slab.pageFrameNumber) }
    ) { row, theme, _ in .text(row.slab.name, theme[.dim]) },
    PageColumn(
      DefinedColumn(Table.Column("ORDER", width: 6, hidingOrder: 2), "Page order of the slab."),
      number: { Double($0.slab.order) }
    ) { row, theme, _ in .text("\(row.slab.order)", theme.orders[row.slab.order]) },
    PageColumn(
      DefinedColumn(
        Table.Column("IN USE", width: 7, alignment: .trailing),
        "Objects in use, and objects that the slab has room for. Of the running kernel: live objects since the start of the watch; "
          + "older objects in the slab are not known."),
      ascends: true, number: { Double($0.slab.objectsInUse) },
      sortKey: { Double($0.slab.objectsInUse) / Double(max(1, $0.slab.objects)) }
    ) { row, theme, _ in .text("\(row.slab.objectsInUse)/\(row.slab.objects)", row.slabStyle(theme)) },
    PageColumn(
      DefinedColumn(Table.Column("CACHE", width: 22, minimumWidth: 14), "Cache of the object that pins the slab."),
      text: \.pin.cache),
    PageColumn(
      DefinedColumn(
        Table.Column("CALL SITE", width: 26, minimumWidth: 16, grows: true), "Function that allocated the object."),
      text: \.pin.siteText
    ) { row, theme, _ in .text(row.pin.siteText, row.pin.isLive ? .plain : theme[.dim]) },
    PageColumn(
      DefinedColumn(
        Table.Column("BYTES", width: 7, alignment: .trailing, hidingOrder: 1), "Requested bytes of the object."),
      number: { $0.pin.requestedBytes.map(Double.init) }
    ) { row, _, _ in .text(row.pin.requestedBytes.map(String.init) ?? "") },
    PageColumn(
      DefinedColumn(Table.Column("AGE", width: 8, alignment: .trailing), "Time since the allocation of the object."),
      number: { $0.pin.ageMicroseconds.map(Double.init) }
    ) { row, _, _ in .text(row.pin.ageMicroseconds.map(NumberFormat.duration(microseconds:)) ?? "") },
  ]

  static func view(
    of slabs: [MachineDetails.PinnedSlab], _ listState: PageListState, theme: Theme, glyphs: GlyphSet
  ) -> ListView {
    let rows = slabs.flatMap { slab in
      slab.pins.enumerated().map { Row(slab: slab, number: $0.offset, pin: $0.element) }
    }
    let table = PageTable(
      id: .pins, columns: columns, rows: rows, defaultColumn: "IN USE",
      identity: { "\($0.slab.pageFrameNumber).\($0.number)" }, name: { "\($0.pin.cache) \($0.pin.siteText)" },
      cache: \.pin.cache, detail: { .text(text(of: $0)) })
    return ListView(
      list: table.list(listState),
      title: slabs.contains(where: \.isNumbered)
        ? "Objects that pin the slabs with the fewest live objects since the start; older objects are not known"
        : "Objects that pin the emptiest slabs", isBoxed: true,
      emptyText: "No object pins a nearly empty slab", isFocused: true, theme: theme, glyphs: glyphs)
  }

  private static func text(of row: Row) -> RowText {
    RowText(
      title: "Object of \(row.pin.cache)",
      lines: [
        .figure(
          "slab",
          row.slab.isNumbered
            ? "\(row.slab.name) of the map, order \(row.slab.order)"
            : "first page \(row.slab.name), order \(row.slab.order)"),
        row.slab.isNumbered
          ? .figure(
            "live objects", "\(row.slab.objectsInUse) since the start of the watch, room for \(row.slab.objects)")
          : .figure("objects in use", "\(row.slab.objectsInUse) of \(row.slab.objects)"),
        .figure("object", row.pin.isLive ? "live" : "free, in a magazine"),
        .figure("call site", row.pin.site ?? "not recorded"),
        .figure("requested", row.pin.requestedBytes.map(NumberFormat.bytes) ?? "not recorded"),
        .figure("age", row.pin.ageMicroseconds.map(NumberFormat.duration(microseconds:)) ?? "not recorded"),
      ])
  }
}

extension MachineDetails.Pin {
  /// The call site, or the reason why there is none.
  fileprivate var siteText: String { isLive ? site ?? "not recorded" : "free, in a magazine" }
}
