internal import Synchronization

/// Adaptive magazine sizes (Bonwick and Adams 2001, section 3.3). Larger magazines are exchanged less often, smaller
/// ones keep fewer free objects. The capacity starts small, grows to `usualMagazine` as the cache is used, and beyond
/// that if CPUs contend for the depot, or if the depot has so many objects that a larger magazine hardly matters.
extension CacheDescriptor {
  /// Number of depot exchanges after which the capacity doubles.
  private static let exchangesPerGrowth = 16
  /// Number of magazines in the depot from which on magazines grow beyond `usualMagazine`. Measured: with 32 a burst of
  /// twice as many objects as two magazines hold costs a fifth more time, and no case needs less memory.
  private static let manyMagazines = 4

  /// Counts an exchange with the depot or the slabs by a CPU whose magazines are empty or full.
  func countDepotExchange() {
    if !wasUsed.load(ordering: .relaxed) { wasUsed.store(true, ordering: .relaxed) }
    let capacity = magazineCapacity.load(ordering: .relaxed)
    let hasManyObjects = depot.objects.load(ordering: .relaxed) >= CacheDescriptor.manyMagazines * capacity
    let limit = hasManyObjects ? largestMagazine : usualMagazine
    guard capacity < limit else { return }
    // Two CPUs that count at the same time may lose one exchange, which only delays the growth.
    let depotExchanges = depotExchanges.load(ordering: .relaxed) + 1
    self.depotExchanges.store(depotExchanges % CacheDescriptor.exchangesPerGrowth, ordering: .relaxed)
    if depotExchanges == CacheDescriptor.exchangesPerGrowth {
      magazineCapacity.store(min(capacity * 2, limit), ordering: .relaxed)
    }
  }

  /// Number of waits for the depot's lock after which the capacity doubles.
  private static let contentionsPerGrowth = 16

  /// Doubles the magazines' capacity if CPUs have waited for the depot's lock often enough. Each CPU resizes its
  /// magazines at its next slow path.
  func growMagazinesIfContended() {
    guard depot.contentions.load(ordering: .relaxed) >= CacheDescriptor.contentionsPerGrowth else { return }
    let capacity = magazineCapacity.load(ordering: .relaxed)
    depot.contentions.store(0, ordering: .relaxed)
    if capacity < largestMagazine { magazineCapacity.store(min(capacity * 2, largestMagazine), ordering: .relaxed) }
  }

  /// Halves the magazines' capacity. Used when memory is short.
  func shrinkMagazines() {
    let capacity = magazineCapacity.load(ordering: .relaxed)
    magazineCapacity.store(max(capacity / 2, smallestMagazine), ordering: .relaxed)
  }
}
