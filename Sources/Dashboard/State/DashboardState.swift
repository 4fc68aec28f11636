package import Telemetry
package import TerminalUI

/// State of the dashboard. `update(_:)` changes it and ``DashboardView`` draws it; both are free of side effects.
package struct DashboardState: Sendable {
  /// Receiver of the keys.
  package enum Mode: Sendable, Hashable {
    case browsing
    /// Help screen, scrolled by a number of lines.
    case help(offset: Int)
    /// A term of the page in view is explained; then the column chooser is shown again if the term was chosen there.
    case explaining(index: Int, isInChooser: Bool)
    /// The filter is being typed.
    case filtering(TextField)
    /// The format of an export is being chosen.
    case exporting
    /// The file name of an export is being typed.
    case naming(ExportFormat, TextField)
    /// A workload is being chosen from a list that the typed text filters.
    case picking(TextField, ListSelection)
    /// A command is being chosen from a list that the typed text filters.
    case commanding(TextField, ListSelection)
    /// The table's columns are being chosen.
    case columns(ListSelection)
    /// Sizes of general caches to add or retire are being typed.
    case sizing(TextField)
    /// The time to jump to is being typed.
    case jumping(TextField)
    /// The user is asked whether a cache shall be shrunk.
    case shrinking(String)
    /// More figures of a row of a page's list, scrolled by a number of lines.
    case detail(PageListID, rowID: String, offset: Int)
  }

  /// Page that was in view before Enter on one of its rows showed another page.
  struct Origin: Sendable, Hashable {
    let page: DashboardPage
    /// Whether Enter changed the time in view from now to the past, so that Esc returns to now.
    var leftNow = false
  }

  /// Snapshot in view; nil before the first one.
  package internal(set) var snapshot: Snapshot? {
    didSet { totals.update(to: snapshot?.caches ?? []) }
  }
  /// Sums over the caches of the snapshot in view.
  private(set) var totals = CacheTotals()
  /// Snapshot of the compared policy's machine, at the same event; nil if no policy is compared.
  package internal(set) var comparedSnapshot: Snapshot?
  /// Source and playback.
  package internal(set) var status: PlaybackStatus
  /// Page in view.
  package internal(set) var view = DashboardPage.caches
  /// Panes beside the cache table.
  package var panes = Panes()
  /// Columns of the cache table, from left to right.
  package var columns = CacheColumn.standard
  /// Number of the cache table's columns after the name that are scrolled out of view on the left.
  package internal(set) var firstColumn = 0
  /// Order of the lines in the column chooser, and its cursor.
  var chooser = ColumnChooser()
  /// Details that the page in view shows besides the snapshot.
  package internal(set) var details = MachineDetails()
  /// Receiver of the keys.
  package internal(set) var mode = Mode.browsing
  /// Filter of the cache table, see `CacheQuery`.
  package internal(set) var filter = ""
  /// Sort order of the cache table, and its unfolded pools.
  var order = CacheList.Order()
  /// Rows of the cache table. `rebuildList` updates them.
  private(set) var list = CacheList()
  /// Selected row: the selection follows it when the order changes.
  var selectedRow: CacheRow.ID?
  /// Index of the selected row and scroll position of the cache table.
  package internal(set) var selection = ListSelection()
  /// Whether the user moved the selection; until then the first row is selected.
  var hasChosen = false
  /// Cache that stays selected and listed under any filter, workload and policy; nil for none.
  package internal(set) var followed: String?
  /// Sort order, selection and filter of the lists on the other pages.
  var listStates: [PageListID: PageListState] = [:]
  /// Lists that keys act on, of pages with several lists.
  var focusedLists: [DashboardPage: PageListID] = [:]
  /// Lowest severity of the events that the events page lists.
  var leastSeverity = MachineEvent.Severity.information
  /// Page to which Esc returns; nil for the caches.
  var origin: Origin?
  /// Message in the last line: a success or a failure; nil for none.
  package internal(set) var notice: (text: String, isFailure: Bool)?
  /// When the notice appeared, by `PlaybackStatus.now`; nil before the next refresh.
  var noticeSince: Double?
  /// Seconds after which a notice of success is removed.
  static let noticeSeconds = 8.0
  /// Keys and their actions.
  package var keys = KeyBindings.standard
  /// Size of the terminal in cells.
  package internal(set) var terminalSize: Size {
    didSet { size = TourLayout(terminalSize, hasTour: tour != nil).live.size }
  }
  /// Size in cells of the dashboard without the pane of the tour.
  package private(set) var size: Size
  /// The tour; nil if it is not taken.
  package internal(set) var tour: TourProgress? {
    didSet { size = TourLayout(terminalSize, hasTour: tour != nil).live.size }
  }
  /// Columns and sort order of the cache table before a step of the tour changed them; nil if none did.
  var columnsBeforeTour: (columns: [CacheColumn], order: CacheList.Order)?
  /// Meaning of the colours in the slab map.
  var coloring = SlabColoring.owner
  var slabAges = SlabAges()
  /// Rates, curves and events up to now.
  var liveTrends = Trends()
  /// Rates, curves and events up to the past snapshot in view; nil if the latest is in view.
  var pastTrends: Trends?
  /// Snapshots of the last minutes.
  var history = SnapshotHistory()
  /// Index of the past snapshot in view; nil if the latest is in view.
  var shownIndex: Int?
  /// Latest snapshot, whichever snapshot is in view.
  var latest: Snapshot?
  /// Time span of the charts that the user chose; nil for the standard one.
  var chosenSpan: ChartSpan?
  /// Moment that the user marked; nil for none.
  var marked: MarkedMoment?
  /// First moment of the source; nil before the first snapshot.
  var start: MarkedMoment?
  /// Whether the times of `start` are relative to the snapshot in view.
  var isStartRelative = false
  /// Latest profile; nil before the first one.
  var traffic: ProfiledTraffic?
  var liveCurves = LiveCurves()

  /// Creates a state without a snapshot, for a screen of a size.
  package init(status: PlaybackStatus, size: Size) {
    self.status = status
    (self.size, terminalSize) = (size, size)
    // The names of caches that a kernel merged have no figures of their own and are folded at first.
    order.isUnfolded = status.source.has(.replay)
  }

  /// Default columns of the cache table for the source.
  package var standardColumns: [CacheColumn] {
    if status.source.has(.allocationCounts) {
      return status.watch == nil ? CacheColumn.standard : CacheColumn.standardOfWatchedKernels
    }
    return status.source.has(.slabOccupancy) ? CacheColumn.standardOfKernels : CacheColumn.standardOfHosts
  }

  /// The rows of the table of caches.
  var rows: CacheRows { list.rows }

  /// Rates, curves and events up to the snapshot in view.
  var trends: Trends { pastTrends ?? liveTrends }
  /// Rates and growth of the caches up to the snapshot in view.
  var cacheRates: CacheRates { trends.cacheRates }

  /// The name of the selected cache.
  package var selectedCache: String? { selectedRow?.name }

  /// Figures of the selected row; nil if no row is selected.
  package var selected: CacheSnapshot? {
    guard let snapshot, rows.indices.contains(selection.selected) else { return nil }
    return list.figures(of: rows[selection.selected], in: snapshot)
  }

  /// Positions of the panels.
  var layout: DashboardLayout {
    let stripHeight = ActivityStrip.height(
      onScreenOf: size.height, countsOperations: status.source.has(.allocationCounts) && status.watch == nil)
    return DashboardLayout(size, panes, rows: rows.count, stripHeight: view == .caches ? stripHeight : 0)
  }

  /// Rebuilds the rows of the cache table from the snapshot, the filter and the sort order.
  mutating func rebuildList() {
    // A query that is being typed may be incomplete: then every cache is listed.
    let query = filter.isEmpty ? nil : try? CacheQuery(filter)
    list.rebuild(snapshot, order, cacheRates, query: query, followed: followed)
  }
}

extension DashboardState {
  /// Filter of the list that keys act on: the cache table or the list of the page in view.
  var activeFilter: String {
    get {
      guard view != .caches else { return filter }
      // Lists are built only if one of them has a filter, because every drawing asks for it.
      guard view.listIDs.contains(where: { !listState($0).filter.isEmpty }) else { return "" }
      return activeList?.list.state.filter ?? ""
    }
    set {
      guard view != .caches else { return filter = newValue }
      if let id = activeList?.list.id { listStates[id, default: PageListState()].filter = newValue }
    }
  }

  /// Error in the active filter; nil if the filter is valid.
  var filterProblem: QueryError? {
    guard view == .caches else { return activeList?.list.filterProblem }
    do {
      _ = try CacheQuery(filter)
      return nil
    } catch {
      return error
    }
  }
}
