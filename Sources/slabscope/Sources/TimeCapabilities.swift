import Dashboard
import Profiles
import Telemetry
import Workloads

/// A source whose time can be stopped: while it is paused, its samples stay the same.
protocol Pausing: AnyObject {
  var isPaused: Bool { get }
  func setPaused(_ isPaused: Bool)
}

/// A source that plays at a multiple of the recorded speed.
protocol SpeedControl: AnyObject {
  var speed: PlaybackSpeed { get }
  /// Changes the speed by a number of steps; a negative number makes it slower. The slowest and the fastest speed are limits.
  func changeSpeed(by steps: Int)
}

/// A source that is sampled at an interval that the user chooses.
protocol SamplingControl: AnyObject {
  /// The interval with its unit.
  var intervalText: String { get }
  /// Changes the interval by a number of steps; a positive number makes it shorter.
  func changeInterval(by steps: Int)
}

/// A source that replays the events of a workload or a recording on a thread of its own.
protocol EventReplay: AnyObject {
  var progress: PlayerProgress { get }
  /// Number of the last event that was played, from the start of this loop; during `repetition`, the event to be reached.
  var eventsInLoop: Int { get }
  /// Progress message while the source repeats, at maximum speed, the events that another policy had played; nil afterwards.
  var repetition: String? { get }
  /// The reason why the slab memory of the recorded kernel is not known; nil if it is, or if the workload is synthetic.
  var kernelNotice: String? { get }
  /// Pauses, then plays a number of events.
  func play(events: Int)
  /// Stops the replay and returns when its thread has ended.
  func end()
}

/// A source that can be moved to any time of a recorded history.
protocol HistorySeeking: AnyObject {
  /// Position of the snapshot in view.
  var position: HistoryPosition { get }
  /// Moves to another time, and pauses.
  func seek(_ seek: Seek)
  /// Reads the past of the snapshot in view.
  /// - Parameter span: time span of the charts in seconds; nil for the whole history.
  func past(span: Double?) -> HistoryPast
}

/// Past of a snapshot in a recorded history. Each snapshot is `seconds` after the one before.
struct HistoryPast {
  /// Snapshots for charts of memory: of each interval the one with the most slab memory, without its caches.
  var earlier: [(Snapshot, seconds: Double)] = []
  /// The last snapshots, for rates, growth and events, and the one in view as the last.
  var snapshots: [(Snapshot, seconds: Double)]
  /// Profiles of the same time as `snapshots`, each `seconds` after the one before.
  var profiles: [(AllocationProfile, seconds: Double)] = []
}
