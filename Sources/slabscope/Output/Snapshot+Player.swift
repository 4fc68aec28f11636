import Telemetry
import Workloads

extension Snapshot {
  /// Says what was played to get here.
  mutating func describe(_ progress: PlayerProgress, workload: String, policy: String, ticksPerSecond: UInt64) {
    self.workload = workload
    self.policy = policy
    events = progress.events
    (inferredFrees, unseenFreeObjects, unseenFreeBytes) = (
      progress.inferredFrees, progress.unseenFreeObjects, progress.unseenFreeBytes
    )
    if progress.knownUseObjects + progress.unknownUseObjects > 0 {
      (knownUseObjects, unknownUseObjects) = (progress.knownUseObjects, progress.unknownUseObjects)
      unknownUseBytes = progress.unknownUseBytes
    }
    // A clock of unknown rate is taken to tick once a microsecond.
    let perMicrosecond = ticksPerSecond == 0 ? 1 : Double(ticksPerSecond) / 1e6
    timeMicroseconds = Int(Double(progress.elapsedTicks) / perMicrosecond)
  }
}
