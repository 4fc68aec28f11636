import Telemetry
import Workloads

extension Snapshot {
  /// Adds the name and the progress of the replay that led to this snapshot.
  mutating func describe(_ progress: PlayerProgress, workload: String, policy: String, ticksPerSecond: UInt64) {
    self.workload = workload
    self.policy = policy
    events = progress.events
    (inferredFrees, unseenFreeObjects, unseenFreeBytes) = (
      progress.inferredFrees, progress.unseenFreeObjects, progress.unseenFreeBytes
    )
    (objectsMoved, pagesReturnedByShuffler) = (progress.objectsMoved, progress.pagesReturned)
    if progress.knownUseObjects + progress.unknownUseObjects > 0 {
      (knownUseObjects, unknownUseObjects) = (progress.knownUseObjects, progress.unknownUseObjects)
      unknownUseBytes = progress.unknownUseBytes
    }
    // A clock of unknown rate counts as one tick per microsecond.
    let perMicrosecond = ticksPerSecond == 0 ? 1 : Double(ticksPerSecond) / 1e6
    timeMicroseconds = Int(Double(progress.elapsedTicks) / perMicrosecond)
  }
}
