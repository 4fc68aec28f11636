/// Parameters of one cache, as in /sys/kernel/slab/CACHE.
///
/// SLUB's formulas compute them from the stride. Each can be replaced by the value that a kernel reports.
package struct SLUBCacheLayout: Sendable, Hashable {
  /// Name of the cache in /proc/slabinfo.
  package var name: String
  /// Usable bytes of an object (`object_size`).
  package var objectSize: Int
  /// Bytes from the start of an object to the start of the next (`slab_size`).
  package var stride: Int
  /// Preferred page order of a slab (`order`).
  package var order: Int
  /// Page order to which an allocation falls back if the page allocator has no block of `order` (`min` in mm/slub.c): the
  /// lowest order that holds one object.
  package var minimumOrder: Int
  /// Maximum number of slabs on a CPU's partial list before all of them move to the node (cpu_partial_slabs); 0 if the
  /// cache has no per-CPU partial lists.
  package var cpuPartialSlabs: Int
  /// Number of slabs on the node partial list up to which empty slabs are retained (`min_partial`).
  package var minimumPartial: Int
  /// Capacity of a sheaf in objects (`sheaf_capacity`); 0 if the cache has no sheaves.
  package var sheafCapacity: Int
  /// Whether the cache is a kmalloc cache.
  package var isGeneral = false

  /// Computes the parameters of a cache from its stride by SLUB's formulas.
  /// - Parameters:
  ///   - name: Name of the cache.
  ///   - objectSize: Usable bytes of an object.
  ///   - stride: Distance of two objects in a slab in bytes; at least 8 is used.
  ///   - sheafCapacity: Sheaf capacity requested in kmem_cache_create; 0 for no sheaves.
  ///   - parameters: Parameters of SLUB.
  ///   - cpus: Number of CPUs of the machine.
  package init(
    name: String, objectSize: Int, stride: Int, sheafCapacity: Int = 0, parameters: SLUBParameters, cpus: Int
  ) {
    self.name = name
    self.objectSize = objectSize
    self.stride = max(8, stride)
    order = parameters.order(stride: self.stride, cpus: cpus)
    minimumOrder = SLUBParameters.order(ofBytes: self.stride)
    minimumPartial = SLUBCacheLayout.minimumPartial(stride: self.stride)
    cpuPartialSlabs = 0
    switch parameters.variant {
    case .cpuSlabs:
      self.sheafCapacity = sheafCapacity
      setCPUPartial(SLUBCacheLayout.cpuPartial(stride: self.stride))
    case .sheaves: self.sheafCapacity = max(sheafCapacity, SLUBCacheLayout.sheafCapacity(stride: self.stride))
    }
  }

  /// Number of objects in a slab of the preferred order (`objs_per_slab`).
  package var objectsPerSlab: Int { SLUBParameters.objects(order: order, stride: stride) }

  /// Replaces the parameters by those that a kernel reported. `cpu_partial_slabs` and `sheaf_capacity` are replaced only if
  /// that kernel has the same variant of SLUB.
  /// - Parameter keepingOrder: Whether to keep the page order, because a boot parameter determines it. `cpu_partial_slabs`
  ///   is then kept too, because it depends on the number of objects in a slab.
  mutating func applyReported(_ other: SLUBCacheLayout, isOfSameVariant: Bool, keepingOrder: Bool) {
    objectSize = other.objectSize
    minimumPartial = other.minimumPartial
    if !keepingOrder { (order, minimumOrder) = (other.order, other.minimumOrder) }
    guard isOfSameVariant else { return }
    sheafCapacity = other.sheafCapacity
    if !keepingOrder || other.cpuPartialSlabs == 0 { cpuPartialSlabs = other.cpuPartialSlabs }
  }

  /// Sets the page order of a slab, and recomputes `cpuPartialSlabs` from the number of objects in a slab.
  package mutating func setOrder(_ order: Int) {
    self.order = max(order, minimumOrder)
    if cpuPartialSlabs > 0 { setCPUPartial(SLUBCacheLayout.cpuPartial(stride: stride)) }
  }

  /// Sets the limit of the per-CPU partial lists in objects, as a write to `cpu_partial` does. SLUB converts it to the number
  /// of half full slabs that have so many free objects (slub_set_cpu_partial in mm/slub.c).
  package mutating func setCPUPartial(_ objects: Int) {
    let perSlab = max(1, objectsPerSlab)
    cpuPartialSlabs = (objects * 2 + perSlab - 1) / perSlab
  }

  /// Returns the default limit of a per-CPU partial list in objects (set_cpu_partial in mm/slub.c).
  package static func cpuPartial(stride: Int) -> Int {
    switch stride {
    case 4096...: 6
    case 1024...: 24
    case 256...: 52
    default: 120
    }
  }

  /// Returns the default `min_partial` (do_kmem_cache_create in mm/slub.c): half the binary logarithm of the
  /// stride, clamped to MIN_PARTIAL (5) and MAX_PARTIAL (10).
  static func minimumPartial(stride: Int) -> Int {
    min(10, max(5, (Int.bitWidth - 1 - stride.leadingZeroBitCount) / 2))
  }

  /// Returns the default sheaf capacity since Linux 7.0 (calculate_sheaf_capacity in mm/slub.c): a capacity that depends on
  /// the stride, increased so that the sheaf fills its kmalloc class. The header of a sheaf has 32 bytes.
  static func sheafCapacity(stride: Int) -> Int {
    let wanted =
      switch stride {
      case 4096...: 4
      case 1024...: 12
      case 256...: 26
      default: 60
      }
    return (KmallocClasses.size(for: 32 + 8 * wanted) - 32) / 8
  }

  /// Returns the sheaf capacity with which Linux 6.18 creates the cache of a name; 0 for no sheaves.
  static func requestedSheafCapacity(name: String) -> Int {
    name == "vm_area_struct" || name == "maple_node" ? 32 : 0
  }
}
