internal import Synchronization

/// Magazines that adapt (Bonwick and Adams 2001, section 3.3): larger ones meet in the depot less often, smaller ones
/// hoard less.
extension CacheDescriptor {
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
