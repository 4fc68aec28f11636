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
  /// What lives in the general caches by size; nil until it was looked at, or where nobody can tell.
  var sizes: [Int: Int]? { get }
  /// Has the sizes that live looked at with each refresh, or no more.
  func watchSizes(_ isWatched: Bool)
  /// Carries another policy along, in place of the one that there was; nil for none.
  func setOther(_ policy: Policy?)
  /// Ends it.
  func end()
}
