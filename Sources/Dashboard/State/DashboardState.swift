public import Telemetry
public import TerminalUI

/// All that a dashboard knows. `update` changes it, `DashboardView` draws it; neither does anything else.
public struct DashboardState: Sendable {
  /// What the keys go to.
  public enum Mode: Sendable, Hashable {
    case browsing
    /// The help screen, scrolled by so many lines.
    case help(offset: Int)
    /// The filter is being typed.
    case filtering(TextField)
    /// Waiting for the export's format.
    case exporting
    /// The export's name is being typed.
    case naming(ExportFormat, TextField)
    /// A workload is being chosen from those that have what is typed.
    case picking(TextField, ListSelection)
    /// A command is being chosen from those that have what is typed.
    case commanding(TextField, ListSelection)
    /// The table's columns are being chosen.
    case columns(ListSelection)
    /// The size of a general cache to add is being typed.
    case sizing(TextField)
    /// The time to go back to is being typed.
    case jumping(TextField)
    /// What grew since the marked moment, scrolled by so many lines.
    case difference(offset: Int)
  }

  public internal(set) var snapshot: Snapshot?
  /// The machine of the other policy, at the same event.
  public internal(set) var other: Snapshot?
  public internal(set) var status: PlaybackStatus
  public internal(set) var view = DashboardPage.caches
  /// Which panes the screen of caches has.
  public var panes = Panes()
  /// The columns of the table of caches, from the left.
  public var columns = CacheColumn.standard
  /// What the page in view shows besides the snapshot.
  public internal(set) var details = MachineDetails()
  public internal(set) var mode = Mode.browsing
  /// Which caches are shown: see `CacheQuery`.
  public internal(set) var filter = ""
  /// What the table of caches is sorted by, and which of its pools are unfolded.
  var order = CacheList.Order()
  /// The caches as the table lists them. Kept up by `arrange`.
  private(set) var list = CacheList()
  /// The selected row: the selection follows it when the order changes.
  var selectedRow: CacheRow.ID?
  public internal(set) var selection = ListSelection()
  /// Whether someone moved the selection: until then it stays on the first row.
  var hasChosen = false
  /// A cache that stays selected and listed, whatever the filter, the workload or the policy.
  public internal(set) var followed: String?
  /// What was just done, or went wrong.
  public internal(set) var notice: (text: String, isFailure: Bool)?
  /// Since when it stands there, by `PlaybackStatus.now`, and for how many seconds it does at most.
  var noticeSince: Double?
  static let noticeSeconds = 8.0
  /// Which keys do what.
  public var keys = KeyBindings.standard
  /// Cells of the screen.
  public internal(set) var size: Size
  /// What the colours of the map of slabs say.
  var coloring = SlabColoring.owner
  var slabAges = SlabAges()
  /// What went before now, and before the moment in view where that is past.
  var liveTrails = Trails()
  var pastTrails: Trails?
  var moments = SnapshotHistory()
  /// The moment that is shown in place of now.
  var shownMoment: Int?
  /// The machine as it is now, whatever is shown.
  var latest: Snapshot?
  /// The moment that was marked, to see what grew.
  var marked: MarkedMoment?

  /// Nothing seen yet, on a screen of this size.
  public init(status: PlaybackStatus, size: Size) {
    self.status = status
    self.size = size
    // Names that a host's merged caches also go by say nothing of their own: they wait until they are asked for.
    order.isUnfolded = status.source.has(.replay)
  }

  /// The columns that the table has unless somebody chooses others.
  public var standardColumns: [CacheColumn] {
    status.source.has(.allocationCounts)
      ? CacheColumn.standard
      : status.source.has(.slabOccupancy) ? CacheColumn.standardOfKernels : CacheColumn.standardOfHosts
  }

  /// The rows of the table of caches.
  var rows: [CacheRow] { list.rows }

  /// What went before the moment in view.
  var trails: Trails { pastTrails ?? liveTrails }
  var times: CacheTimes { trails.times }

  /// The name of the selected cache.
  public var selectedCache: String? { selectedRow?.name }

  /// The figures of the selected row, if one is selected.
  public var selected: CacheSnapshot? {
    guard let snapshot, rows.indices.contains(selection.selected) else { return nil }
    return list.figures(of: rows[selection.selected], in: snapshot)
  }

  /// Where the panels lie.
  var layout: DashboardLayout { DashboardLayout(size, panes, rows: rows.count) }

  /// Lists the caches anew: whatever the table goes by has changed.
  mutating func arrange() {
    // While it is being typed, a query may not be whole yet: then nothing is left out.
    let query = filter.isEmpty ? nil : try? CacheQuery(filter)
    list.arrange(snapshot, order, times, query: query, followed: followed)
  }
}

extension DashboardState {
  /// What is wrong with the filter, in words; nil where nothing is.
  var filterProblem: String? {
    do {
      _ = try CacheQuery(filter)
      return nil
    } catch {
      return error.description
    }
  }
}
