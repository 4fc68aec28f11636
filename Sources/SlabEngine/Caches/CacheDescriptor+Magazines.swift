internal import Synchronization

/// Magazines that adapt (Bonwick and Adams 2001, section 3.3): larger ones meet in the depot less often, smaller ones
/// hoard less. They start small, reach their usual size as the cache is used, and exceed it where CPUs contend.
extension CacheDescriptor {
  /// Visits to the depot or the slabs after which magazines below their usual size double.
  private static let visitsPerGrowth = 16

  /// Counts a visit of a CPU whose magazines were empty or full.
  func countVisit() {
    let capacity = magazineCapacity.load(ordering: .relaxed)
    guard capacity < usualMagazine else { return }
    // Two CPUs may count one visit for both; the figure is no account.
    let visits = visits.load(ordering: .relaxed) + 1
    self.visits.store(visits % CacheDescriptor.visitsPerGrowth, ordering: .relaxed)
    if visits == CacheDescriptor.visitsPerGrowth {
      magazineCapacity.store(min(capacity * 2, usualMagazine), ordering: .relaxed)
    }
  }

  /// Waits at the depot after which magazines double.
  private static let contentionsPerGrowth = 16

  /// Doubles the magazines' size once CPUs have waited for each other often enough; each CPU follows at its next visit
  /// to the depot.
  func growMagazinesIfContended() {
    guard depot.contentions.load(ordering: .relaxed) >= CacheDescriptor.contentionsPerGrowth else { return }
    let capacity = magazineCapacity.load(ordering: .relaxed)
    depot.contentions.store(0, ordering: .relaxed)
    if capacity < largestMagazine { magazineCapacity.store(min(capacity * 2, largestMagazine), ordering: .relaxed) }
  }

  /// Halves the magazines' size, as memory runs short.
  func shrinkMagazines() {
    let capacity = magazineCapacity.load(ordering: .relaxed)
    magazineCapacity.store(max(capacity / 2, smallestMagazine), ordering: .relaxed)
  }
}
