/// Owner tags: for each object in use of a shared pool, the index of the cache that owns the object. Frees that do not
/// name the cache find it here, and each cache's count of objects is exact.
///
/// The tag of an object is at a position that follows from its address, so that a free needs neither the page descriptor
/// nor the number of the object in its slab. A pool whose objects are at least 2^shift bytes apart has one tag for every
/// 2^shift bytes of its slabs; no two of its objects share a tag. With `origin`, a power of two that is not less than the
/// size of machine memory, the tag of the object at an offset in machine memory has the position
///
///     (origin + offset) >> shift        in  origin >> shift  ..<  2 * origin >> shift
///
/// so that pools with different shifts use different parts of one table. A slab is aligned to its size and is a multiple
/// of 2^shift bytes, so that two slabs never share a tag. The table is reserved address space, of which only the tags of
/// shared slabs are backed by memory: between one and two tags of two bytes for each object.
///
/// A tag is written with the pool's lock held, before the object is allocated, and read by the thread that frees the
/// object, which owns it.
@usableFromInline
struct OwnerTags: @unchecked Sendable {
  // Sendable: see above for who writes and reads a tag.
  @usableFromInline let tags: UnsafeMutablePointer<UInt16>
  @usableFromInline let origin: Int
  private let pages: UnsafeMutablePointer<PageDescriptor>

  /// The least shift: objects are at least eight bytes apart.
  private static let leastShift = 3

  /// Bytes of the table for this many bytes of machine memory.
  static func bytes(forMemory bytes: Int) -> Int {
    (2 * origin(forMemory: bytes)) >> leastShift * MemoryLayout<UInt16>.stride
  }

  private static func origin(forMemory bytes: Int) -> Int { 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount) }

  /// Uses zero-filled memory of `OwnerTags.bytes(forMemory:)` bytes at `start`.
  init(at start: UnsafeMutableRawPointer, forMemory bytes: Int, pages: UnsafeMutablePointer<PageDescriptor>) {
    origin = OwnerTags.origin(forMemory: bytes)
    tags = start.bindMemory(to: UInt16.self, capacity: (2 * origin) >> OwnerTags.leastShift)
    self.pages = pages
  }

  /// Returns the shift of a pool whose objects are `stride` bytes apart.
  static func shift(forStride stride: Int) -> Int { Int.bitWidth - 1 - stride.leadingZeroBitCount }

  /// Tag of the object at an offset in machine memory. For an offset at which no object starts it may be any value that
  /// a tag ever had.
  @inlinable @inline(__always)
  subscript(offset: Int, shift: Int) -> UInt16 {
    get { tags[(origin &+ offset) &>> shift] }
    nonmutating set { tags[(origin &+ offset) &>> shift] = newValue }
  }

  /// Returns the index of the cache that owns an object in use, in a shared pool or not.
  func owner(ofObject number: Int, of slab: UnsafeMutablePointer<PageDescriptor>) -> Int {
    let shift = Int(slab.pointee.tagShift)
    guard shift != 0 else { return Int(slab.pointee.owner) }
    return Int(self[(slab - pages) << MachineMemory.pageShift + slab.pointee.offset(ofObject: number), shift])
  }
}
