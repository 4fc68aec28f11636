extension EngineCPU {
  #if Capture
    /// Allocates objects of a cache until `objects` is full (kmem_cache_alloc_bulk).
    /// - Returns: how many were had, from the buffer's start; fewer than asked for only when memory is exhausted. The
    ///   caller owns those.
    /// - Complexity: O(objects), a lock at most once a magazine.
    @inlinable
    public func allocate(
      from cache: SlabCache, into objects: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>,
      file: StaticString = #fileID, line: UInt = #line
    ) -> Int {
      fill(objects) { allocate(from: cache, file: file, line: line) }
    }

    /// Frees objects that were allocated from `cache` (kmem_cache_free_bulk).
    /// - Complexity: O(objects), a lock at most once a magazine.
    @inlinable
    public func free(
      _ objects: UnsafeBufferPointer<UnsafeMutableRawPointer>, to cache: SlabCache, file: StaticString = #fileID,
      line: UInt = #line
    ) {
      for object in objects { free(object, to: cache, file: file, line: line) }
    }
  #else
    /// Allocates objects of a cache until `objects` is full (kmem_cache_alloc_bulk).
    /// - Returns: how many were had, from the buffer's start; fewer than asked for only when memory is exhausted. The
    ///   caller owns those.
    /// - Complexity: O(objects), a lock at most once a magazine.
    @inlinable
    public func allocate(
      from cache: SlabCache, into objects: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>
    ) -> Int {
      fill(objects) { allocate(from: cache) }
    }

    /// Frees objects that were allocated from `cache` (kmem_cache_free_bulk).
    /// - Complexity: O(objects), a lock at most once a magazine.
    @inlinable
    public func free(_ objects: UnsafeBufferPointer<UnsafeMutableRawPointer>, to cache: SlabCache) {
      for object in objects { free(object, to: cache) }
    }
  #endif

  /// Puts what `allocate` gives into a buffer, and returns how many there were.
  @inlinable @inline(__always)
  func fill(
    _ objects: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>, _ allocate: () -> UnsafeMutableRawPointer?
  ) -> Int {
    for index in objects.indices {
      guard let object = allocate() else { return index }
      objects[index] = object
    }
    return objects.count
  }
}
