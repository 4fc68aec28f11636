/// Descriptor of a page and, on the first page of a block, of the block: the kernel's `struct page` and `struct slab`
/// in 64 bytes. All zero is a page that is not the first page of a block.
///
/// The objects of a slab start at `firstObject + index * stride` bytes. The index of a pointer is computed by a
/// multiplication with `reciprocal`.
///
///     page ─▶ head ─▶ ┌ firstObject ┬ stride ┬ stride ┬ ... ┬ tail ┐   on the pages: objects only
///                     └ free bitmap                                ┘   off the pages: here, or malloc'd with the slab
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
  /// Maximum number of objects of a slab whose free bitmap fits into the descriptor.
  static let mostFewObjects = 192

  // The first field must be one that only the slab's pool uses. The page allocator reads the use and order of a free
  // block's buddy while that buddy's pool changes other fields, and ThreadSanitizer treats a store to any field as a
  // store to the first byte of the structure.
  /// Free bitmap: one bit per object, set if the object is free in the slab. Refers to `fewFreeBits`, or to malloc'd
  /// memory if the slab has more than 64 objects.
  @usableFromInline var freeBits: UnsafeMutablePointer<UInt64>? = nil
  @usableFromInline var use = Use.unclaimed
  @usableFromInline var order: UInt8 = 0
  /// Index of the pool's list that contains the slab.
  @usableFromInline var occupancy: UInt8 = 0
  /// `isUnbacked` of a free block, `isPinned` of a slab.
  private var flag = false
  @usableFromInline var next: UInt32 = 0
  @usableFromInline var previous: UInt32 = 0
  /// Index of the pool that owns the slab.
  @usableFromInline var poolIndex: UInt16 = 0
  /// Offset of the first object in bytes: the slab's colour plus the left red zone.
  @usableFromInline var firstObject: UInt16 = 0
  /// Distance between the starts of two objects in bytes.
  @usableFromInline var stride: UInt32 = 0
  /// Index of the cache that owns the objects, if `tagShift` is 0.
  @usableFromInline var owner: UInt16 = 0
  @usableFromInline var objectCount: UInt16 = 0
  /// Number of free objects in the slab; the others are in use: live, or free in a magazine or depot.
  @usableFromInline var freeCount: UInt16 = 0
  /// In shared pools: the shift of the owner tags (see `OwnerTags`); otherwise 0.
  @usableFromInline var tagShift: UInt8 = 0
  /// Whether the slab's objects have records (see `ObjectRecords`).
  var hasRecords = false
  /// 2^32 / stride, rounded up: reciprocal * stride = 2^32 + d with d < stride. The offset of an object, k * stride <
  /// 2^22, times reciprocal is k * 2^32 + k * d with k * d < 2^22, so that the upper half of the product is exactly k.
  /// For an address within an object the result may be the number of a neighbour; the caller compares the address with
  /// the start of that object.
  ///
  /// For the first page of a large request: its size in bytes.
  @usableFromInline var reciprocal: UInt32 = 0
  /// Free bitmap of a slab with at most `mostFewObjects` objects.
  var fewFreeBits: (UInt64, UInt64, UInt64) = (0, 0, 0)

  /// Returns the number of the object that starts `offset` bytes after the start of the slab.
  @inlinable @inline(__always)
  func index(atOffset offset: Int) -> Int {
    let offset = UInt64(truncatingIfNeeded: offset &- Int(firstObject))
    return Int(truncatingIfNeeded: (offset &* UInt64(reciprocal)) >> 32)
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
    get { Int(reciprocal) }
    set { reciprocal = UInt32(newValue) }
  }

  #if Capture
    /// Record of a large request, for its first page, in fields that only slabs use.
    var largeRecord: LargeRecord {
      get { LargeRecord(context: poolIndex, cpu: firstObject, birth: fewFreeBits.0) }
      set { (poolIndex, firstObject, fewFreeBits.0) = (newValue.context, newValue.cpu, newValue.birth) }
    }
  #endif
}

#if Capture
  /// Record of a live request that the page allocator served: the context, CPU and time of its allocation.
  struct LargeRecord {
    var context: UInt16
    var cpu: UInt16
    var birth: UInt64
  }
#endif
