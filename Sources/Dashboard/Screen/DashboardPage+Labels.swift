import Telemetry

extension DashboardPage {
  /// Labels of the page with their definitions, for the help screen.
  var labels: [DefinedLabel] {
    switch self {
    case .caches: ActivityStrip.labels
    case .slabs: SlabMapPanel.labels + PinsPanel.columns.map(\.label)
    case .pages: PagesPanel.labels + ChartTime.labels
    case .ledger: ByteLedger.Part.allCases.map { DefinedLabel($0.title, $0.explanation) } + LedgerPanel.labels
    case .sizes: SizesPanel.columns.map(\.label)
    case .generalCaches: GeneralCachesPanel.columns.map(\.label)
    case .sites: SitesPanel.columns.map(\.label)
    case .cpus: CPUsPanel.cpuColumns.map(\.label) + CPUsPanel.columns.map(\.label)
    case .growth: GrowthPanel.cacheColumns.map(\.label) + GrowthPanel.siteColumns.map(\.label)
    case .shuffler: ShufflerPanel.columns.map(\.label)
    case .events: EventsPage.columns.map(\.label)
    case .comparison: ComparedFigures.labels + ComparisonPanel.columns.map(\.label) + ChartTime.labels
    }
  }
}

extension DashboardState {
  /// Labels of the page in view with their definitions, for the help screen.
  var labels: [DefinedLabel] {
    guard view == .comparison, details.mirror != nil else { return view.labels }
    return ComparedFigures.mirrorLabels + ComparisonPanel.columns.map(\.label) + ChartTime.labels
  }
}

extension HeaderPanel {
  /// Labels of the totals in the header with their definitions, for the help screen.
  static let labels = [
    DefinedLabel(nameOf: .events), DefinedLabel(nameOf: .eventRate), DefinedLabel(nameOf: .time),
    DefinedLabel("objects", "Active and total objects of all caches."), DefinedLabel(nameOf: .slabBytes),
    DefinedLabel("waste", "Percentage of slab memory that is not requested bytes of live objects."),
    DefinedLabel(nameOf: .unseenFrees),
    DefinedLabel(
      "policy would use",
      "Difference in slab memory under the compared policy, which replays the same events. If allocations fail under that "
        + "policy only, their number is shown instead."),
    DefinedLabel(nameOf: .slabs), DefinedLabel(nameOf: .caches),
    DefinedLabel("loops", "Times that the recording was replayed to its end and started again."),
  ]
}
