import Advisor
import Dashboard
import Kernel
import Telemetry
import Workloads

/// Mirror of the running kernel in the dashboard: the kernel's events are played under a policy while they happen.
final class KernelMirrorControl: ComparisonControl {
  /// nil if no mirror was started.
  private var thread: MirrorThread?
  /// Mirrors that were asked to end.
  private var ending: [MirrorThread] = []

  deinit {
    // The tracefs instances are removed before the program ends.
    for thread in ending + (thread.map { [$0] } ?? []) { thread.end() }
  }

  /// Starts a mirror under a policy, from a new warm start; nil ends the mirror.
  func compare(with policy: Policy?) {
    if let thread {
      thread.requestEnd()
      ending.append(thread)
    }
    thread = policy.map { policy in
      MirrorThread(policy: policy, openStream: { try EventTracer(.eventsOnly) }) {
        let reader = HostReader()
        return { try reader.snapshot() }
      }
    }
  }

  var comparedSnapshot: Snapshot? { thread?.report.comparison?.mirror }

  var comparisonNotice: String? {
    guard let thread else {
      return "No mirror runs; C plays the kernel's events under a policy of the embedded engine, while they happen"
    }
    return thread.report.notice
  }

  /// Figures of the mirror; nil if none runs, or before its first comparison with the kernel.
  var figures: MirrorFigures? {
    guard let report = thread?.report, let comparison = report.comparison else { return nil }
    return MirrorFigures(comparison, report.progress)
  }
}

extension MirrorFigures {
  init(_ comparison: MirrorComparison, _ progress: MirrorProgress) {
    let (error, counts) = (comparison.modelError, comparison.counts)
    self.init(
      kernel: comparison.kernel, mirror: comparison.mirror, modelBytes: comparison.modelBytes,
      modelErrorPercent: error.current, meanModelErrorPercent: error.mean, worstModelErrorPercent: error.worst,
      comparisons: error.comparisons)
    kernel.policy = "kernel"
    kernelGrowthBytes = comparison.kernelBytes - comparison.startBytes
    modelGrowthBytes = comparison.modelBytes - comparison.modelStartBytes
    (events, eventsBehind) = (progress.events - progress.eventsBehind, progress.eventsBehind)
    (microsecondsBehind, lostEvents) = (progress.microsecondsBehind, progress.lostEvents)
    (olderObjects, requestedBytes) = (counts.olderObjects, counts.requestedBytes)
    (allocatedBytes, mirrorRoundingBytes) = (counts.allocatedBytes, comparison.mirrorRoundingBytes)
    (unseenFreesByAddress, correctedFrees) = (counts.unseenFreesByAddress, counts.correctedFrees)
    (correctedAllocations, omittedCaches) = (counts.correctedAllocations, comparison.omittedCaches)
    knowsLiveObjects = kernel.caches.contains { $0.slabsOnCPUs != nil }
  }
}
