#if Capture
  /// Allocation and free with an explicit call site, for players of recordings.
  extension EngineCPU {
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

    /// Allocates an object of a cache (kmem_cache_alloc) for a call site. See `allocate(from:file:line:)`.
    @inlinable @inline(__always)
    public func allocate(from cache: SlabCache, site: CallSite) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? allocateObject(cache.offset) : allocateCaptured(cache, site)
    }

    /// Allocates `bytes` bytes (kmalloc) for a call site. See `allocate(bytes:file:line:)`.
    @inlinable @inline(__always)
    public func allocate(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      state.pointee.capture == nil ? allocateObject(bytes: bytes) : allocateCaptured(bytes, site)
    }

    /// Frees an object of `cache` (kmem_cache_free) for a call site. See `free(_:to:file:line:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache, site: CallSite) {
      if state.pointee.capture == nil { freeObject(object, cache.offset) } else { freeCaptured(object, cache, site) }
    }

    /// Frees an object of any cache, or a large request (kfree), for a call site. See `free(_:file:line:)`.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, site: CallSite) {
      if state.pointee.capture == nil { freeObject(object) } else { freeCaptured(object, site) }
    }

    /// Frees an object whose free the workload does not contain, for example because the workload ends and is about to be
    /// repeated. The capture counts an unseen free: one without lifetime and CPU.
    public func freeUnseen(_ object: UnsafeMutableRawPointer) {
      if captureFree(object, .unknown, EngineCPU.anyCache, isSeen: false) { freeObject(object) }
    }

    // MARK: - Paths of engines that capture data

    // These functions are out of line, so that the fast paths differ by one test only if the engine does not capture
    // data.

    @usableFromInline @inline(never)
    func allocateCaptured(_ cache: SlabCache, _ site: CallSite) -> UnsafeMutableRawPointer? {
      guard let object = allocateObject(cache.offset) else { return nil }
      state.pointee.capture?.allocated(
        object, bytes: cache.objectSize, cache: cache.index, isGeneral: false, site: site)
      return object
    }

    @usableFromInline @inline(never)
    func allocateCaptured(_ requested: Int, _ site: CallSite) -> UnsafeMutableRawPointer? {
      let bytes = max(requested, 1)
      guard bytes <= state.pointee.nodes.largest else { return allocateLarge(bytes: bytes, site: site) }
      let offset = state.pointee.nodes.offset(forBytes: bytes)
      guard let object = allocateObject(offset) else { return nil }
      state.pointee.capture?.allocated(
        object, bytes: bytes, cache: CPUCache.index(atOffset: offset), isGeneral: true, site: site)
      cpuCache(at: offset).counters.pointee.addRequested(bytes)
      return object
    }

    @usableFromInline @inline(never)
    func freeCaptured(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ site: CallSite) {
      if captureFree(object, site, cache.index) { freeObject(object, cache.offset) }
    }

    @usableFromInline @inline(never)
    func freeCaptured(_ object: UnsafeMutableRawPointer, _ site: CallSite) {
      if captureFree(object, site, EngineCPU.anyCache) { freeObject(object) }
    }

    /// Used in place of a cache index if the free does not name the cache.
    private static let anyCache = -1

    /// Captures a free. A pointer that is not a live object is reported as a fault.
    /// - Parameter isSeen: Whether the workload contains the free.
    /// - Returns: Whether the free may proceed.
    @inline(__always)
    private func captureFree(
      _ object: UnsafeMutableRawPointer, _ site: CallSite, _ cacheIndex: Int, isSeen: Bool = true
    ) -> Bool {
      guard let capture = state.pointee.capture else { return true }
      let offset = object - state.pointee.memoryBase
      guard UInt(bitPattern: offset) < UInt(bitPattern: state.pointee.memoryBytes) else { return true }
      let frame = Int(capture.memory.heads[offset >> MachineMemory.pageShift])
      let slab = capture.memory.pages + frame
      let offsetInSlab = offset - frame << MachineMemory.pageShift
      if slab.pointee.use == .large, offsetInSlab == 0 {
        captureFreeOfPages(slab, capture, isSeen: isSeen)
        return true
      }
      // The pointer is not an object of the engine. `freeObject` reports that.
      guard slab.pointee.use == .slab, let records = slab.pointee.records else { return true }
      let number = slab.pointee.index(atOffset: offsetInSlab)
      guard number < slab.pointee.objectCount,
        Int(slab.pointee.firstObject) + number * Int(slab.pointee.stride) == offsetInSlab
      else { return refuse(.misalignedFree, object, nil) }
      let owner = state.pointee.ownerTags.owner(ofObject: number, of: slab)
      guard cacheIndex == EngineCPU.anyCache || cacheIndex == owner else {
        return refuse(.wrongCache, object, cacheIndex)
      }
      let (requested, isGeneral) =
        isSeen ? capture.freed(records + number, site: site) : capture.countUnseenFree(records + number)
      guard requested > 0 else { return refuse(.doubleFree, object, owner) }
      if isGeneral { cpuCache(at: CPUCache.offset(ofIndex: owner)).counters.pointee.addRequested(-requested) }
      return true
    }

    @inline(never)
    private func refuse(_ kind: AllocationFault.Kind, _ object: UnsafeMutableRawPointer, _ cacheIndex: Int?) -> Bool {
      engine._withUnsafeGuaranteedRef { engine in
        engine.report(kind, object, cache: cacheIndex.flatMap { engine.cacheIncludingDestroyed(at: $0) })
      }
      return false
    }

    @inline(never)
    private func captureFreeOfPages(
      _ block: UnsafeMutablePointer<PageDescriptor>, _ capture: CPUCapture, isSeen: Bool
    ) {
      let record = block.pointee.largeRecord
      if isSeen { capture.freedPages(record) } else { capture.countUnseenFree(ofContext: record.context) }
    }

    @inline(never)
    private func allocateLarge(bytes: Int, site: CallSite) -> UnsafeMutableRawPointer? {
      guard let object = allocateLarge(bytes: bytes), let capture = state.pointee.capture else { return nil }
      let frame = (object - state.pointee.memoryBase) >> MachineMemory.pageShift
      capture.allocatedPages(capture.memory.pages + frame, bytes: bytes, site: site)
      return object
    }
  }
#endif
