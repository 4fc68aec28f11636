/// The parameters of one cache under SLUB: what /sys/kernel/slab/CACHE shows.
///
/// They follow from the stride by SLUB's formulas; each can be set to the value that a kernel reports.
public struct SLUBCacheLayout: Sendable, Hashable {
  /// The cache's name, as /proc/slabinfo has it.
  public var name: String
  /// Bytes that an owner may use of each object (`object_size`).
  public var objectSize: Int
  /// Bytes from one object to the next (`slab_size`).
  public var stride: Int
  /// The page order of a slab (`order`).
  public var order: Int
  /// The page order that a slab falls back to if the page allocator has no block of `order`: the lowest that holds an
  /// object.
  public var minimumOrder: Int
  /// Slabs that a CPU's partial list holds before all of them move to the node; 0 if there is no such list.
  public var cpuPartialSlabs: Int
  /// Partial slabs on the node up to which empty slabs are kept (`min_partial`).
  public var minimumPartial: Int
  /// Objects that a sheaf holds (`sheaf_capacity`); 0 if the cache has no sheaves.
  public var sheafCapacity: Int
  /// Whether the cache serves kmalloc.
  public var isGeneral = false

  /// A cache whose parameters follow from its stride by SLUB's formulas.
  /// - Parameters:
  ///   - sheafCapacity: the capacity that the cache asks for when it is created; 0 if it asks for none.
  ///   - cpus: CPUs of the machine.
  public init(
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

  /// Objects in a slab of the preferred order (`objs_per_slab`).
  public var objectsPerSlab: Int { SLUBParameters.objects(order: order, stride: stride) }

  /// Takes the parameters that a kernel reported, except the limits of CPUs' lists and sheaves if that kernel had another
  /// version of SLUB.
  /// - Parameter keepingOrder: whether this layout keeps its own page order, which boot parameters decide, and with it the
  ///   limit of the CPUs' lists in slabs, which follows from the objects in a slab.
  mutating func adopt(_ other: SLUBCacheLayout, isOfSameVariant: Bool, keepingOrder: Bool) {
    objectSize = other.objectSize
    minimumPartial = other.minimumPartial
    if !keepingOrder { (order, minimumOrder) = (other.order, other.minimumOrder) }
    guard isOfSameVariant else { return }
    sheafCapacity = other.sheafCapacity
    if !keepingOrder || other.cpuPartialSlabs == 0 { cpuPartialSlabs = other.cpuPartialSlabs }
  }

  /// Sets the page order of a slab, and the limit of the CPUs' partial lists that follows from its objects.
  mutating func setOrder(_ order: Int) {
    self.order = max(order, minimumOrder)
    if cpuPartialSlabs > 0 { setCPUPartial(SLUBCacheLayout.cpuPartial(stride: stride)) }
  }

  /// Sets the limit of the CPUs' partial lists in objects, as writing `cpu_partial` does: the list holds as many slabs
  /// as would have that many free objects if they were half full (slub_set_cpu_partial in mm/slub.c).
  public mutating func setCPUPartial(_ objects: Int) {
    let perSlab = max(1, objectsPerSlab)
    cpuPartialSlabs = (objects * 2 + perSlab - 1) / perSlab
  }

  /// The limit of a CPU's partial list, in objects, by an object's size (set_cpu_partial in mm/slub.c).
  public static func cpuPartial(stride: Int) -> Int {
    switch stride {
    case 4096...: 6
    case 1024...: 24
    case 256...: 52
    default: 120
    }
  }

  /// Half the stride's binary logarithm, from 5 to 10 (MIN_PARTIAL and MAX_PARTIAL in mm/slub.c).
  static func minimumPartial(stride: Int) -> Int {
    min(10, max(5, (Int.bitWidth - 1 - stride.leadingZeroBitCount) / 2))
  }

  /// The capacity of every cache's sheaves since Linux 7.0 (calculate_sheaf_capacity in mm/slub.c): enough by size, and as
  /// many more as make the sheaf fill its kmalloc class. A sheaf has 32 bytes before its pointers.
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

  /// Caches that ask for sheaves in Linux 6.18.
  static func requestedSheafCapacity(name: String) -> Int {
    name == "vm_area_struct" || name == "maple_node" ? 32 : 0
  }
}
