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
      state.pointee.capture == nil ? allocateObject(cache.offset) : allocateCaptured(cache, site(file, line))
    }

    /// Allocates `bytes` bytes (kmalloc): from the smallest general cache that fits, or from the page allocator if the
    /// request is larger than the largest general cache. 0 bytes are treated as 1 byte. The memory is not initialised.
    /// - Returns: The memory; nil if memory is exhausted.
    /// - Complexity: O(1) without a lock; once per magazine, a refill. Large requests take the page lock.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, file: StaticString = #fileID, line: UInt = #line) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? allocateObject(bytes: bytes) : allocateCaptured(bytes, site(file, line))
    }

    /// Frees an object that was allocated from `cache` (kmem_cache_free), on this CPU or another. A pointer that is not
    /// a live object of the cache is reported as a fault: at once if the engine captures data, otherwise when it is
    /// returned to the slabs.
    /// - Complexity: O(1) without a lock; once per magazine, an exchange of magazines.
    @inlinable @inline(__always)
    public func free(
      _ object: UnsafeMutableRawPointer, to cache: SlabCache, file: StaticString = #fileID, line: UInt = #line
    ) {
      if state.pointee.capture == nil {
        freeObject(object, cache.offset)
      } else {
        freeCaptured(object, cache, site(file, line))
      }
    }

    /// Frees an object of any cache, or a large request (kfree), on this CPU or another. A pointer that is not a live
    /// object is reported as a fault: at once if the engine captures data or the page shows it, otherwise when it is
    /// returned to the slabs.
    /// - Complexity: Like `free(_:to:)`, plus one load to find the cache.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, file: StaticString = #fileID, line: UInt = #line) {
      if state.pointee.capture == nil { freeObject(object) } else { freeCaptured(object, site(file, line)) }
    }

    /// Returns the call site of a position in the source.
    @usableFromInline @inline(never)
    func site(_ file: StaticString, _ line: UInt) -> CallSite {
      // File names are literals, so that a name has the same address for the life of the program.
      guard file.hasPointerRepresentation else { return .unknown }
      let key = UInt64(UInt(bitPattern: file.utf8Start)) << 16 ^ UInt64(truncatingIfNeeded: line)
      let entry = state.pointee.siteCache + Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 54)
      if entry.pointee.key == key { return entry.pointee.site }
      let site = engine._withUnsafeGuaranteedRef { $0.callSite(named: "\(file):\(line)") }
      entry.pointee = CachedSite(key: key, site: site)
      return site
    }
  }

  /// An entry of a CPU's cache of call sites: a position in the source and its call site. The cache has 1024 entries
  /// and is direct-mapped by a hash of the position.
  @usableFromInline
  struct CachedSite {
    static let count = 1024
    let key: UInt64
    let site: CallSite
  }
#endif
