import Profiles
import Telemetry
import TerminalUI

/// CPUs page: a heat map of objects by allocating and freeing CPU, and the free objects in per-CPU caches (magazines of an engine;
/// CPU slabs, CPU partial lists and sheaves of a kernel) by cache.
struct CPUsPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// CPU with the objects that it allocated and that were freed, by freeing CPU.
  struct CPU: Sendable {
    let number: Int
    /// Objects that the CPU allocated; nil if not known.
    let allocObjects: Int?
    /// Objects that the CPU allocated, by the CPU that freed them.
    let freedOn: [Int]
    /// Objects that the CPU freed, by the CPU that had allocated them.
    let allocatedOn: [Int]
    /// Largest count of the heat map.
    let most: Int

    /// Objects that the CPU allocated and that have been freed.
    var allocated: Int { freedOn.reduce(0, +) }
    /// Objects that the CPU allocated and whose free was not recorded; nil if not known.
    var unfreed: Int? { allocObjects.map { $0 - allocated } }
    var freed: Int { allocatedOn.reduce(0, +) }
    /// Objects that the CPU allocated and another CPU freed.
    var freedElsewhere: Int { allocated - freedOn[number] }
  }

  /// Columns of the heat map without the heat itself.
  static let cpuColumns: [PageColumn<CPU>] = [
    PageColumn(
      DefinedColumn(Table.Column("CPU", width: 4, alignment: .trailing), "Number of the CPU."), ascends: true,
      number: { Double($0.number) }
    ) { cpu, theme, _ in .text("\(cpu.number)", theme[.header]) },
    PageColumn(
      DefinedColumn(
        Table.Column("ALLOCATED", width: 10, alignment: .trailing), "Objects that the CPU allocated."),
      count: \.allocObjects),
    PageColumn(
      DefinedColumn(
        Table.Column("NOT FREED", width: 10, alignment: .trailing, hidingOrder: 1),
        "Objects that the CPU allocated and that no recorded free ended: live objects and unseen frees."),
      count: \.unfreed),
    PageColumn(
      DefinedColumn(Table.Column("FREED", width: 8, alignment: .trailing), "Objects that the CPU freed."),
      count: \.freed),
    PageColumn(
      DefinedColumn(
        Table.Column("ELSEWHERE", width: 9, alignment: .trailing),
        "Percentage of the freed objects of the CPU that another CPU freed: remote frees."),
      number: { $0.allocated == 0 ? nil : Double($0.freedElsewhere) / Double($0.allocated) * 100 }
    ) { cpu, _, _ in .text(NumberFormat.percent(cpu.freedElsewhere, of: cpu.allocated)) },
  ]

  /// Column of the heat map: the objects by freeing CPU. Its heading is replaced by the numbers of the CPUs.
  private static let heat = PageColumn<CPU>(
    drawing: DefinedColumn(Table.Column("", width: 30, minimumWidth: 12, grows: true), "Objects by freeing CPU.")
  ) { cpu, theme, glyphs in .widget(HeatRow(cpu: cpu, theme: theme, glyphs: glyphs)) }

  /// Columns of the list of per-CPU caches.
  static let columns: [PageColumn<CacheSnapshot>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("PER-CPU CACHE OF", width: 26, minimumWidth: 18, grows: true),
        "Cache that the objects belong to."), text: \.name),
    PageColumn(DefinedColumn(.magazineCapacity, width: 9), number: { Double($0.magazineCapacity) }) { cache, _, _ in
      .text(cache.magazineCapacity == 0 ? "-" : String(cache.magazineCapacity))
    },
    PageColumn(
      DefinedColumn(
        Table.Column("FREE OBJECTS", width: 13, alignment: .trailing), Figure.objectsInMagazines.definition),
      count: \.objectsInMagazines),
    PageColumn(
      DefinedColumn(
        Table.Column("BYTES", width: NumberFormat.bytesWidth, alignment: .trailing), "Bytes of the free objects."),
      bytes: { $0.objectsInMagazines * $0.stride }),
    PageColumn(DefinedColumn(.refills, width: 8), count: \.refills),
    PageColumn(DefinedColumn(.flushes, width: 8), count: \.flushes),
    PageColumn(
      DefinedColumn(
        Table.Column("ALLOCS/REFILL", width: 14, alignment: .trailing, hidingOrder: 1),
        "Objects allocated per refill: the larger, the fewer slabs are touched."),
      count: { cache in
        guard let refills = cache.refills, refills > 0 else { return nil }
        return cache.allocations.map { $0 / refills }
      }),
    PageColumn(
      DefinedColumn(
        Table.Column("REMOTE FREES", width: 13, alignment: .trailing, hidingOrder: 2), Figure.remoteFrees.definition),
      count: \.remoteFreesReturned),
  ]

  /// Smallest height of a list with its title and heading.
  private static let fewestRows = 5

  func placedLists(in rect: Rect) -> [PlacedList] {
    let frees = state.traffic?.profile.freesByCPU ?? []
    // The heat map needs a row per CPU; the list gets the other rows, but at least half of them.
    let wanted = max(1, frees.count) + 3
    let height = min(wanted, max(CPUsPanel.fewestRows, rect.height / 2))
    let hasBoth = rect.height >= height + CPUsPanel.fewestRows
    let parts = rect.rows(hasBoth ? [.fixed(height), .share(1)] : [.share(1)])
    let focused = hasBoth ? state.focusedList(of: .cpus, default: .cpus) : .cpus
    var lists = [PlacedList(view: matrix(frees, isFocused: focused == .cpus), rect: parts[0])]
    if hasBoth { lists.append(PlacedList(view: perCPUCaches(isFocused: focused != .cpus), rect: parts[1])) }
    return lists
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    for list in placedLists(in: rect) {
      canvas.draw(list.view, in: list.rect)
      if list.list.id == .cpus { drawHeadings(of: list, on: &canvas) }
    }
  }

  private func matrix(_ frees: [[Int]], isFocused: Bool) -> ListView {
    let allocations = state.traffic?.profile.allocObjectsByCPU ?? []
    let most = frees.lazy.map { $0.max() ?? 0 }.max() ?? 0
    let rows = frees.indices.map { number in
      CPU(
        number: number, allocObjects: allocations.indices.contains(number) ? allocations[number] : nil,
        freedOn: frees[number], allocatedOn: frees.map { $0[number] }, most: most)
    }
    let table = PageTable(
      id: .cpus, columns: CPUsPanel.cpuColumns + [CPUsPanel.heat], rows: rows, defaultColumn: "CPU",
      identity: { "\($0.number)" }, name: { "cpu \($0.number)" }, detail: { .text(CPUsPanel.text(of: $0)) })
    let all = rows.reduce(0) { $0 + $1.allocated }
    let elsewhere = rows.reduce(0) { $0 + $1.freedElsewhere }
    return ListView(
      list: table.list(state.listState(.cpus)),
      title: "Allocated on (row), freed on (column)"
        + (all == 0 ? "" : "; \(NumberFormat.percent(elsewhere, of: all)) of \(NumberFormat.count(all)) elsewhere")
        + state.scalingNote("frees"),
      isBoxed: true,
      emptyText: state.details.profileNotice
        ?? "No object was freed yet, or this program was built without data capture.",
      isFocused: isFocused, theme: theme, glyphs: glyphs)
  }

  private func perCPUCaches(isFocused: Bool) -> ListView {
    let rows = (state.snapshot?.caches ?? []).filter {
      ($0.refills ?? 0) + ($0.flushes ?? 0) + $0.objectsInMagazines > 0
    }.sorted { $0.name < $1.name }
    let table = PageTable(
      id: .perCPUCaches, columns: CPUsPanel.columns, rows: rows, defaultColumn: "BYTES", identity: \.name,
      name: \.name, cache: \.name, detail: { .cacheTable($0.name) })
    return ListView(
      list: table.list(state.listState(.perCPUCaches)), title: "Per-CPU caches of all CPUs, by cache",
      emptyText: "No free object in a per-CPU cache", isFocused: isFocused, theme: theme, glyphs: glyphs)
  }

  /// Draws the numbers of the freeing CPUs over their columns.
  private func drawHeadings(of list: PlacedList, on canvas: inout Canvas) {
    let frame = list.view.tableFrame(in: list.rect)
    let cpus = state.traffic?.profile.freesByCPU.count ?? 0
    guard cpus > 0,
      let place = list.view.table.placements(in: frame.width).first(where: { $0.column == CPUsPanel.cpuColumns.count })
    else { return }
    let width = HeatRow.cellWidth(cpus: cpus, in: place.width)
    for cpu in 0..<min(cpus, place.width / width) {
      let point = Point(x: frame.minX + place.x + cpu * width, y: frame.minY)
      canvas.draw("\(cpu)", at: point, style: theme[.header], maxWidth: width - 1)
    }
  }

  private static func text(of cpu: CPU) -> RowText {
    func bars(_ counts: [Int]) -> [RowText.Line] {
      counts.allSatisfy { $0 == 0 }
        ? [.sentence("None yet.")] : RowText.Line.bars(counts.enumerated().map { (label: "cpu \($0)", count: $1) })
    }
    var lines: [RowText.Line] = [
      .figure("allocated", NumberFormat.count(cpu.allocObjects)),
      .figure("not freed", NumberFormat.count(cpu.unfreed)),
      .figure("allocated and freed", NumberFormat.count(cpu.allocated)),
      .figure("freed by this CPU", NumberFormat.count(cpu.freed)),
      .figure(
        "freed by another CPU",
        "\(NumberFormat.count(cpu.freedElsewhere)), \(NumberFormat.percent(cpu.freedElsewhere, of: cpu.allocated))"),
      .heading("Objects allocated on CPU \(cpu.number), by freeing CPU"),
    ]
    lines += bars(cpu.freedOn) + [.heading("Objects freed on CPU \(cpu.number), by allocating CPU")]
    lines +=
      bars(cpu.allocatedOn) + [
        .heading("Magazines"),
        .sentence("Magazines are counted by cache over all CPUs: the second list of the page shows them."),
      ]
    return RowText(title: "CPU \(cpu.number)", lines: lines)
  }
}

/// Row of the heat map: a count and a bar per freeing CPU. Local frees and remote frees have different colours.
private struct HeatRow: Widget {
  let cpu: CPUsPanel.CPU
  let theme: Theme
  let glyphs: GlyphSet

  /// Returns the width of a cell with the gap behind it.
  static func cellWidth(cpus: Int, in width: Int) -> Int { max(5, min(14, width / max(1, cpus))) }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let width = HeatRow.cellWidth(cpus: cpu.freedOn.count, in: rect.width)
    for (column, count) in cpu.freedOn.enumerated() {
      let cell = Rect(x: rect.minX + column * width, y: rect.minY, width: width - 1, height: 1)
      guard cell.maxX <= rect.maxX else { break }
      draw(count, isLocal: column == cpu.number, on: &canvas, in: cell)
    }
  }

  private func draw(_ count: Int, isLocal: Bool, on canvas: inout Canvas, in cell: Rect) {
    let text = count == 0 ? String(glyphs.separator) : NumberFormat.count(count)
    // The square root keeps remote frees visible, which are often a thousandth of the local ones.
    let share = cpu.most > 0 ? (Double(count) / Double(cpu.most)).squareRoot() : 0
    let style = count == 0 ? theme[.dim] : theme[isLocal ? .good : .warning]
    let used = canvas.draw(text, at: cell.origin, style: style, maxWidth: cell.width)
    let room = cell.width - used - 1
    guard room > 0, count > 0 else { return }
    let filled = max(1, Int((share * Double(room)).rounded()))
    canvas.draw(glyphs.full, count: filled, at: Point(x: cell.minX + used + 1, y: cell.minY), style: style)
  }
}
