public import Telemetry
public import TerminalUI

/// What can happen to a dashboard.
public enum DashboardMessage: Sendable {
  /// Someone pressed a key, moved the wheel, resized the window.
  case input(InputEvent)
  /// The machine was looked at again, so many seconds after the last time; and the other policy's, where one is carried
  /// along, and what the page in view shows besides.
  case refreshed(
    Snapshot, PlaybackStatus, seconds: Double, other: Snapshot? = nil, details: MachineDetails = MachineDetails())
  /// Another time of a recorded history is looked at: what went before it, each so many seconds after the one before, and
  /// it itself as the last.
  case replayed([(Snapshot, seconds: Double)])
  /// An export is done, or failed: a line that says so.
  case exported(String, isFailure: Bool)
  /// Another machine plays from here on: rates start anew.
  case restarted
}

/// What a dashboard wants done. It does nothing itself.
public enum DashboardEffect: Sendable, Hashable {
  case switchWorkload(Int)
  case setPaused(Bool)
  /// So many steps faster; slower where negative.
  case changeSpeed(Int)
  /// What is on screen is written under this name, in the working directory unless it says otherwise.
  case export(ExportFormat, name: String)
  /// So many events are played, and no more.
  case play(events: Int)
  /// Another time of the recorded history is looked at.
  case seek(Seek)
  case nextTheme
  /// Another policy is carried along to compare with.
  case nextOtherPolicy
  /// Another page is in view: what it shows besides the snapshot is to come with the next one.
  case show(DashboardPage)
  /// The advisor is asked which sizes would fit what lives.
  case advise
  /// What it said is done.
  case applyAdvice
  /// General caches of so many bytes are added, each by a thread of its own; those in service are retired.
  case addSizes([Int])
  /// A cache is made to serve general requests.
  case exportCache(String)
  /// Another machine under the next policy, from the same point on.
  case nextPolicy
  /// The page hog takes so many tenths of memory more; negative gives back.
  case squeeze(Int)
  /// Page requests above order 0 are refused, or served again.
  case toggleHighOrders
  case toggleShuffling
  /// General caches of 1.5 x 2^n are added, or retired.
  case toggleSizes
  /// The selected cache changed: its slabs are to be listed in the next snapshot.
  case watch(String?)
  case redraw
  case quit
}

/// To which time of a recorded history.
public enum Seek: Sendable, Hashable {
  /// So many moments on; back where negative.
  case by(Int)
  case to(TypedTime)
  /// The latest moment.
  case end
}

/// In which format a snapshot, or the screen itself, is exported. The raw value ends the file's name.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  case slabinfo
  case json
  case csv
  /// OpenMetrics, as node_exporter's textfile collector reads it.
  case prom
  /// The screen as a picture, as text with colours, as plain text.
  case svg
  case ansi
  case txt

  /// The key that chooses it, and what it is called.
  public var choice: (key: Character, name: String) {
    switch self {
    case .slabinfo: ("s", "slabinfo")
    case .json: ("j", "JSON")
    case .csv: ("c", "CSV")
    case .prom: ("o", "OpenMetrics")
    case .svg: ("v", "screen: SVG")
    case .ansi: ("a", "ANSI")
    case .txt: ("t", "text")
    }
  }
}
