import Telemetry

/// Totals of a snapshot whose changes show what the allocator does: slabs, order fallbacks, refusals, shuffling and failures.
/// A total that the source does not know is nil.
struct Activity: Sendable, Hashable {
  /// Slabs of all orders.
  private(set) var slabs: Int?
  /// Slabs of each page order 0...10; empty if not known.
  private(set) var slabsByOrder: [Int] = []
  /// Slabs that two or more caches in use share.
  private(set) var sharedSlabs: Int?
  /// Slabs that were allocated with a lower order than the preferred one.
  private(set) var fallbacks: Int?
  /// Times that the page allocator had no block of a requested order.
  private(set) var refusals: Int?
  /// Refusals of order 0: the page allocator had no page left.
  private(set) var singlePageRefusals: Int?
  /// Objects that the shuffler moved.
  let objectsMoved: Int?
  /// Pages that the shuffler returned to the page allocator.
  let pagesReturned: Int?
  /// Allocations that failed.
  let failedAllocations: Int?
  /// Page allocations that failed by failure injection.
  let injectedFailures: Int?

  /// Takes the totals of a snapshot.
  /// - Parameter totals: Sums over the caches of the snapshot.
  /// - Complexity: O(1) if no cache counts its allocations, else O(caches).
  init(_ snapshot: Snapshot, _ totals: CacheTotals) {
    (objectsMoved, pagesReturned) = (snapshot.objectsMoved, snapshot.pagesReturnedByShuffler)
    (failedAllocations, injectedFailures) = (snapshot.failedAllocations, snapshot.injectedFailures)
    (slabs, slabsByOrder) = (totals.slabs, totals.slabsByOrder ?? [])
    (fallbacks, refusals) = (totals.countedFallbacks, totals.refusals)
    singlePageRefusals = totals.singlePageRefusals
    guard totals.cachesWithAllocations > 0 else { return }
    var members: [String: Int] = [:]
    // Caches are accessed by index because copying thousands of them would dominate the time.
    for index in snapshot.caches.indices {
      // A kernel says nothing about the caches that it merged.
      if snapshot.caches[index].countsOperations, snapshot.caches[index].allocations ?? 0 > 0 {
        members[snapshot.caches[index].slabHolder, default: 0] += 1
      }
    }
    guard !members.isEmpty else { return }
    sharedSlabs = snapshot.sum { members[$0.name, default: 0] > 1 ? $0.slabs : 0 }
  }
}
