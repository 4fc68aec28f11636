import Recordings
import Workloads

/// Objects in general caches that were live before a recording began. Only their size class is
/// known, not the size that was requested.
struct ResidentObjects: Sendable {
  /// Live objects by class, of the base policy's sizes.
  private let objects: [Int: Int]

  /// Sizes of the base policy with resident objects, ascending.
  var sizes: [Int] { objects.keys.sorted() }

  /// - Parameter start: the slabs that the replay begins with; nil for an empty machine.
  init(_ start: ReplayStart?, base: Policy) {
    let sizes = Set(base.generalCacheSizes)
    var objects: [Int: Int] = [:]
    for cache in start?.state.caches ?? [] where cache.activeObjects > 0 && KmallocKind.parse(cache.name) != nil {
      if sizes.contains(cache.stride) { objects[cache.stride, default: 0] += cache.activeObjects }
    }
    self.objects = objects
  }

  /// Classes with the page order that suits their objects and the resident ones together.
  /// - Parameter recomputingAll: whether the orders of classes without resident objects are computed too.
  func orders(
    of classes: [ClassOptimizer.Class], _ options: AdviceOptions, recomputingAll: Bool = false
  ) -> [ClassOptimizer.Class] {
    let costs = ClassCosts(orders: options.orders, overheadBytes: 0)
    return classes.map { advised in
      guard recomputingAll || objects[advised.size] != nil else { return advised }
      var changed = advised
      changed.order =
        costs.cost(size: advised.size, objects: advised.objects + Double(objects[advised.size] ?? 0)).order
      return changed
    }
  }
}
