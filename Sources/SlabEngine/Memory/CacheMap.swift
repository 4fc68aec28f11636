public import Synchronization

/// Map from page to cache, for frees that do not name the cache (kfree). It takes four bytes per page, so that the map
/// of 64 MiB fits in a second-level cache, in which the page descriptors would not fit.
///
/// The entry of a page is
/// - positive if one cache owns all objects of its slab: the offset of the per-CPU caches of that cache (see
///   `CPUCache.offset(ofIndex:)`);
/// - negative if several caches share the pool: its low bits are the shift of the pool's owner tags (see `OwnerTags`);
/// - 0 if the page is not on a slab, or on one of a cache with debug flags.
///
/// Memory order: entries are written with the lock of the slab's pool held, and read without a lock. The thread that
/// frees an object owns it, so that the allocation of the object, and the stores before that allocation, happened
/// before the free. Only a pool that becomes shared changes the entries of slabs with live objects. Then both the old
/// entry and the new one lead to the object's owner; and because the new entry is stored with release order and loaded
/// with acquire order, a thread that reads it also sees the owner tags, which were written before.
@usableFromInline
struct CacheMap: @unchecked Sendable {
  // Sendable: the entries are atomic.
  @usableFromInline let entries: UnsafeMutablePointer<Atomic<Int32>>

  @usableFromInline static let shiftMask = 63

  /// The entry of a page.
  @inlinable @inline(__always)
  subscript(frame: Int) -> Int { Int(entries[frame].load(ordering: .acquiring)) }

  /// Returns the entry of the pages whose objects all belong to the cache with this index.
  static func entry(forCache index: Int) -> Int { CPUCache.offset(ofIndex: index) }

  /// Returns the entry of the pages of a shared pool.
  static func entry(forTagShift shift: Int) -> Int { Int(Int32.min) | shift }

  /// Sets the entries of all pages of a block.
  func set(_ frame: UInt32, order: Int, to entry: Int) {
    for page in Int(frame)..<(Int(frame) + 1 << order) { entries[page].store(Int32(entry), ordering: .releasing) }
  }
}
