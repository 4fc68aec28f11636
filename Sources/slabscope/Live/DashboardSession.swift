import Dashboard
import Telemetry
import Workloads

/// What a dashboard watches: a player at work, or a host.
protocol DashboardSession: AnyObject {
  /// The machine as it is now, one cache in detail.
  func snapshot(watching cache: String?) -> Snapshot
  /// The machine of the policy that is carried along, at the same event, and why there is none yet, if so.
  var other: (Snapshot?, notice: String?) { get }
  /// How far playing came, and why nothing comes any more, if so.
  var progress: (PlayerProgress, failure: String?) { get }
  var speed: PlaybackSpeed { get }
  var isPaused: Bool { get }
  func changeSpeed(by steps: Int)
  func setPaused(_ isPaused: Bool)
  /// Plays so many events, then stands still; what the last of them did is said by `details`.
  func play(events: Int)
  /// Events of its source, in this loop, that it has played or is about to repeat.
  var eventsInLoop: Int { get }
  /// What it does before it plays on, in words; nil where it plays.
  var busy: String? { get }
  /// How long to wait between two looks, and in words where people may change it by changing the speed.
  var interval: (Duration, inWords: String?) { get }
  /// Where in a recorded history it is; nil where it is no recorded one.
  var history: HistoryPosition? { get }
  /// Seconds between the last two snapshots, where that is not the time between two looks.
  var secondsPassed: Double? { get }
  /// Goes to another time of a recorded history.
  /// - Returns: what went before it, each so many seconds after the one before, and it itself as the last; empty where
  ///   there is no other.
  func seek(_ seek: Seek) -> [(Snapshot, seconds: Double)]
  /// Why the kernel's own slab memory is not known, in one sentence, if it is a recording that does not tell; nil otherwise.
  var kernelNotice: String? { get }
  /// What can be done to the machine, nothing done yet; nil where nothing can.
  func makeControls() -> MachineControls?
  /// What the page in view shows besides the snapshot, as far as it was looked at.
  var details: MachineDetails { get }
  /// Has what a page shows besides the snapshot looked at with each refresh.
  func watch(_ page: DashboardPage)
  /// Carries another policy along, in place of the one that there was; nil for none.
  func setOther(_ policy: Policy?)
  /// Ends it.
  func end()
}

/// What most sessions don't have.
extension DashboardSession {
  func play(events: Int) {}
  var history: HistoryPosition? { nil }
  var secondsPassed: Double? { nil }
  var busy: String? { nil }
  var kernelNotice: String? { nil }
  var eventsInLoop: Int { 0 }
  func seek(_ seek: Seek) -> [(Snapshot, seconds: Double)] { [] }
}
