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
    /// A workload is being chosen from those that have what is typed.
    case picking(TextField, ListSelection)
    /// A command is being chosen from those that have what is typed.
    case commanding(TextField, ListSelection)
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
  /// What the page in view shows besides the snapshot.
  public internal(set) var details = MachineDetails()
  public internal(set) var mode = Mode.browsing
  /// Which caches are shown: see `CacheQuery`.
  public internal(set) var filter = ""
  public internal(set) var sortColumn = CacheColumn.held
  public internal(set) var isInverted = false
  /// The selected cache: the selection follows it when the order changes.
  public internal(set) var selectedCache: String?
  public internal(set) var selection = ListSelection()
  /// Whether someone moved the selection: until then it stays on the first row.
  var hasChosen = false
  /// What was just done, or went wrong.
  public internal(set) var notice: (text: String, isFailure: Bool)?
  /// Which keys do what.
  public var keys = KeyBindings.standard
  /// Cells of the screen.
  public internal(set) var size: Size
  var rates = RateHistory()
  var history = HeldHistory()
  var ledgers = LedgerHistory()
  var events = MachineEvents()
  var moments = SnapshotHistory()
  /// The moment that is shown in place of now.
  var shownMoment: Int?
  /// The machine as it is now, whatever is shown.
  var latest: Snapshot?
  /// The moment that was marked, to see what grew.
  var marked: Snapshot?

  /// Nothing seen yet, on a screen of this size.
  public init(status: PlaybackStatus, size: Size) {
    self.status = status
    self.size = size
  }

  /// The caches as the table lists them: those that hold or held something and pass the filter, sorted.
  public var rows: [CacheSnapshot] {
    // While it is being typed, a query may not be whole yet: then nothing is left out.
    let query = try? CacheQuery(filter)
    let shown = (snapshot?.caches ?? []).filter { cache in
      (cache.slabs > 0 || cache.allocations > 0 || cache.totalObjects > 0)
        && query?.includes(cache, rate: rates.rate(of: cache.name)) ?? true
    }
    let ascends = sortColumn.ascendsByDefault != isInverted
    return shown.sorted {
      ascends ? sortColumn.precedes($0, $1, rates: rates) : sortColumn.precedes($1, $0, rates: rates)
    }
  }

  /// The selected cache, if it is listed.
  public var selected: CacheSnapshot? { rows.first { $0.name == selectedCache } }
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
