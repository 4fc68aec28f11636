public import Synchronization

/// Map from page to cache, for frees that do not name the cache (kfree). It takes four bytes per page, so that the map
/// of 64 MiB fits in a second-level cache, in which the page descriptors would not fit.
///
/// The entry of a page is the offset of the per-CPU caches (see `CPUCache.offset(ofIndex:)`) of the only cache that uses
/// its slab. It is 0 if the owner must be found in another way: the page is not on a slab, several caches share the pool,
/// or the cache has debug flags.
///
/// Memory order: entries are written with the lock of the slab's pool held, and read without a lock. The thread that
/// frees an object owns it, so that the allocation of the object, and the stores before that allocation, happened
/// before the free. Only a pool that becomes shared changes the entries of slabs with live objects. Then both the old
/// entry and 0 lead to the object's owner; and because the 0 is stored with release order and loaded with acquire
/// order, a thread that reads the 0 also sees the owner tags, which were written before.
@usableFromInline
struct CacheMap: @unchecked Sendable {
  // Sendable: the entries are atomic.
  @usableFromInline let entries: UnsafeMutablePointer<Atomic<UInt32>>

  /// The offset of the per-CPU caches of the cache that owns all objects on a page; 0 if the owner must be found in
  /// another way.
  @inlinable @inline(__always)
  subscript(frame: Int) -> Int { Int(entries[frame].load(ordering: .acquiring)) }

  /// Sets the entries of all pages of a block; nil sets them to 0.
  func set(_ frame: UInt32, order: Int, to cache: Int?) {
    let entry = cache.map { UInt32(CPUCache.offset(ofIndex: $0)) } ?? 0
    for page in Int(frame)..<(Int(frame) + 1 << order) { entries[page].store(entry, ordering: .releasing) }
  }
}
