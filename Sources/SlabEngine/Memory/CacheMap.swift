public import Synchronization

/// Page to cache, for frees that don't name one (kfree): four bytes a page, so that the map of 64 MiB fits in a
/// second-level cache, where the descriptors would not.
///
/// A page's entry is the number of the only cache that draws from its slab, plus one. It is 0 for every page whose
/// objects need a closer look: no slab, a pool that several caches share, a cache with debug flags.
///
/// Written with the slab's pool locked; read without a lock. Whoever frees an object holds it, so the allocation that
/// handed it out, and the writes before that, happened before. Only a pool that becomes shared changes entries of live
/// slabs; then both the old entry and 0 lead to the object's owner, and the acquiring load makes the owner tags, which
/// were written before the 0, visible with it.
@usableFromInline
struct CacheMap: @unchecked Sendable {
  // Sendable: the entries are atomic.
  @usableFromInline let entries: UnsafeMutablePointer<Atomic<UInt32>>

  /// The cache that objects of a page belong to, plus one; 0 where that takes a closer look.
  @inlinable @inline(__always)
  subscript(frame: Int) -> Int { Int(entries[frame].load(ordering: .acquiring)) }

  /// Sets the entries of a block's pages.
  func set(_ frame: UInt32, order: Int, to cache: Int?) {
    let entry = cache.map { UInt32($0 + 1) } ?? 0
    for page in Int(frame)..<(Int(frame) + 1 << order) { entries[page].store(entry, ordering: .releasing) }
  }
}
