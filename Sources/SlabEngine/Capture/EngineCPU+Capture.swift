#if Capture
  /// Allocating and freeing with a call site: Swift callers give theirs by default argument, players the recorded one.
  extension EngineCPU {
    /// The workload's own time, for lifetimes: in its ticks, from when it is first set. Until then lifetimes are in
    /// ticks of the processor's clock.
    @inlinable
    public var captureTime: UInt64 {
      get { state.pointee.now }
      nonmutating set { state.pointee.now = newValue }
    }

    /// Allocates an object of a cache (kmem_cache_alloc) on behalf of a call site. See `allocate(from:)`.
    @inlinable @inline(__always)
    public func allocate(from cache: SlabCache, site: CallSite) -> UnsafeMutableRawPointer? {
      guard let object = takeObject(cache.index) else { return nil }
      if let capture = state.pointee.capture { captureAllocation(object, bytes: 0, capture, site, cache.index) }
      return object
    }

    /// Allocates `bytes` bytes (kmalloc) on behalf of a call site. See `allocate(bytes:)`.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      guard bytes <= state.pointee.nodes.largest else { return allocateLarge(bytes: bytes, site: site) }
      let cache = state.pointee.nodes.node(forBytes: bytes).pointee.cacheIndex
      guard let object = takeObject(cache) else { return nil }
      if let capture = state.pointee.capture { captureAllocation(object, bytes: max(bytes, 1), capture, site, cache) }
      return object
    }

    /// Frees an object of `cache` (kmem_cache_free) on behalf of a call site. See `free(_:to:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache, site: CallSite) {
      if let capture = state.pointee.capture, !captureFree(object, capture, site, cache.index) { return }
      putObject(object, cache.index)
    }

    /// Frees an object of any cache, or a large one (kfree), on behalf of a call site. See `free(_:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, site: CallSite) {
      if let capture = state.pointee.capture, !captureFree(object, capture, site, nil) { return }
      putObject(object)
    }

    // MARK: What is recorded

    /// Out of line: with capture off, the fast path is a test longer, and no larger.
    @usableFromInline @inline(never)
    func captureAllocation(
      _ object: UnsafeMutableRawPointer, bytes: Int, _ capture: CPUCapture, _ site: CallSite, _ cacheIndex: Int
    ) {
      if bytes > 0 {
        capture.allocated(object, bytes: bytes, site: site)
        line(cacheIndex).counters.pointee.addRequested(bytes)
      } else {
        // A cache that handed out an object is there.
        let bytes = engine._withUnsafeGuaranteedRef { $0.caches(at: cacheIndex)!.objectSize }
        capture.allocated(object, bytes: bytes, site: site)
      }
    }

    /// - Returns: whether the free is to be carried out: what is no live object is reported instead.
    @usableFromInline @inline(never)
    func captureFree(
      _ object: UnsafeMutableRawPointer, _ capture: CPUCapture, _ site: CallSite, _ cacheIndex: Int?
    ) -> Bool {
      engine._withUnsafeGuaranteedRef { engine in
        guard let place = engine.memory.place(of: object), place.slab.pointee.use == .slab,
          place.slab.pointee.records != nil
        else { return true }  // A large request, or nothing of ours: the free itself finds out.
        let slab = place.slab.pointee
        guard place.object < slab.objectCount,
          Int(slab.firstObject) + place.object * Int(slab.stride) == place.offset
        else {
          engine.report(.misalignedFree, object, cache: nil)
          return false
        }
        let owner = slab.owner(ofObject: place.object)
        guard cacheIndex ?? owner == owner else {
          engine.report(.wrongCache, object, cache: engine.caches(at: cacheIndex ?? owner))
          return false
        }
        let requested = capture.freed(object, site: site)
        guard requested > 0 else {
          engine.report(.doubleFree, object, cache: engine.caches(at: owner))
          return false
        }
        if let cache = engine.caches(at: owner), cache.isGeneral {
          line(owner).counters.pointee.addRequested(-requested)
        }
        return true
      }
    }

    @usableFromInline @inline(never)
    func allocateLarge(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      guard let object = allocateLarge(bytes: bytes) else { return nil }
      var blockBytes = MachineMemory.pageBytes
      while blockBytes < bytes { blockBytes *= 2 }
      state.pointee.capture?.count(bytes: bytes, stride: blockBytes, site: site)
      return object
    }
  }
#endif
