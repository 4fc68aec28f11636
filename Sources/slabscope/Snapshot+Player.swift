import Telemetry
import Workloads

extension Snapshot {
  /// Says what was played to get here.
  mutating func describe(_ progress: PlayerProgress, workload: String, policy: String, ticksPerSecond: UInt64) {
    self.workload = workload
    self.policy = policy
    events = progress.events
    (assumedFrees, unsureObjects, unsureBytes) = (
      progress.assumedFrees, progress.unsureObjects, progress.unsureBytes
    )
    if progress.usedObjects + progress.hiddenObjects > 0 {
      (knownUseObjects, hiddenSizeObjects) = (progress.usedObjects, progress.hiddenObjects)
      hiddenSizeBytes = progress.hiddenBytes
    }
    // A clock of unknown rate is taken to tick once a microsecond.
    let perMicrosecond = ticksPerSecond == 0 ? 1 : Double(ticksPerSecond) / 1e6
    timeMicroseconds = Int(Double(progress.elapsedTicks) / perMicrosecond)
  }
}
