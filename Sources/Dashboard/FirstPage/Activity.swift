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

  /// Adds up the caches of a snapshot.
  /// - Complexity: O(caches).
  init(_ snapshot: Snapshot) {
    (objectsMoved, pagesReturned) = (snapshot.objectsMoved, snapshot.pagesReturnedByShuffler)
    (failedAllocations, injectedFailures) = (snapshot.failedAllocations, snapshot.injectedFailures)
    var members: [String: Int] = [:]
    // Caches are accessed by index because copying thousands of them would dominate the time.
    let indices = snapshot.caches.indices
    if indices.allSatisfy({ snapshot.caches[$0].knows(.slabs) }) { slabs = snapshot.sum { $0.slabs } }
    if indices.allSatisfy({ snapshot.caches[$0].knows(.slabsByOrder) }) {
      slabsByOrder = [Int](repeating: 0, count: 11)
      for index in indices {
        for order in snapshot.caches[index].slabsByOrder.indices {
          slabsByOrder[order] += snapshot.caches[index].slabsByOrder[order]
        }
      }
    }
    for index in indices {
      if let orders = snapshot.caches[index].fallbacksByOrder { fallbacks = (fallbacks ?? 0) + orders.reduce(0, +) }
      if let orders = snapshot.caches[index].refusalsByOrder {
        refusals = (refusals ?? 0) + orders.reduce(0, +)
        singlePageRefusals = (singlePageRefusals ?? 0) + (orders.first ?? 0)
      }
      // A kernel says nothing about the caches that it merged.
      if snapshot.caches[index].countsOperations, snapshot.caches[index].allocations ?? 0 > 0 {
        members[snapshot.caches[index].slabHolder, default: 0] += 1
      }
    }
    guard !members.isEmpty else { return }
    sharedSlabs = snapshot.sum { members[$0.name, default: 0] > 1 ? $0.slabs : 0 }
  }
}
