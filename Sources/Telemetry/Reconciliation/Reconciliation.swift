/// Comparison of the active objects of a cache, which the kernel counts itself, with the live objects that a watch of the cache's
/// traffic has seen allocated and not freed.
///
/// The two differ because some frees have no event (bulk frees, sheaves) and because objects are older than the watch. The number
/// of each is not known, but both numbers together explain the difference, which bounds them:
///
///     active now  =  live since the start  +  older objects
///     profiled live objects  =  live since the start  +  unseen frees
///
/// Bounds hold if each allocation has an event. If the kernel's number grew by more objects than the profile has, some allocations
/// had none: ``unseenAllocations`` is their smallest number, and the bounds that depend on them are widened. Snapshot and profile are
/// taken one after the other, so that the traffic in between, a few objects of a busy cache, is an error of all figures.
package struct Reconciliation: Sendable, Hashable {
  /// Active objects at the start of the watch.
  package let activeAtStart: ClosedRange<Int>
  /// Active objects now.
  package let activeNow: ClosedRange<Int>
  /// Objects that the watch has seen allocated and not freed. A range if only a sample of the objects is followed.
  package let profiledLive: ClosedRange<Int>

  /// Creates the comparison of three numbers of objects, each of which is a range if it is not known exactly.
  package init(activeAtStart: ClosedRange<Int>, activeNow: ClosedRange<Int>, profiledLive: ClosedRange<Int>) {
    (self.activeAtStart, self.activeNow, self.profiledLive) = (activeAtStart, activeNow, profiledLive)
  }

  /// Creates the comparison of a cache.
  /// - Parameters:
  ///   - cache: Cache in the latest snapshot of the kernel.
  ///   - start: Cache in the snapshot at the start of the watch; nil if the cache did not exist.
  ///   - liveObjects: Objects that the watch has seen allocated and not freed, scaled to all objects.
  ///   - sampling: One object in this number is followed.
  ///   - error: Largest error of the kernel's number of active objects. It is 0 for a cache that is idle while its slabs are read. CPUs
  ///     move objects in batches of up to a slab, so that a busy cache may be wrong by one slab of objects for each CPU.
  /// - Returns: nil if the kernel's number of active objects is not known.
  package init?(_ cache: CacheSnapshot, atStart start: CacheSnapshot?, liveObjects: Int, sampling: Int, error: Int = 0)
  {
    guard let now = Reconciliation.activeObjects(of: cache) else { return nil }
    guard let before = start.map(Reconciliation.activeObjects) ?? 0...0 else { return nil }
    self.init(
      activeAtStart: Reconciliation.widened(before, by: start == nil ? 0 : error),
      activeNow: Reconciliation.widened(now, by: error),
      profiledLive: Reconciliation.objects(estimated: liveObjects, sampling: sampling))
  }

  /// Change of the active objects since the start, as the kernel counts them.
  package var growth: ClosedRange<Int> {
    (activeNow.lowerBound - activeAtStart.upperBound)...(activeNow.upperBound - activeAtStart.lowerBound)
  }

  /// Smallest number of live objects whose allocation the watch did not see; 0 if all may have been seen. Bulk allocations have no
  /// event, and objects are not followed if a map of the watch is full.
  package var unseenAllocations: Int { max(0, growth.lowerBound - profiledLive.upperBound) }

  /// Live objects among those that the watch has seen allocated.
  package var liveSinceStart: ClosedRange<Int> {
    let most = min(profiledLive.upperBound, activeNow.upperBound)
    return (unseenAllocations > 0 ? 0 : min(most, max(0, growth.lowerBound)))...most
  }

  /// Objects that the profile counts as live although the kernel has freed them without an event.
  package var unseenFrees: ClosedRange<Int> {
    let live = liveSinceStart
    return max(0, profiledLive.lowerBound - live.upperBound)...max(0, profiledLive.upperBound - live.lowerBound)
  }

  /// Live objects that were allocated before the watch started.
  package var olderObjects: ClosedRange<Int> {
    let most = min(activeAtStart.upperBound, activeNow.upperBound)
    let least = unseenAllocations > 0 ? 0 : max(0, activeNow.lowerBound - profiledLive.upperBound)
    return min(least, most)...most
  }

  /// Returns whether the kernel contradicts a number of live objects: it has fewer active objects in the whole cache. A leak of so
  /// many objects is none.
  package func contradicts(liveObjects: Int) -> Bool { liveObjects > liveSinceStart.upperBound }
}

extension Reconciliation {
  /// Returns the active objects of a cache; nil if they are not known. /proc/slabinfo counts free objects in per-CPU caches as active,
  /// so that its number is an upper bound only.
  package static func activeObjects(of cache: CacheSnapshot) -> ClosedRange<Int>? {
    guard cache.knows(.activeObjects) else { return nil }
    return (cache.activeIsUpperBound == true ? 0 : cache.activeObjects)...cache.activeObjects
  }

  private static func widened(_ range: ClosedRange<Int>, by error: Int) -> ClosedRange<Int> {
    max(0, range.lowerBound - error)...(range.upperBound + error)
  }

  /// Returns the range of a number of objects that was estimated from a sample.
  ///
  /// The number of followed objects is Poisson distributed if addresses are sampled independently. The range has two standard
  /// deviations on either side; it is exact if all objects are followed.
  /// - Parameters:
  ///   - objects: Estimated number of objects: `sampling` times the number of followed objects.
  ///   - sampling: One object in this number is followed.
  package static func objects(estimated objects: Int, sampling: Int) -> ClosedRange<Int> {
    let objects = max(0, objects)
    guard sampling > 1 else { return objects...objects }
    let followed = Double(objects) / Double(sampling)
    let least = max(0, followed - 2 * followed.squareRoot())
    let most = followed + 1 + 2 * (followed + 1).squareRoot()
    return Int(least * Double(sampling))...Int((most * Double(sampling)).rounded(.up))
  }
}
