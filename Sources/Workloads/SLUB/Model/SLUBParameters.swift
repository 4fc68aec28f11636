import SlabEngine

/// Boot parameters of SLUB, and the variant of SLUB to model.
package struct SLUBParameters: Sendable, Hashable {
  /// Variant of SLUB, which depends on the version of Linux.
  package enum Variant: String, Sendable, CaseIterable {
    /// Linux up to 6.19: each CPU has a CPU slab and a partial list. Since 6.18, caches created with a `sheaf_capacity`
    /// also have sheaves, from which allocations are served first.
    case cpuSlabs = "cpu-slabs"
    /// Linux 7.0 and later: all caches have sheaves, and none has CPU slabs or per-CPU partial lists.
    case sheaves
  }

  /// Variant of SLUB.
  package var variant = Variant.cpuSlabs
  /// `slab_min_order`: minimum page order of a slab.
  package var minimumOrder = 0
  /// `slab_max_order`: maximum page order of a slab, unless a single object needs a higher one.
  package var maximumOrder = 3
  /// `slab_min_objects`: desired minimum number of objects in a slab; 0 to compute it from the number of CPUs.
  package var minimumObjects = 0
  /// Whether SLUB merges caches of similar size and equal flags; false with `slab_nomerge`.
  package var mergesCaches = true

  /// Creates parameters with the defaults of SLUB.
  package init(variant: Variant = .cpuSlabs) { self.variant = variant }

  /// Maximum number of objects in a slab (MAX_OBJS_PER_PAGE in mm/slub.c).
  static let maximumObjectsPerSlab = 32767

  /// Returns the page order of the slabs of a cache (calculate_order in mm/slub.c): the lowest order that holds enough objects
  /// and wastes at most 1/16 of the slab. If no order up to `maximumOrder` does, at most 1/8, then 1/4, then 1/2.
  /// - Parameters:
  ///   - stride: Bytes from the start of an object to the start of the next.
  ///   - cpus: Number of CPUs of the machine.
  package func order(stride: Int, cpus: Int) -> Int {
    let wanted = minimumObjects > 0 ? minimumObjects : OrderPolicy.slubMinimumObjects(cpus: cpus)
    let most = max(SLUBParameters.objects(order: maximumOrder, stride: stride), 1)
    let lowest = max(minimumOrder, SLUBParameters.order(ofBytes: min(wanted, most) * stride))
    if SLUBParameters.objects(order: lowest, stride: stride) > SLUBParameters.maximumObjectsPerSlab {
      return SLUBParameters.order(ofBytes: stride * SLUBParameters.maximumObjectsPerSlab) - 1
    }
    guard lowest <= maximumOrder else { return SLUBParameters.order(ofBytes: stride) }
    for fraction in [16, 8, 4, 2] {
      for order in lowest...maximumOrder {
        let bytes = PageBookkeeping.pageBytes << order
        if bytes % stride <= bytes / fraction { return order }
      }
    }
    return SLUBParameters.order(ofBytes: stride)
  }

  /// Returns the lowest order whose block has at least `bytes` bytes (get_order).
  static func order(ofBytes bytes: Int) -> Int {
    var order = 0
    while PageBookkeeping.pageBytes << order < bytes { order += 1 }
    return order
  }

  /// Returns the number of objects in a slab of an order (order_objects in mm/slub.c).
  static func objects(order: Int, stride: Int) -> Int { (PageBookkeeping.pageBytes << order) / stride }
}
