/// Descriptor of a page and, on the first page of a block, of the block: the kernel's `struct page` and `struct slab`
/// in 32 bytes. All zero is a page that is not the first page of a block.
///
/// The objects of a slab start at `firstObject + index * stride` bytes.
///
///     page ─▶ head ─▶ ┌ firstObject ┬ stride ┬ stride ┬ ... ┬ tail ┐   on the pages: objects only
///                     └ free bitmap                                ┘   off the pages: here, or malloc'd with the slab
///
/// Every page has a descriptor, so that its size is part of the memory of each slab: 1/128 of a page. Therefore it has only what
/// differs from slab to slab and what a reader needs that does not know the pool. The pool has the rest, such as the number of
/// objects of a slab of each order.
///
/// The first page of the block of a page is in a separate array (`MachineMemory.heads`), because it is looked up for
/// every page, and descriptors are looked up for first pages only.
@usableFromInline
struct PageDescriptor {
  @usableFromInline
  enum Use: UInt8 {
    case unclaimed = 0
    /// First page of a free block; linked in the page allocator's list of its order.
    case free
    /// First page of a slab; linked in one of its pool's lists.
    case slab
    /// First page of a request that is too large for the general caches; `largeBytes` is its size.
    case large
    /// Page of the memory hog.
    case hog
  }

  /// "No page" in a link.
  static let none = UInt32.max
  /// Maximum number of objects of a slab.
  static let maximumObjects = Int(UInt16.max)
  /// Maximum number of objects of a slab whose free bitmap is in the descriptor.
  static let mostFewObjects = UInt64.bitWidth

  // The first field must be one that only the slab's pool uses. The page allocator reads the use and order of a free
  // block's buddy while that buddy's pool changes other fields, and ThreadSanitizer treats a store to any field as a
  // store to the first byte of the structure.
  /// Free bitmap of a slab with at most `mostFewObjects` objects; otherwise the address of the bitmap, in malloc'd memory. See
  /// `freeBits` of a pointer to a descriptor.
  fileprivate var bitmap: UInt64 = 0
  var use = Use.unclaimed
  var order: UInt8 = 0
  /// Index of the pool's list that contains the slab.
  var occupancy: UInt8 = 0
  /// The shift of the owner tags, and two flags.
  private var properties: UInt8 = 0
  var next: UInt32 = 0
  var previous: UInt32 = 0
  /// Distance between the starts of two objects in bytes.
  ///
  /// For the first page of a large request: its size in bytes.
  var stride: UInt32 = 0
  /// Index of the pool that owns the slab.
  var poolIndex: UInt16 = 0
  /// Offset of the first object in bytes: the slab's colour plus the left red zone.
  var firstObject: UInt16 = 0
  /// Index of the cache that owns the objects, if `tagShift` is 0.
  var owner: UInt16 = 0
  /// Number of free objects in the slab; the others are in use: live, or free in a magazine or depot.
  var freeCount: UInt16 = 0

  private static let flag: UInt8 = 1 << 6
  private static let recordsFlag: UInt8 = 1 << 7
  private static let shiftMask: UInt8 = 63

  /// In shared pools: the shift of the owner tags (see `OwnerTags`); otherwise 0.
  var tagShift: UInt8 {
    get { properties & PageDescriptor.shiftMask }
    set { properties = properties & ~PageDescriptor.shiftMask | newValue }
  }

  /// Whether the slab's objects have records (see `ObjectRecords`).
  var hasRecords: Bool {
    get { properties & PageDescriptor.recordsFlag != 0 }
    set { set(PageDescriptor.recordsFlag, newValue) }
  }

  /// `isUnbacked` of a free block, `isPinned` of a slab.
  private var flag: Bool {
    get { properties & PageDescriptor.flag != 0 }
    set { set(PageDescriptor.flag, newValue) }
  }

  private mutating func set(_ flag: UInt8, _ value: Bool) {
    properties = value ? properties | flag : properties & ~flag
  }

  /// Number of objects of the slab.
  /// - Complexity: a division; the slab's pool knows the number for each order.
  var objectCount: UInt16 {
    stride == 0
      ? 0 : UInt16(min(MachineMemory.pageBytes << Int(order) / Int(stride), PageDescriptor.maximumObjects))
  }

  /// Whether the slab has at most `mostFewObjects` objects.
  @inline(__always)
  fileprivate var hasFewObjects: Bool {
    MachineMemory.pageBytes << Int(order) < (PageDescriptor.mostFewObjects + 1) * Int(stride)
  }

  /// Returns the number of the object that starts `offset` bytes after the start of the slab. If none starts there, the
  /// number of an object nearby, or a number out of range.
  /// - Complexity: a division; `SlabGeometry.index(of:at:)` has none.
  func index(atOffset offset: Int) -> Int {
    let offset = UInt32(truncatingIfNeeded: offset &- Int(firstObject))
    return stride == 0 ? 0 : Int(offset / stride)
  }

  /// Returns the offset of an object from the start of the slab.
  @inline(__always)
  func offset(ofObject number: Int) -> Int { Int(firstObject) &+ number &* Int(stride) }

  /// Whether a free block is not backed by memory of the operating system.
  var isUnbacked: Bool {
    get { flag }
    set { flag = newValue }
  }

  /// Whether a slab has an object that never moves, so that the slab cannot be evacuated.
  var isPinned: Bool {
    get { flag }
    set { flag = newValue }
  }

  /// Requested bytes, for the first page of a large request.
  var largeBytes: Int {
    get { Int(stride) }
    set { stride = UInt32(newValue) }
  }

  #if Capture
    /// Record of a large request, for its first page, in fields that only slabs use.
    var largeRecord: LargeRecord {
      get { LargeRecord(context: poolIndex, cpu: firstObject, birth: bitmap) }
      set { (poolIndex, firstObject, bitmap) = (newValue.context, newValue.cpu, newValue.birth) }
    }
  #endif
}

extension UnsafeMutablePointer<PageDescriptor> {
  /// Free bitmap of a slab: one bit per object, set if the object is free in the slab; nil if the slab has lost it.
  @inline(__always)
  var freeBits: UnsafeMutablePointer<UInt64>? {
    // Descriptors never move, and the bitmap is the first field, so that the address of a descriptor is that of its bitmap.
    pointee.hasFewObjects
      ? UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt64.self)
      : UnsafeMutablePointer<UInt64>(bitPattern: UInt(pointee.bitmap))
  }

  /// Gives a slab of more than `mostFewObjects` objects its bitmap, or takes it away.
  func setFreeBits(_ bits: UnsafeMutablePointer<UInt64>?) { pointee.bitmap = UInt64(UInt(bitPattern: bits)) }

  /// The malloc'd memory of a slab's bitmap; nil if the bitmap is in the descriptor.
  var bitmapMemory: UnsafeMutableRawPointer? {
    pointee.hasFewObjects ? nil : UnsafeMutableRawPointer(bitPattern: UInt(pointee.bitmap))
  }
}

#if Capture
  /// Record of a live request that the page allocator served: the context, CPU and time of its allocation.
  struct LargeRecord {
    var context: UInt16
    var cpu: UInt16
    var birth: UInt64
  }
#endif
