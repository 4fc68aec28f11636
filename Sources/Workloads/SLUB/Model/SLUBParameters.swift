import SlabEngine

/// Boot parameters of SLUB, and the version of SLUB that is modelled.
public struct SLUBParameters: Sendable, Hashable {
  /// A version of SLUB.
  public enum Variant: String, Sendable, CaseIterable {
    /// Linux up to 6.19: each CPU allocates from a slab of its own and keeps a list of partial slabs. Caches that ask for
    /// sheaves (`sheaf_capacity`, since 6.18) have them in front of that.
    case cpuSlabs = "cpu-slabs"
    /// Linux since 7.0: every cache has sheaves, and there are no CPU slabs and no CPU partial lists.
    case sheaves
  }

  /// The version of SLUB.
  public var variant = Variant.cpuSlabs
  /// `slab_min_order`: the lowest page order of a slab.
  public var minimumOrder = 0
  /// `slab_max_order`: the highest page order of a slab, unless one object needs more.
  public var maximumOrder = 3
  /// `slab_min_objects`: objects that a slab should hold at least; 0 lets the number of CPUs decide.
  public var minimumObjects = 0
  /// Whether caches of similar size and equal flags are merged; `slab_nomerge` turns it off.
  public var mergesCaches = true

  /// SLUB without any boot parameter.
  public init(variant: Variant = .cpuSlabs) { self.variant = variant }

  /// The most objects that a slab can hold (MAX_OBJS_PER_PAGE in mm/slub.c).
  static let maximumObjectsPerSlab = 32767

  /// The page order that SLUB gives the slabs of a cache (calculate_order in mm/slub.c).
  ///
  /// The lowest order that holds enough objects and leaves at most 1/16 of the slab unused; if there is none up to the
  /// highest order, at most 1/8, then 1/4, then 1/2.
  /// - Parameters:
  ///   - stride: bytes from one object to the next.
  ///   - cpus: CPUs of the machine.
  public func order(stride: Int, cpus: Int) -> Int {
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

  /// The lowest order whose block holds so many bytes (get_order).
  static func order(ofBytes bytes: Int) -> Int {
    var order = 0
    while PageBookkeeping.pageBytes << order < bytes { order += 1 }
    return order
  }

  /// Objects that a slab of an order holds.
  static func objects(order: Int, stride: Int) -> Int { (PageBookkeeping.pageBytes << order) / stride }
}
