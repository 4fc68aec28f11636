import TerminalUI

/// Events page: the events of the machine, the newest first, with their severities.
struct EventsPage: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the list of events.
  static let columns: [PageColumn<MachineEvent>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("TIME", width: 8, alignment: .trailing),
        "Time of the workload at which the event happened; of merged events the last."),
      number: { Double($0.time) }
    ) { event, theme, _ in .text(NumberFormat.time(microseconds: event.time), theme[.dim]) },
    PageColumn(
      DefinedColumn(
        Table.Column("SEVERITY", width: 11),
        "failure: an allocation failed; warning: an order fallback; information: growth, sizes, sharing."),
      text: \.severity.name
    ) { event, theme, _ in .text(event.severity.name, theme[event.severity.role]) },
    PageColumn(
      DefinedColumn(
        Table.Column("TIMES", width: 6, alignment: .trailing),
        "Number of equal events, each within 10 s of the one before, that the row stands for."),
      number: { Double($0.count) }
    ) { event, theme, _ in .text(event.count > 1 ? "x\(NumberFormat.count(event.count))" : "", theme[.dim]) },
    PageColumn(
      DefinedColumn(
        Table.Column("EVENT", width: 48, minimumWidth: 30, grows: true), "Description with the sum of the amounts."),
      text: \.description
    ) { event, theme, _ in .text(event.description, theme[event.severity.role]) },
  ]

  func placedLists(in rect: Rect) -> [PlacedList] {
    let table = PageTable(
      id: .events, columns: EventsPage.columns, rows: log.events(from: state.leastSeverity).reversed(),
      defaultColumn: "TIME", identity: { String($0.number) }, name: \.description, cache: \.cache,
      detail: { .moment(microseconds: $0.time, cache: $0.cache, EventsPage.text(of: $0)) })
    let view = ListView(
      list: table.list(state.listState(.events)), title: title, emptyText: state.leastSeverity.emptyText,
      isFocused: true, theme: theme,
      glyphs: glyphs)
    return [PlacedList(view: view, rect: rect)]
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }

  private var log: EventLog { state.trends.events.log }

  /// Number of events of each severity, and the severity filter.
  private var title: String {
    let counts = MachineEvent.Severity.allCases.reversed().map { severity in
      "\(NumberFormat.count(log.count(of: severity))) \(log.count(of: severity) == 1 ? severity.name : severity.plural)"
    }
    let filter = state.leastSeverity == .information ? "" : "; shown: \(state.leastSeverity.filterText)"
    return "Events: " + counts.joined(separator: ", ") + filter
  }

  private static func text(of event: MachineEvent) -> RowText {
    var lines: [RowText.Line] = [
      .sentence(event.description), .figure("severity", event.severity.name),
      .figure("cache", event.cache ?? "the whole machine"),
      .figure("time", NumberFormat.time(microseconds: event.time)),
    ]
    if event.count > 1 {
      lines += [
        .figure("equal events", NumberFormat.count(event.count)),
        .figure("the first at", NumberFormat.time(microseconds: event.firstTime)),
      ]
    }
    return RowText(title: "Event", lines: lines)
  }
}

extension MachineEvent.Severity {
  /// The events of at least this severity, as a notice names them.
  var filterText: String {
    switch self {
    case .information: "all events"
    case .warning: "warnings and failures"
    case .failure: "failures"
    }
  }

  /// Text in place of the events if there is none of at least this severity.
  fileprivate var emptyText: String {
    switch self {
    case .information: "No events yet"
    case .warning: "No warnings or failures yet"
    case .failure: "No failures yet"
    }
  }

  /// The next severity filter: all, warnings and failures, failures.
  var next: MachineEvent.Severity { MachineEvent.Severity(rawValue: rawValue + 1) ?? .information }
}
