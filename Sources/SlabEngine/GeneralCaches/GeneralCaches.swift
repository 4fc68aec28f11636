public import Synchronization

/// The general caches (kmalloc): one ascending list of nodes ("gnodes" in the mail), of which those for powers of two
/// lie in contiguous memory and are indexed by highest set bit.
///
///     index by highest set bit of (bytes - 1)
///        │
///        ▼
///     ┌ 8 ┬ 16 ┬ 32 ┬ 64 ┬ 128 ┬ ... ┬ 8192 ┐    contiguous
///        └──▶──┴──▶──┴──▶──┘ ╲    ▲
///                             ▶ 96                    linked between
///
/// A look-up starts at the largest power of two below the request and walks the list to the first node that fits it:
/// one step where only powers of two exist.
@usableFromInline
struct GeneralCaches {
  /// Requests above this go to the page allocator.
  @usableFromInline static let maximumBytes = 8192
  static let minimumBytes = 8
  static let powersOfTwo = 11

  /// The node for 8 bytes; those for 16, 32, ... 8192 follow it.
  @usableFromInline let nodes: UnsafeMutablePointer<GeneralCacheNode>

  /// The node that serves a request of 1 to `maximumBytes` bytes.
  /// - Complexity: O(nodes between two powers of two).
  @inlinable @inline(__always)
  func node(forBytes bytes: Int) -> UnsafeMutablePointer<GeneralCacheNode> {
    guard bytes > 8 else { return nodes }
    let highestSetBit = 63 &- (bytes &- 1).leadingZeroBitCount
    var node = nodes + (highestSetBit &- 3)
    repeat {
      // Never nil: the list ends with the node for `maximumBytes`, which fits every request that gets here.
      node = node.pointee.next.load(ordering: .acquiring).unsafelyUnwrapped
    } while node.pointee.size < bytes
    return node
  }
}

/// One size of the general caches.
@usableFromInline
struct GeneralCacheNode: ~Copyable {
  /// The largest request it serves.
  @usableFromInline let size: Int
  @usableFromInline let cache: SlabCache
  /// The node of the next larger size.
  @usableFromInline let next: Atomic<UnsafeMutablePointer<GeneralCacheNode>?>

  init(size: Int, cache: SlabCache) {
    self.size = size
    self.cache = cache
    next = Atomic(nil)
  }
}
