extension EngineCPU {
  #if Capture
    /// Allocates objects of a cache until `objects` is full (kmem_cache_alloc_bulk). The caller owns the objects and
    /// must free each of them.
    /// - Returns: The number of objects, which are at the start of the buffer. It is less than the buffer's size only
    ///   if memory is exhausted.
    /// - Complexity: O(objects); takes a lock at most once per magazine.
    @inlinable
    public func allocate(
      from cache: SlabCache, into objects: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>,
      file: StaticString = #fileID, line: UInt = #line
    ) -> Int {
      fill(objects) { allocate(from: cache, file: file, line: line) }
    }

    /// Frees objects that were allocated from `cache` (kmem_cache_free_bulk), on this CPU or another.
    /// - Complexity: O(objects); takes a lock at most once per magazine.
    @inlinable
    public func free(
      _ objects: UnsafeBufferPointer<UnsafeMutableRawPointer>, to cache: SlabCache, file: StaticString = #fileID,
      line: UInt = #line
    ) {
      for object in objects { free(object, to: cache, file: file, line: line) }
    }
  #else
    /// Allocates objects of a cache until `objects` is full (kmem_cache_alloc_bulk). The caller owns the objects and
    /// must free each of them.
    /// - Returns: The number of objects, which are at the start of the buffer. It is less than the buffer's size only
    ///   if memory is exhausted.
    /// - Complexity: O(objects); takes a lock at most once per magazine.
    @inlinable
    public func allocate(
      from cache: SlabCache, into objects: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>
    ) -> Int {
      fill(objects) { allocate(from: cache) }
    }

    /// Frees objects that were allocated from `cache` (kmem_cache_free_bulk), on this CPU or another.
    /// - Complexity: O(objects); takes a lock at most once per magazine.
    @inlinable
    public func free(_ objects: UnsafeBufferPointer<UnsafeMutableRawPointer>, to cache: SlabCache) {
      for object in objects { free(object, to: cache) }
    }
  #endif

  /// Fills a buffer with the results of `allocate` until that returns nil, and returns the number of objects.
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
