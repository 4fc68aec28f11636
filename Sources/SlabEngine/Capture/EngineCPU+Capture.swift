#if Capture
  /// Allocating and freeing with a call site: Swift callers give theirs by default argument, players the recorded one.
  extension EngineCPU {
    /// The workload's own time, for lifetimes: in its ticks, from when it is first set. Until then lifetimes are in
    /// ticks of the processor's clock.
    @inlinable
    public var captureTime: UInt64 {
      get { state.pointee.clock.now }
      nonmutating set {
        state.pointee.clock.now = newValue
        state.pointee.clock.isWorkloads = true
      }
    }

    /// Allocates an object of a cache (kmem_cache_alloc) on behalf of a call site. See `allocate(from:)`.
    @inlinable @inline(__always)
    public func allocate(from cache: SlabCache, site: CallSite) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? takeObject(cache.index) : allocateCaptured(cache, site)
    }

    /// Allocates `bytes` bytes (kmalloc) on behalf of a call site. See `allocate(bytes:)`.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? takeObject(bytes: bytes) : allocateCaptured(bytes, site)
    }

    /// Frees an object of `cache` (kmem_cache_free) on behalf of a call site. See `free(_:to:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache, site: CallSite) {
      if state.pointee.capture == nil { putObject(object, cache.index) } else { freeCaptured(object, cache, site) }
    }

    /// Frees an object of any cache, or a large one (kfree), on behalf of a call site. See `free(_:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, site: CallSite) {
      if state.pointee.capture == nil { putObject(object) } else { freeCaptured(object, site) }
    }

    /// Frees an object that is live at the end of a workload which is about to begin anew: the capture counts it as live at
    /// the end, not as freed.
    public func freeLiveAtEnd(_ object: UnsafeMutableRawPointer) {
      if captureFree(object, .unknown, EngineCPU.anyCache, isAtEnd: true) { putObject(object) }
    }

    // MARK: With capture on

    // Out of line as a whole: with capture off, the fast paths are one test longer, and otherwise the same.

    @usableFromInline @inline(never)
    func allocateCaptured(_ cache: SlabCache, _ site: CallSite) -> UnsafeMutableRawPointer? {
      guard let object = takeObject(cache.index) else { return nil }
      state.pointee.capture?.allocated(object, bytes: cache.objectSize, isGeneral: false, site: site)
      return object
    }

    @usableFromInline @inline(never)
    func allocateCaptured(_ requested: Int, _ site: CallSite) -> UnsafeMutableRawPointer? {
      let bytes = max(requested, 1)
      guard bytes <= state.pointee.nodes.largest else { return allocateLarge(bytes: bytes, site: site) }
      let cache = state.pointee.nodes.node(forBytes: bytes).pointee.cacheIndex
      guard let object = takeObject(cache) else { return nil }
      state.pointee.capture?.allocated(object, bytes: bytes, isGeneral: true, site: site)
      line(cache).counters.pointee.addRequested(bytes)
      return object
    }

    @usableFromInline @inline(never)
    func freeCaptured(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ site: CallSite) {
      if captureFree(object, site, cache.index) { putObject(object, cache.index) }
    }

    @usableFromInline @inline(never)
    func freeCaptured(_ object: UnsafeMutableRawPointer, _ site: CallSite) {
      if captureFree(object, site, EngineCPU.anyCache) { putObject(object) }
    }

    /// In place of a cache's index: the free names none.
    private static let anyCache = -1

    /// Records a free, or that the object is live at the end of the workload.
    /// - Returns: whether it is to be carried out: what is no live object is reported instead.
    @inline(__always)
    private func captureFree(
      _ object: UnsafeMutableRawPointer, _ site: CallSite, _ cacheIndex: Int, isAtEnd: Bool = false
    ) -> Bool {
      guard let capture = state.pointee.capture else { return true }
      let offset = object - state.pointee.memoryBase
      guard UInt(bitPattern: offset) < UInt(bitPattern: state.pointee.memoryBytes) else { return true }
      let frame = Int(capture.memory.heads[offset >> MachineMemory.pageShift])
      let slab = capture.memory.pages + frame
      let place = offset - frame << MachineMemory.pageShift
      // A large request, or nothing of ours: the free itself finds out.
      guard slab.pointee.use == .slab, let records = slab.pointee.records else { return true }
      let number = slab.pointee.index(atOffset: place)
      guard number < slab.pointee.objectCount,
        Int(slab.pointee.firstObject) + number * Int(slab.pointee.stride) == place
      else { return refuse(.misalignedFree, object, nil) }
      let owner = slab.pointee.owner(ofObject: number)
      guard cacheIndex == EngineCPU.anyCache || cacheIndex == owner else {
        return refuse(.wrongCache, object, cacheIndex)
      }
      let (requested, isGeneral) =
        isAtEnd ? capture.endedLive(records + number) : capture.freed(records + number, site: site)
      guard requested > 0 else { return refuse(.doubleFree, object, owner) }
      if isGeneral { line(owner).counters.pointee.addRequested(-requested) }
      return true
    }

    @inline(never)
    private func refuse(_ kind: AllocationFault.Kind, _ object: UnsafeMutableRawPointer, _ cacheIndex: Int?) -> Bool {
      engine._withUnsafeGuaranteedRef { engine in
        engine.report(kind, object, cache: cacheIndex.flatMap { engine.caches(at: $0) })
      }
      return false
    }

    @inline(never)
    private func allocateLarge(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      guard let object = allocateLarge(bytes: bytes) else { return nil }
      var blockBytes = MachineMemory.pageBytes
      while blockBytes < bytes { blockBytes *= 2 }
      state.pointee.capture?.count(bytes: bytes, stride: blockBytes, site: site)
      return object
    }
  }
#endif
