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
/// A lookup starts at the largest power of two below the request and follows the links to the first node that fits. If
/// no size was added in between, the node at which it starts leads to the next power of two directly, by its
/// `directOffset`. The links are not guarded by a lock. `GeneralCaches+Publish.swift` explains how sizes are added and
/// retired, and why this is correct.
@usableFromInline
struct GeneralCaches: @unchecked Sendable {
  // Sendable: only the atomics of a node change after its publication.

  static let minimumBytes = 8

  /// Node of 8 bytes; the nodes of 16, 32, ... up to `largest` follow it in memory. Before it lies a node that serves no
  /// request, at which the lookups of up to 8 bytes start.
  @usableFromInline let nodes: UnsafeMutablePointer<GeneralCacheNode>
  /// Largest size, a power of two. Larger requests are served by the page allocator.
  @usableFromInline let largest: Int

  /// Returns the offset of the per-CPU caches (see `CPUCache.offset(ofIndex:)`) of the cache that serves a request of 1
  /// to `largest` bytes.
  /// - Complexity: Wait-free, O(sizes ever added between two powers of two).
  @inlinable @inline(__always)
  func offset(forBytes bytes: Int) -> Int {
    // 7 in place of less, so that requests of up to 8 bytes start at the node before the first.
    let highestSetBit = 63 &- ((bytes &- 1) | 7).leadingZeroBitCount
    let node = nodes + (highestSetBit &- 3)
    let direct = node.pointee.directOffset.load(ordering: .relaxed)
    return _fastPath(direct != 0) ? Int(truncatingIfNeeded: direct) : offset(forBytes: bytes, behind: node)
  }

  /// Returns the offset for the first node behind `start` that serves a request.
  @usableFromInline @inline(never)
  func offset(forBytes bytes: Int, behind start: UnsafeMutablePointer<GeneralCacheNode>) -> Int {
    var node = start
    repeat {
      // Never nil: the last node has the size `largest`, which fits every request of this function.
      node = node.pointee.next.load(ordering: .acquiring).unsafelyUnwrapped
    } while node.pointee.largestRequest.load(ordering: .relaxed) < bytes
    return Int(truncatingIfNeeded: node.pointee.cacheOffset)
  }

  /// Whether a general cache may have this size.
  static func isServable(_ size: Int) -> Bool { size >= minimumBytes && size % 8 == 0 }
}

/// A node of the list of general caches.
@usableFromInline
struct GeneralCacheNode: ~Copyable {
  /// Object size in bytes, which determines the position in the list.
  var size: Int { Int(nodeSize) }
  private let nodeSize: UInt32
  /// Offset of the next power of two, as long as the next node is that of the next power of two; otherwise 0. A lookup
  /// that reads it while a size is being added is served as if it had run before.
  @usableFromInline let directOffset: Atomic<UInt32>
  /// Largest request that the node serves: `size`, or 0, which no request fits, while the size is retired.
  @usableFromInline let largestRequest: Atomic<Int>
  /// Offset of the per-CPU caches of the cache that serves the requests. It is set before the node is published.
  var cacheOffset: UInt32
  /// Index of the cache that serves the requests.
  var cacheIndex: Int {
    get { CPUCache.index(atOffset: Int(cacheOffset)) }
    set { cacheOffset = UInt32(CPUCache.offset(ofIndex: newValue)) }
  }
  /// Whether this power of two has no cache of its own, and is an alias of the next larger size.
  var isAlias = false
  /// Node of the next larger size; nil for the last node.
  @usableFromInline let next: Atomic<UnsafeMutablePointer<GeneralCacheNode>?>

  init(size: Int, largestRequest: Int, cacheIndex: Int, next: UnsafeMutablePointer<GeneralCacheNode>?) {
    nodeSize = UInt32(size)
    directOffset = Atomic(0)
    self.largestRequest = Atomic(largestRequest)
    cacheOffset = UInt32(CPUCache.offset(ofIndex: cacheIndex))
    self.next = Atomic(next)
  }
}
