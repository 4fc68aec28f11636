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
