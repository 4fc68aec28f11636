#if Capture
  /// The calls that Swift programs make: their place in the source is the call site, without being written out.
  extension EngineCPU {
    /// Allocates an object of a cache (kmem_cache_alloc). Its `objectSize` bytes are the caller's until it is freed;
    /// they hold whatever they held before. nil when memory is exhausted.
    /// - Complexity: O(1) without a lock, but for a refill once a magazine.
    @inlinable @inline(__always)
    public func allocate(
      from cache: SlabCache, file: StaticString = #fileID, line: UInt = #line
    ) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? takeObject(cache.index) : allocateCaptured(cache, site(file, line))
    }

    /// Allocates `bytes` bytes (kmalloc) from the smallest general cache that fits, or, above the largest of them, from
    /// the page allocator. A request of no bytes counts as one byte. nil when memory is exhausted.
    /// - Complexity: O(1) without a lock, but for a refill once a magazine; large requests take the page lock.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, file: StaticString = #fileID, line: UInt = #line) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? takeObject(bytes: bytes) : allocateCaptured(bytes, site(file, line))
    }

    /// Frees an object that was allocated from `cache` (kmem_cache_free), on this CPU or another.
    /// - Complexity: O(1) without a lock, but for an exchange of magazines once a magazine.
    @inlinable @inline(__always)
    public func free(
      _ object: UnsafeMutableRawPointer, to cache: SlabCache, file: StaticString = #fileID, line: UInt = #line
    ) {
      if state.pointee.capture == nil {
        putObject(object, cache.index)
      } else {
        freeCaptured(object, cache, site(file, line))
      }
    }

    /// Frees an object of any cache, or a large one (kfree). A pointer that is none of the engine's live objects is
    /// reported and otherwise ignored, as far as a look at its page tells.
    /// - Complexity: as `free(_:to:)`, and a load to find the cache.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, file: StaticString = #fileID, line: UInt = #line) {
      if state.pointee.capture == nil { putObject(object) } else { freeCaptured(object, site(file, line)) }
    }

    /// The call site of a place in the source.
    @usableFromInline @inline(never)
    func site(_ file: StaticString, _ line: UInt) -> CallSite {
      // File names are literals: one address each, for the program's life.
      guard file.hasPointerRepresentation else { return .unknown }
      let key = UInt64(UInt(bitPattern: file.utf8Start)) << 16 ^ UInt64(truncatingIfNeeded: line)
      let entry = state.pointee.siteCache + Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 54)
      if entry.pointee.key == key { return entry.pointee.site }
      let site = engine._withUnsafeGuaranteedRef { $0.callSite(named: "\(file):\(line)") }
      entry.pointee = CachedSite(key: key, site: site)
      return site
    }
  }

  /// One place in the source and its call site, as a CPU remembers it: 1024 of them, each where its hash puts it.
  @usableFromInline
  struct CachedSite {
    static let count = 1024
    let key: UInt64
    let site: CallSite
  }
#endif
