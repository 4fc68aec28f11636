package import Telemetry

/// Mirror of the running kernel: the kernel and the machine that plays its events under a policy, at one time.
package struct MirrorFigures: Sendable, Hashable {
  /// The kernel, with the caches that the mirror has.
  package var kernel: Snapshot
  /// Machine under the policy.
  package var mirror: Snapshot
  /// Slab memory of the model of the kernel's own allocator in bytes.
  package var modelBytes: Int
  /// Growth of the kernel's slab memory since the start in bytes.
  package var kernelGrowthBytes = 0
  /// Growth of the model's slab memory since the start in bytes.
  package var modelGrowthBytes = 0
  /// Deviation of the model's slab memory from the kernel's in percent, at this time.
  package var modelErrorPercent: Double
  /// Mean magnitude of the deviation in percent.
  package var meanModelErrorPercent: Double
  /// Deviation with the largest magnitude in percent.
  package var worstModelErrorPercent: Double
  /// Number of times at which the model was compared with the kernel.
  package var comparisons: Int
  /// Events that the mirror has played.
  package var events = 0
  /// Events that were read and not played yet.
  package var eventsBehind = 0
  /// Microseconds from the last event that was played, or from the last time up to which there was none, to now.
  package var microsecondsBehind = 0
  /// Events that the tracer lost.
  package var lostEvents = 0
  /// Live objects from before the start of the mirror.
  package var olderObjects = 0
  /// Requested bytes of the live objects that the mirror has seen allocated.
  package var requestedBytes = 0
  /// Bytes that the kernel allocated for the same objects.
  package var allocatedBytes = 0
  /// Growth of rounding and alignment of the mirror since its start in bytes.
  package var mirrorRoundingBytes = 0
  /// Frees that the reuse of the address revealed.
  package var unseenFreesByAddress = 0
  /// Objects that were freed because the kernel counts fewer.
  package var correctedFrees = 0
  /// Objects that were allocated because the kernel counts more.
  package var correctedAllocations = 0
  /// Whether the kernel's live objects are counted exactly. If not, free objects on CPUs count as live.
  package var knowsLiveObjects = true
  /// Caches that are left out, because several have the same name.
  package var omittedCaches: [String] = []

  /// Creates the figures of a mirror that has played no event.
  package init(
    kernel: Snapshot, mirror: Snapshot, modelBytes: Int, modelErrorPercent: Double, meanModelErrorPercent: Double,
    worstModelErrorPercent: Double, comparisons: Int
  ) {
    (self.kernel, self.mirror, self.modelBytes) = (kernel, mirror, modelBytes)
    (self.modelErrorPercent, self.meanModelErrorPercent) = (modelErrorPercent, meanModelErrorPercent)
    (self.worstModelErrorPercent, self.comparisons) = (worstModelErrorPercent, comparisons)
  }
}
