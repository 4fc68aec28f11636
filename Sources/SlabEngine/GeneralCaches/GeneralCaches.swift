public import Synchronization

/// The general caches (kmalloc): a list of nodes ("gnodes" in Hemment's message) in ascending order of size. The nodes
/// of the powers of two are contiguous in memory and are indexed by highest set bit (S3).
///
///     index by highest set bit of (bytes - 1)
///        │
///        ▼
///     ┌ 8 ┬ 16 ┬ 32 ┬ 64 ┬ 128 ┬ ... ┬ 8192 ┐    contiguous
///        └──▶──┴──▶──┴──▶──┘ ╲    ▲
///                             ▶ 96                    linked between
///
/// A lookup starts at the largest power of two below the request and follows the links to the first node that fits;
/// this is one step if no size was added in between. The links are not guarded by a lock. `GeneralCaches+Publish.swift`
/// explains how sizes are added and retired, and why this is correct.
@usableFromInline
struct GeneralCaches: @unchecked Sendable {
  // Sendable: only the atomics of a node change after its publication.

  static let minimumBytes = 8

  /// Node of 8 bytes; the nodes of 16, 32, ... up to `largest` follow it in memory.
  @usableFromInline let nodes: UnsafeMutablePointer<GeneralCacheNode>
  /// Largest size, a power of two. Larger requests are served by the page allocator.
  @usableFromInline let largest: Int

  /// Returns the node that serves a request of 1 to `largest` bytes.
  /// - Complexity: Wait-free, O(sizes ever added between two powers of two).
  @inlinable @inline(__always)
  func node(forBytes bytes: Int) -> UnsafeMutablePointer<GeneralCacheNode> {
    guard bytes > 8 else { return nodes }
    let highestSetBit = 63 &- (bytes &- 1).leadingZeroBitCount
    var node = nodes + (highestSetBit &- 3)
    // If no size was added between the two powers of two, the next node is known without the loaded link. The processor
    // predicts this branch, so that the lookup does not wait for the load.
    if node.pointee.next.load(ordering: .relaxed) == node + 1 { return node + 1 }
    repeat {
      // Never nil: the last node has the size `largest`, which fits every request of this function.
      node = node.pointee.next.load(ordering: .acquiring).unsafelyUnwrapped
    } while node.pointee.largestRequest.load(ordering: .relaxed) < bytes
    return node
  }

  /// Whether a general cache may have this size.
  static func isServable(_ size: Int) -> Bool { size >= minimumBytes && size % 8 == 0 }
}

/// A node of the list of general caches.
@usableFromInline
struct GeneralCacheNode: ~Copyable {
  /// Object size in bytes, which determines the position in the list.
  let size: Int
  /// Largest request that the node serves: `size`, or 0, which no request fits, while the size is retired.
  @usableFromInline let largestRequest: Atomic<Int>
  /// Index of the cache that serves the requests. It is set before the node is published.
  @inlinable var cacheIndex: Int {
    @inline(__always) get { Int(truncatingIfNeeded: cacheNumber) }
    set { cacheNumber = Int32(truncatingIfNeeded: newValue) }
  }
  @usableFromInline var cacheNumber: Int32
  /// Whether this power of two has no cache of its own, and is an alias of the next larger size.
  var isAlias = false
  /// Node of the next larger size; nil for the last node.
  @usableFromInline let next: Atomic<UnsafeMutablePointer<GeneralCacheNode>?>

  init(size: Int, largestRequest: Int, cacheIndex: Int, next: UnsafeMutablePointer<GeneralCacheNode>?) {
    self.size = size
    self.largestRequest = Atomic(largestRequest)
    cacheNumber = Int32(truncatingIfNeeded: cacheIndex)
    self.next = Atomic(next)
  }
}
