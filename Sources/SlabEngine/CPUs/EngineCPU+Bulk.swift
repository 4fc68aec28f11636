extension EngineCPU {
  /// Allocates objects of a cache until `objects` is full (kmem_cache_alloc_bulk).
  /// - Returns: how many were had, from the buffer's start; fewer than asked for only when memory is exhausted. The
  ///   caller owns those.
  /// - Complexity: O(objects), a lock at most once a magazine.
  @inlinable
  public func allocate(from cache: SlabCache, into objects: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>) -> Int
  {
    for index in objects.indices {
      guard let object = allocate(from: cache) else { return index }
      objects[index] = object
    }
    return objects.count
  }

  /// Frees objects that were allocated from `cache` (kmem_cache_free_bulk).
  /// - Complexity: O(objects), a lock at most once a magazine.
  @inlinable
  public func free(_ objects: UnsafeBufferPointer<UnsafeMutableRawPointer>, to cache: SlabCache) {
    for object in objects { free(object, to: cache) }
  }
}
