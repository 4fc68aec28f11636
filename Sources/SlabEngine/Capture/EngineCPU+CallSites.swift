#if Capture
  /// Allocation and free for Swift callers. The position of the call in the source is its call site, by default
  /// argument.
  extension EngineCPU {
    /// Allocates an object of a cache (kmem_cache_alloc). The caller owns its `objectSize` bytes, which are not
    /// initialised (unless the cache has a constructor), until it frees the object.
    /// - Returns: The object; nil if memory is exhausted or the cache was destroyed.
    /// - Complexity: O(1) without a lock; once per magazine, a refill.
    @inlinable @inline(__always)
    public func allocate(
      from cache: SlabCache, file: StaticString = #fileID, line: UInt = #line
    ) -> UnsafeMutableRawPointer? {
      allocateObject(cache.offset, SiteKey(file, line))
    }

    /// Allocates `bytes` bytes (kmalloc): from the smallest general cache that fits, or from the page allocator if the
    /// request is larger than the largest general cache. 0 bytes are treated as 1 byte. The memory is not initialised.
    /// - Returns: The memory; nil if memory is exhausted.
    /// - Complexity: O(1) without a lock; once per magazine, a refill. Large requests take the page lock.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, file: StaticString = #fileID, line: UInt = #line) -> UnsafeMutableRawPointer? {
      allocateObject(bytes: bytes, SiteKey(file, line))
    }

    /// Frees an object that was allocated from `cache` (kmem_cache_free), on this CPU or another. A pointer that is not
    /// a live object of the cache is reported as a fault: at once if the engine captures data, otherwise when it is
    /// returned to the slabs.
    /// - Complexity: O(1) without a lock; once per magazine, an exchange of magazines.
    @inlinable @inline(__always)
    public func free(
      _ object: UnsafeMutableRawPointer, to cache: SlabCache, file: StaticString = #fileID, line: UInt = #line
    ) {
      freeObject(object, cache.offset, SiteKey(file, line))
    }

    /// Frees an object of any cache, or a large request (kfree), on this CPU or another. A pointer that is not a live
    /// object is reported as a fault: at once if the engine captures data or the page shows it, otherwise when it is
    /// returned to the slabs.
    /// - Complexity: Like `free(_:to:)`, plus one load to find the cache.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, file: StaticString = #fileID, line: UInt = #line) {
      freeObject(object, SiteKey(file, line))
    }

    // MARK: - Explicit call sites, for players of recordings

    /// Allocates an object of a cache (kmem_cache_alloc) for a call site. See `allocate(from:file:line:)`.
    @inlinable @inline(__always)
    public func allocate(from cache: SlabCache, site: CallSite) -> UnsafeMutableRawPointer? {
      allocateObject(cache.offset, SiteKey(site))
    }

    /// Allocates `bytes` bytes (kmalloc) for a call site. See `allocate(bytes:file:line:)`.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      allocateObject(bytes: bytes, SiteKey(site))
    }

    /// Frees an object of `cache` (kmem_cache_free) for a call site. See `free(_:to:file:line:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache, site: CallSite) {
      freeObject(object, cache.offset, SiteKey(site))
    }

    /// Frees an object of any cache, or a large request (kfree), for a call site. See `free(_:file:line:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, site: CallSite) { freeObject(object, SiteKey(site)) }

    /// Frees an object whose free the workload does not contain, for example because the workload ends and is about to
    /// be repeated. The capture counts an unseen free: one without lifetime and CPU.
    public func freeUnseen(_ object: UnsafeMutableRawPointer) {
      if state.pointee.capture.isOn {
        freeCapturedSlowly(object, offset: nil, SiteKey(.unknown), isSeen: false)
      } else {
        freeObject(object, SiteKey(.unknown))
      }
    }

    /// The workload's time in its own ticks, by which lifetimes are measured once it has been set. Until then lifetimes
    /// are in ticks of the processor's time-stamp counter.
    @inlinable
    public var captureTime: UInt64 {
      get { state.pointee.clock.now }
      nonmutating set {
        state.pointee.clock.now = newValue
        state.pointee.clock.isWorkloadTime = true
      }
    }
  }
#endif
