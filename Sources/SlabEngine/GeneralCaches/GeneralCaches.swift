public import Synchronization

/// The general caches (kmalloc): one ascending list of nodes ("gnodes" in the mail), of which those for powers of two
/// lie in contiguous memory and are indexed by highest set bit (S3).
///
///     index by highest set bit of (bytes - 1)
///        │
///        ▼
///     ┌ 8 ┬ 16 ┬ 32 ┬ 64 ┬ 128 ┬ ... ┬ 8192 ┐    contiguous
///        └──▶──┴──▶──┴──▶──┘ ╲    ▲
///                             ▶ 96                    linked between
///
/// A look-up starts at the largest power of two below the request and walks the list to the first node that fits it:
/// one step where only powers of two exist. No lock guards the links: see `GeneralCaches+Publish.swift` for why that is
/// sound, and for how sizes are added and retired.
@usableFromInline
struct GeneralCaches: @unchecked Sendable {
  // Sendable: nodes are immutable but for their atomics.

  static let minimumBytes = 8

  /// The node for 8 bytes; those for 16, 32, ... up to `largest` follow it.
  @usableFromInline let nodes: UnsafeMutablePointer<GeneralCacheNode>
  /// Requests above this go to the page allocator. A power of two.
  @usableFromInline let largest: Int

  /// The node that serves a request of 1 to `largest` bytes.
  /// - Complexity: wait-free, O(sizes ever added between two powers of two).
  @inlinable @inline(__always)
  func node(forBytes bytes: Int) -> UnsafeMutablePointer<GeneralCacheNode> {
    guard bytes > 8 else { return nodes }
    let highestSetBit = 63 &- (bytes &- 1).leadingZeroBitCount
    var node = nodes + (highestSetBit &- 3)
    // Where nothing was added between two powers of two, the upper one is known without waiting for the link, which the
    // processor checks meanwhile.
    if node.pointee.next.load(ordering: .relaxed) == node + 1 { return node + 1 }
    repeat {
      // Never nil: the list ends with the node for `largest`, which fits every request that gets here.
      node = node.pointee.next.load(ordering: .acquiring).unsafelyUnwrapped
    } while node.pointee.serves.load(ordering: .relaxed) < bytes
    return node
  }

  /// Whether a size may be that of a general cache.
  static func isServable(_ size: Int) -> Bool { size >= minimumBytes && size % 8 == 0 }
}

/// One size of the general caches.
@usableFromInline
struct GeneralCacheNode: ~Copyable {
  /// The node's place in the list.
  let size: Int
  /// The largest request it serves: `size`, or 0 while it is retired, which no request fits.
  @usableFromInline let serves: Atomic<Int>
  /// Set before the node is published, or before `serves` of a power of two is.
  @inlinable var cacheIndex: Int {
    @inline(__always) get { Int(truncatingIfNeeded: cacheNumber) }
    set { cacheNumber = Int32(truncatingIfNeeded: newValue) }
  }
  @usableFromInline var cacheNumber: Int32
  /// Whether this power of two has no cache of its own, but that of the next larger size.
  var standsIn = false
  /// The node of the next larger size.
  @usableFromInline let next: Atomic<UnsafeMutablePointer<GeneralCacheNode>?>

  init(size: Int, serves: Int, cacheIndex: Int, next: UnsafeMutablePointer<GeneralCacheNode>?) {
    self.size = size
    self.serves = Atomic(serves)
    cacheNumber = Int32(truncatingIfNeeded: cacheIndex)
    self.next = Atomic(next)
  }
}
