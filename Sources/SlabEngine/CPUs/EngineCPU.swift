/// One CPU of the engine: what allocates and frees. A trivial handle, used by one thread at a time, valid as long as
/// its engine lives.
///
/// Each operation that a magazine can serve is a load, a branch and a store or two, without a lock; the others are in
/// `EngineCPU+Slow.swift` and cost a batch.
public struct EngineCPU: @unchecked Sendable {
  // Sendable: a handle may move to another thread; using it from two at once is the caller's error.

  @usableFromInline let state: UnsafeMutablePointer<CPUState>

  /// The CPU's line of a cache.
  @inlinable @inline(__always)
  func line(_ cacheIndex: Int) -> CPUCache { CPUCache(cpu: UnsafeMutableRawPointer(state), index: cacheIndex) }

  var engine: Unmanaged<SlabEngine> { state.pointee.engine }

  // MARK: The fast paths

  /// Takes an object of the cache at `cacheIndex`.
  @inlinable @inline(__always)
  func takeObject(_ cacheIndex: Int) -> UnsafeMutableRawPointer? { line(cacheIndex).pop() ?? refill(cacheIndex) }

  /// Takes an object of the general cache that fits, or a block from the page allocator.
  @inlinable @inline(__always)
  func takeObject(bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= state.pointee.nodes.largest else { return allocateLarge(bytes: bytes) }
    return takeObject(state.pointee.nodes.node(forBytes: bytes).pointee.cacheIndex)
  }

  /// Puts an object of the cache at `cacheIndex` back.
  @inlinable @inline(__always)
  func putObject(_ object: UnsafeMutableRawPointer, _ cacheIndex: Int) {
    if !line(cacheIndex).push(object) { flush(object, cacheIndex) }
  }

  /// Puts an object back into the cache that its page tells.
  @inlinable @inline(__always)
  func putObject(_ object: UnsafeMutableRawPointer) {
    let offset = UInt(bitPattern: object - state.pointee.memoryBase)
    guard offset < UInt(bitPattern: state.pointee.memoryBytes) else { return freeUnmapped(object) }
    let entry = state.pointee.cacheMap[Int(bitPattern: offset >> UInt(MachineMemory.pageShift))]
    guard entry != 0 else { return freeUnmapped(object) }
    putObject(object, entry &- 1)
  }
}

#if !Capture
  extension EngineCPU {
    /// Allocates an object of a cache (kmem_cache_alloc). Its `objectSize` bytes are the caller's until it is freed;
    /// they hold whatever they held before. nil when memory is exhausted.
    /// - Complexity: O(1) without a lock, but for a refill once a magazine.
    @inlinable @inline(__always)
    public func allocate(from cache: SlabCache) -> UnsafeMutableRawPointer? { takeObject(cache.index) }

    /// Frees an object that was allocated from `cache` (kmem_cache_free), on this CPU or another.
    /// - Complexity: O(1) without a lock, but for an exchange of magazines once a magazine.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache) { putObject(object, cache.index) }

    /// Allocates `bytes` bytes (kmalloc) from the smallest general cache that fits, or, above the largest of them, from
    /// the page allocator. A request of no bytes counts as one byte. nil when memory is exhausted.
    /// - Complexity: O(1) without a lock, but for a refill once a magazine; large requests take the page lock.
    @inlinable @inline(__always)
    public func allocate(bytes: Int) -> UnsafeMutableRawPointer? { takeObject(bytes: bytes) }

    /// Frees an object of any cache, or a large one (kfree). A pointer that is none of the engine's live objects is
    /// reported and otherwise ignored, as far as a look at its page tells.
    /// - Complexity: as `free(_:to:)`, and a load to find the cache.
    @inlinable @inline(__always)
    public func free(_ object: UnsafeMutableRawPointer) { putObject(object) }
  }
#endif
