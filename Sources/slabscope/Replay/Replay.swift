import Advisor
import Telemetry
import Workloads

/// A workload or a recording that is replayed under a policy: its name, its clock, and functions that start it again.
struct Replay: Sendable {
  let workload: String
  let policy: Policy
  /// Ticks of the workload's clock per second; 0 if not known.
  let ticksPerSecond: UInt64
  /// The slab memory of the kernel that was recorded, over time; nil if it is not known.
  let kernelCurve: KernelSlabCurve?
  /// The reason why `kernelCurve` is not known, in one sentence; nil if it is, or if the workload is synthetic.
  let kernelNotice: String?
  /// Creates a player of the same events under another policy, at the first event, that does not write to objects.
  let makeShadow: @Sendable (Policy) throws -> ShadowPlayer
  /// Creates a profiler of the same events.
  let makeProfiler: @Sendable () throws -> ReplayProfiler
}

/// A player under a policy that is compared with the policy of a replay. It does not write to objects.
final class ShadowPlayer: @unchecked Sendable {
  // Sendable: created by the thread that drives it, or handed to that thread before it starts.
  var player: PolicyPlayer
  let policy: Policy

  init(_ player: consuming PolicyPlayer, policy: Policy) {
    self.player = player
    self.policy = policy
  }
}
