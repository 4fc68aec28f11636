/// What a page is used for, and, on the first page of a block, everything known about the block: the kernel's
/// `struct page` and `struct slab` in 64 bytes. All zero is a page that belongs to nobody yet.
///
/// A slab's objects lie `firstObject + index * stride` bytes into it; `index` of a pointer is a multiplication by
/// `reciprocal`.
///
///     page ─▶ head ─▶ ┌ firstObject ┬ stride ┬ stride ┬ ... ┬ tail ┐   on the pages: objects only
///                     └ free bitmap, owner tags, records           ┘   off the pages: here, or malloc'd with the slab
///
/// Which page is the first of a block stands in an array of its own (`MachineMemory.heads`): it is looked up for any
/// page, descriptors only for first ones.
@usableFromInline
struct PageDescriptor {
  @usableFromInline
  enum Use: UInt8 {
    case unclaimed = 0
    /// First page of a free block; linked in the page allocator's list of its order.
    case free
    /// First page of a slab; linked in one of its pool's lists.
    case slab
    /// First page of a request too large for the general caches; `largeBytes` is what was asked for.
    case large
    /// Held by the page hog.
    case hog
  }

  /// "No page" in links.
  static let none = UInt32.max
  /// The most objects of a slab.
  static let maximumObjects = Int(UInt16.max)

  // The first field is one that only the slab's pool touches. The page allocator reads the use and order of a free
  // block's buddy while that buddy's pool changes other fields; ThreadSanitizer takes a change of any field for one of the
  // structure's first byte.
  /// One bit an object, set while it is in the slab: `fewFreeBits`, or malloc'd where there are more than 64 objects.
  @usableFromInline var freeBits: UnsafeMutablePointer<UInt64>? = nil
  @usableFromInline var use = Use.unclaimed
  @usableFromInline var order: UInt8 = 0
  /// The pool's list that the slab is on.
  @usableFromInline var occupancy: UInt8 = 0
  /// Of a free block: whether the system has all its pages back. Of a slab: whether one of its objects never moves.
  @usableFromInline var mark = false
  @usableFromInline var next: UInt32 = 0
  @usableFromInline var previous: UInt32 = 0
  /// The pool that the slab belongs to.
  @usableFromInline var poolIndex: UInt16 = 0
  /// Where the slab's first object starts: its colour, and a red zone.
  @usableFromInline var firstObject: UInt16 = 0
  /// Bytes from one object to the next.
  @usableFromInline var stride: UInt32 = 0
  /// The cache whose objects these are, where `owners` is nil.
  @usableFromInline var owner: UInt16 = 0
  @usableFromInline var objectCount: UInt16 = 0
  /// Objects in the slab; the others are out: live, or in a magazine.
  @usableFromInline var freeCount: UInt16 = 0
  /// 2^32 / stride, rounded up: reciprocal * stride = 2^32 + d with d < stride. An object's offset k * stride, below 2^22,
  /// times this is k * 2^32 + k * d with k * d < 2^22, so the upper half is exactly k. Addresses within objects may give
  /// a neighbour's number; they are told by comparing with where that object starts.
  /// On the first page of a large request: bytes asked for.
  @usableFromInline var reciprocal: UInt32 = 0
  @usableFromInline var fewFreeBits: UInt64 = 0
  /// In pools that caches share: the cache that each object out of the slab belongs to.
  @usableFromInline var owners: UnsafeMutablePointer<UInt16>? = nil
  /// What is known of each object's allocation, in engines and caches that keep it.
  @usableFromInline var records: UnsafeMutablePointer<ObjectRecord>? = nil

  /// The number of the object that starts `offset` bytes into the slab.
  @inlinable @inline(__always)
  func index(atOffset offset: Int) -> Int {
    let offset = UInt64(truncatingIfNeeded: offset &- Int(firstObject))
    return Int(truncatingIfNeeded: (offset &* UInt64(reciprocal)) >> 32)
  }

  /// Which cache an object belongs to.
  func owner(ofObject index: Int) -> Int { owners.map { Int($0[index]) } ?? Int(owner) }

  /// Bytes that were asked for, on the first page of a large request.
  var largeBytes: Int {
    get { Int(reciprocal) }
    set { reciprocal = UInt32(newValue) }
  }
}
