/// What a page is used for, and, on the first page of a block, everything known about the block: the kernel's
/// `struct page` and `struct slab` in 64 bytes. All zero is a page that belongs to nobody yet.
///
/// A slab's objects lie at `firstObject + index * stride`; `index` of a pointer is a multiplication by `reciprocal`.
///
///     page ─▶ head ─▶ ┌ firstObject ┬ stride ┬ stride ┬ ... ┬ tail ┐   on the pages: objects only
///                     └ free bitmap, requested sizes ┘                off the pages: malloc'd with the slab
@usableFromInline
struct PageDescriptor {
  @usableFromInline
  enum Use: UInt8 {
    case unclaimed = 0
    /// First page of a free block; linked in the page allocator's list of its order.
    case free
    /// First page of a slab; linked in one of its pool's lists.
    case slab
    /// First page of a request too large for the general caches; `objectCount` is the bytes asked for.
    case large
    /// Held by the page hog.
    case hog
    /// Any page but the first of a block in use.
    case tail
  }

  /// "No page" in links.
  static let none = UInt32.max
  /// Binary places of `reciprocal`. With offsets and strides below 2^22 (a block is at most 4 MiB), the error of the
  /// rounded-up reciprocal times an offset stays below 2^44, so the quotient is exact.
  @usableFromInline static let reciprocalShift: UInt64 = 44

  @usableFromInline var use = Use.unclaimed
  @usableFromInline var order: UInt8 = 0
  /// The pool's list that the slab is on.
  @usableFromInline var occupancy: UInt8 = 0
  /// Page frame number of the block's first page, valid in all pages of a block in use.
  @usableFromInline var head: UInt32 = 0
  @usableFromInline var next: UInt32 = 0
  @usableFromInline var previous: UInt32 = 0
  /// Index of the cache whose objects these are.
  @usableFromInline var cacheIndex: UInt32 = 0
  @usableFromInline var objectCount: UInt32 = 0
  /// Objects in the slab; the others are out: live, or in a magazine.
  @usableFromInline var freeCount: UInt32 = 0
  @usableFromInline var colour: UInt32 = 0
  @usableFromInline var firstObject: UnsafeMutableRawPointer? = nil
  /// One bit an object, set while it is in the slab.
  @usableFromInline var freeBits: UnsafeMutablePointer<UInt64>? = nil
  /// Bytes asked for per object, 0 while it is not live; nil in caches whose objects all have one size.
  @usableFromInline var requested: UnsafeMutablePointer<UInt16>? = nil
  @usableFromInline var reciprocal: UInt64 = 0

  /// The number of the object that holds `address`, an address within the slab.
  @inlinable @inline(__always)
  func index(of address: UnsafeMutableRawPointer) -> Int {
    let offset = UInt64(truncatingIfNeeded: Int(bitPattern: address) &- Int(bitPattern: firstObject))
    return Int(truncatingIfNeeded: (offset &* reciprocal) >> PageDescriptor.reciprocalShift)
  }
}
