/// A CPU of the engine, through which objects are allocated and freed. The value is a trivial handle that is valid
/// while the engine lives and must be used by one thread at a time.
///
/// An operation that a magazine serves costs a load, a branch and one or two stores, and takes no lock. All other
/// operations take a slow path (see `EngineCPU+SlowPaths.swift`), which exchanges or refills a magazine.
public struct EngineCPU: @unchecked Sendable {
  // Sendable: a handle may be passed to another thread. The caller must not use it on two threads at the same time.

  @usableFromInline let state: UnsafeMutablePointer<CPUState>

  /// Returns the per-CPU cache at an offset of this CPU's memory (see `CPUCache.offset(ofIndex:)`).
  @inlinable @inline(__always)
  func cpuCache(at offset: Int) -> CPUCache { CPUCache(cpu: UnsafeMutableRawPointer(state), offset: offset) }

  var engine: Unmanaged<SlabEngine> { state.pointee.engine }

  // MARK: - Fast paths

  /// Allocates an object of the cache whose per-CPU caches are at `offset`.
  @inlinable @inline(__always)
  func allocateObject(_ offset: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
    cpuCache(at: offset).pop() ?? refill(offset, site)
  }

  /// Allocates an object of the general cache for `bytes` bytes, or a block of pages if the request is too large for
  /// those.
  @inlinable @inline(__always)
  func allocateObject(bytes: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
    // One comparison for both bounds: 0 bytes less 1 are more than any size.
    guard _fastPath(UInt(bitPattern: bytes &- 1) < UInt(bitPattern: state.pointee.nodes.largest)) else {
      return allocateUnusual(bytes: bytes, site)
    }
    let offset = state.pointee.nodes.offset(forBytes: bytes)
    return cpuCache(at: offset).pop() ?? refill(offset, bytes: bytes, site)
  }

  /// Frees an object of the cache whose per-CPU caches are at `offset`.
  @inlinable @inline(__always)
  func freeObject(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
    if !cpuCache(at: offset).push(object) { flush(object, offset, site) }
  }

  /// Frees an object of the cache that owns it according to the cache map and the owner tags.
  @inlinable @inline(__always)
  func freeObject(_ object: UnsafeMutableRawPointer, _ site: SiteKey) {
    let offset = UInt(bitPattern: object - state.pointee.memoryBase)
    guard _fastPath(offset < UInt(bitPattern: state.pointee.memoryBytes)) else { return freeUnmapped(object, site) }
    let entry = state.pointee.cacheMap[Int(bitPattern: offset >> UInt(MachineMemory.pageShift))]
    if _fastPath(entry > 0) { return freeObject(object, entry, site) }
    guard entry != 0 else { return freeUnmapped(object, site) }
    let owner = state.pointee.ownerTags[Int(bitPattern: offset), entry & CacheMap.shiftMask]
    freeObject(object, CPUCache.offset(ofIndex: Int(owner)), site)
  }
}

#if !Capture
  extension EngineCPU {
    /// Allocates an object of a cache (kmem_cache_alloc). The caller owns its `objectSize` bytes, which are not
    /// initialised (unless the cache has a constructor), until it frees the object.
    /// - Returns: The object; nil if memory is exhausted or the cache was destroyed.
    /// - Complexity: O(1) without a lock; once per magazine, a refill.
    @inlinable @inline(__always)
    public func allocate(from cache: SlabCache) -> UnsafeMutableRawPointer? {
      allocateObject(cache.offset, SiteKey())
    }

    /// Frees an object that was allocated from `cache` (kmem_cache_free), on this CPU or another. A pointer that is
    /// not a live object of the cache is refused and reported as a fault when the magazine is returned to the slabs.
    /// - Complexity: O(1) without a lock; once per magazine, an exchange of magazines.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache) {
      freeObject(object, cache.offset, SiteKey())
    }

    /// Allocates `bytes` bytes (kmalloc): from the smallest general cache that fits, or from the page allocator if the
    /// request is larger than the largest general cache. 0 bytes are treated as 1 byte. The memory is not initialised.
    /// - Returns: The memory; nil if memory is exhausted.
    /// - Complexity: O(1) without a lock; once per magazine, a refill. Large requests take the page lock.
    @inlinable @inline(__always)
    public func allocate(bytes: Int) -> UnsafeMutableRawPointer? { allocateObject(bytes: bytes, SiteKey()) }

    /// Frees an object of any cache, or a large request (kfree), on this CPU or another. A pointer that is not a live
    /// object is refused and reported as a fault: at once if its page shows that, otherwise when the magazine is returned
    /// to the slabs.
    /// - Complexity: Like `free(_:to:)`, plus one load to find the cache.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer) { freeObject(object, SiteKey()) }

    // MARK: - Slow paths, which need no call site

    @inlinable @inline(__always)
    func refill(_ offset: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? { refill(offset) }

    @inlinable @inline(__always)
    func refill(_ offset: Int, bytes: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? { refill(offset) }

    @inlinable @inline(__always)
    func flush(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) { flush(object, offset) }

    @inlinable @inline(__always)
    func freeUnmapped(_ object: UnsafeMutableRawPointer, _ site: SiteKey) { freeUnmapped(object) }
  }
#endif
