/// Figures of the objects of one ``AllocationContext``, or of a group of contexts: a call site, a cache, a size.
///
/// `allocObjects` is the sum of `freeObjects`, `unseenFrees` and `liveObjects`, unless objects were live before the profile
/// began.
package struct AllocationFigures: Sendable, Hashable {
  /// Number of objects allocated.
  package var allocObjects = 0
  /// Sum of the requested bytes of the allocated objects.
  package var requestedBytes = 0
  /// Sum of the allocated bytes of the allocated objects.
  package var allocBytes = 0
  /// Number of objects whose free was recorded.
  package var freeObjects = 0
  /// Of ``freeObjects``, those that another CPU freed than the one that allocated them.
  package var remoteFrees = 0
  /// Number of objects that ended without a recorded free: their address was allocated again, or the replay that they
  /// belong to began anew.
  package var unseenFrees = 0
  /// Number of objects that are live at the end of the profile.
  package var liveObjects = 0
  /// Sum of the requested bytes of the live objects.
  package var liveRequestedBytes = 0
  /// Sum of the allocated bytes of the live objects.
  package var liveBytes = 0
  /// Largest number of objects that were live at one time; nil if not known. It is an upper bound for a group of contexts,
  /// and if ``AllocationProfile/peaksAreUpperBounds`` is true.
  package var peakLiveObjects: Int?
  /// Sum of the lifetimes of all objects inside the profile, in object-microseconds: divided by the duration, it is the mean
  /// number of live objects.
  package var liveObjectMicroseconds = 0
  /// Lifetimes of ``freeObjects``.
  package var lifetimes = LifetimeHistogram()
  /// Ages of the live objects at the end of the profile; empty although objects are live if the source does not know them.
  package var ages = LifetimeHistogram()

  /// Creates figures that are all 0.
  package init() {}

  /// Internal fragmentation: share (0...1) of the allocated bytes that was not requested, as in `perf kmem stat`.
  package var fragmentation: Double { allocBytes == 0 ? 0 : 1 - Double(requestedBytes) / Double(allocBytes) }
  /// Share (0...1) of the recorded frees that are remote.
  package var remoteShare: Double { freeObjects == 0 ? 0 : Double(remoteFrees) / Double(freeObjects) }
  /// Share (0...1) of the allocated objects that ended without a recorded free.
  package var unseenShare: Double { allocObjects == 0 ? 0 : Double(unseenFrees) / Double(allocObjects) }

  /// Whether all counts are 0.
  package var isEmpty: Bool {
    var counts = self
    counts.peakLiveObjects = nil
    return counts == AllocationFigures()
  }

  /// Adds the counts of other figures, `sign` times. Peaks are not changed.
  package mutating func addCounts(of other: AllocationFigures, sign: Int = 1) {
    allocObjects += sign * other.allocObjects
    requestedBytes += sign * other.requestedBytes
    allocBytes += sign * other.allocBytes
    freeObjects += sign * other.freeObjects
    remoteFrees += sign * other.remoteFrees
    unseenFrees += sign * other.unseenFrees
    liveObjects += sign * other.liveObjects
    liveRequestedBytes += sign * other.liveRequestedBytes
    liveBytes += sign * other.liveBytes
    liveObjectMicroseconds += sign * other.liveObjectMicroseconds
    lifetimes.add(other.lifetimes, sign: sign)
    ages.add(other.ages, sign: sign)
  }

  /// Adds the figures of other contexts or of another profile. The sum of peaks is an upper bound of the peak of the sum; it is
  /// not known if a peak is not known.
  package mutating func add(_ other: AllocationFigures) {
    let peak = peakLiveObjects.flatMap { one in other.peakLiveObjects.map { one + $0 } }
    peakLiveObjects = isEmpty ? other.peakLiveObjects : peak
    addCounts(of: other)
  }
}
