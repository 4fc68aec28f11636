/// Context of allocations: the call site or call stack that allocates, the cache that serves it, and the sizes.
package struct AllocationContext: Sendable, Hashable {
  /// Function and offset of the call site.
  package var site: String
  /// Call stack, the call site first; empty if only the call site is known.
  package var stack: [String]
  /// Name of the cache, as in /proc/slabinfo (`skbuff_head_cache`, `kmalloc-1k`). Requests that take whole pages are of
  /// ``largeRequests``.
  package var cache: String
  /// Whether the objects are requested by size (kmalloc) and not from a named cache.
  package var isGeneral: Bool
  /// Bytes that the caller requested.
  package var requestedBytes: Int
  /// Bytes that the allocator allocated for the request.
  package var allocatedBytes: Int
  /// Bytes of the object that were in use; nil if not known. The kernel rounds the sizes of skb data up before it requests
  /// them, so that only this figure tells how many bytes were needed.
  package var usedBytes: Int?

  /// Name of the cache of requests that take whole pages, because they are larger than the largest general cache.
  package static let largeRequests = "kmalloc-large"

  /// Name of the cache of objects whose cache is not known.
  package static let unknownCache = "?"

  /// Creates a context without a call stack.
  package init(
    site: String, stack: [String] = [], cache: String, isGeneral: Bool, requestedBytes: Int, allocatedBytes: Int,
    usedBytes: Int? = nil
  ) {
    (self.site, self.stack, self.cache, self.isGeneral) = (site, stack, cache, isGeneral)
    (self.requestedBytes, self.allocatedBytes, self.usedBytes) = (requestedBytes, allocatedBytes, usedBytes)
  }
}

/// Order by call site, cache, sizes and call stack, so that equal profiles have equal lists.
extension AllocationContext: Comparable {
  package static func < (one: Self, other: Self) -> Bool {
    if one.site != other.site { return one.site < other.site }
    if one.cache != other.cache { return one.cache < other.cache }
    if one.requestedBytes != other.requestedBytes { return one.requestedBytes < other.requestedBytes }
    if one.allocatedBytes != other.allocatedBytes { return one.allocatedBytes < other.allocatedBytes }
    if one.usedBytes != other.usedBytes { return (one.usedBytes ?? -1) < (other.usedBytes ?? -1) }
    if one.isGeneral != other.isGeneral { return other.isGeneral }
    return one.stack.lexicographicallyPrecedes(other.stack)
  }
}
