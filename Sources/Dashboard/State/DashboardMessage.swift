package import Profiles
package import Telemetry
package import TerminalUI

/// Input of the dashboard's update function.
package enum DashboardMessage: Sendable {
  /// A key, the mouse, a new window size or a signal.
  case input(InputEvent)
  /// A new snapshot, `seconds` after the previous one, with the snapshot of the compared policy (nil if there is none) and the
  /// details that the page in view shows.
  case refreshed(
    Snapshot, PlaybackStatus, seconds: Double, compared: Snapshot? = nil, details: MachineDetails = MachineDetails())
  /// The past of the snapshot in view was read from a recorded history: snapshots each `seconds` after the one before, the one in
  /// view last. The earlier ones, for charts of memory only, are without caches. Profiles are those of the same time, each
  /// `seconds` after the one before.
  case replayed(
    [(Snapshot, seconds: Double)], earlier: [(Snapshot, seconds: Double)] = [],
    profiles: [(AllocationProfile, seconds: Double)] = [])
  /// An export or another request finished or failed: the notice to show.
  case exported(String, isFailure: Bool)
  /// A cache was shrunk, or could not be: the text for the notice and the event log.
  case shrunk(cache: String, String, isFailure: Bool)
  /// The source starts anew on a fresh machine: rates and history are discarded.
  case restarted
  /// The machine of a step of the tour could not be set up: the reason, and what the user can do.
  case tourFailed(String)
}

/// Request of the dashboard to its owner. The update function itself has no side effects.
package enum DashboardEffect: Sendable, Hashable {
  /// Plays the workload at an index of ``PlaybackStatus/workloads``.
  case switchWorkload(Int)
  case setPaused(Bool)
  /// Changes the speed by a number of steps; negative is slower.
  case changeSpeed(Int)
  /// Exports the snapshot or the screen to a file. A relative name is relative to the working directory.
  case export(ExportFormat, name: String)
  /// Starts a recording of the source, or ends it.
  case toggleRecording
  /// Plays a number of events and then pauses.
  case play(events: Int)
  /// Shows another time of the recorded history.
  case seek(Seek)
  /// Reads the past of the snapshot in view from the recorded history, for the time span of the charts.
  case readPast
  case nextTheme
  /// Compares with the next policy.
  case nextComparedPolicy
  /// Another page is in view: the next refresh must include its details.
  case show(DashboardPage)
  /// Computes size classes for the objects that are live now.
  case advise
  /// Puts the advised size classes in service.
  case applyAdvice
  /// Adds general caches of these sizes in bytes, each from a thread of its own; sizes in service are retired.
  case addSizes([Int])
  /// Exports a cache as a general cache of its object size.
  case exportCache(String)
  /// Switches to the next policy: the workload is replayed to the same event on a fresh machine.
  case nextPolicy
  /// Enlarges the memory hog by a number of tenths of memory; negative shrinks it.
  case squeeze(Int)
  /// Makes page allocations above order 0 fail, or succeed again.
  case toggleHighOrders
  case toggleShuffling
  /// Frees the empty slabs of a cache of the running kernel.
  case shrinkCache(String)
  /// Adds general caches of 1.5 x 2^n bytes, or retires them.
  case toggleSizes
  /// The selected cache changed: the next snapshot must list its slabs.
  case watch(String?)
  /// Opens the machine of a step of the tour.
  case setUp(TourSetUp)
  case redraw
  case quit
}

/// Target time in a recorded history.
package enum Seek: Sendable, Hashable {
  /// Number of snapshots forward; negative is back.
  case by(Int)
  case to(TypedTime)
  /// The latest snapshot.
  case end
}

/// Format of an exported snapshot or screen. The raw value is the file name's extension.
package enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  case slabinfo
  case json
  case csv
  /// Prometheus text format 0.0.4, for the textfile collector of node_exporter.
  case prom
  /// The screen as a picture, as text with colours and as plain text.
  case svg
  case ansi
  case txt

  /// Key that chooses the format, and its name on the screen.
  package var choice: (key: Character, name: String) {
    switch self {
    case .slabinfo: ("s", "slabinfo")
    case .json: ("j", "JSON")
    case .csv: ("c", "CSV")
    case .prom: ("o", "Prometheus")
    case .svg: ("v", "screen: SVG")
    case .ansi: ("a", "ANSI")
    case .txt: ("t", "text")
    }
  }
}
