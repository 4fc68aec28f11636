/// One CPU of the engine: what allocates and frees. A trivial handle, used by one thread at a time, valid as long as
/// its engine lives.
///
/// Each operation that a magazine can serve is a load, a branch and a store or two, without a lock; the others are in
/// `EngineCPU+Slow.swift` and cost a batch.
public struct EngineCPU: @unchecked Sendable {
  // Sendable: a handle may move to another thread; using it from two at once is the caller's error.

  @usableFromInline let lines: UnsafeMutableRawPointer
  @usableFromInline let nodes: GeneralCaches
  @usableFromInline let pages: UnsafeMutablePointer<PageDescriptor>
  @usableFromInline let memoryBase: UnsafeMutableRawPointer
  @usableFromInline let memoryBytes: Int
  let engine: Unmanaged<SlabEngine>

  // MARK: Named caches

  /// Allocates an object of a cache (kmem_cache_alloc). Its `objectSize` bytes are the caller's until it is freed;
  /// they hold whatever they held before. nil when memory is exhausted.
  /// - Complexity: O(1) without a lock, but for a refill once a magazine.
  @inlinable @inline(__always)
  public func allocate(from cache: SlabCache) -> UnsafeMutableRawPointer? {
    CPUCache(lines: lines, index: cache.index).pop() ?? refill(cache)
  }

  /// Frees an object that was allocated from `cache` (kmem_cache_free), on this CPU or another.
  /// - Complexity: O(1) without a lock, but for an exchange of magazines once a magazine.
  @inlinable @inline(__always)
  public func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache) {
    if !CPUCache(lines: lines, index: cache.index).push(object) { flush(object, cache.index) }
  }

  // MARK: General caches

  /// Allocates `bytes` bytes (kmalloc) from the smallest general cache that fits, or, above 8192, from the page
  /// allocator. A request of no bytes counts as one byte. nil when memory is exhausted.
  /// - Complexity: O(1) without a lock, but for a refill once a magazine; large requests take the page lock.
  @inlinable @inline(__always)
  public func allocate(bytes: Int) -> UnsafeMutableRawPointer? {
    let bytes = max(bytes, 1)
    guard bytes <= GeneralCaches.maximumBytes else { return allocateLarge(bytes: bytes) }
    let cache = nodes.node(forBytes: bytes).pointee.cache
    let line = CPUCache(lines: lines, index: cache.index)
    guard let object = line.pop() ?? refill(cache) else { return nil }
    let slab = pages + Int(pages[(object - memoryBase) >> MachineMemory.pageShift].head)
    // Never nil in a general cache's slab, and the index is below its object count, since the object came from it.
    slab.pointee.requested.unsafelyUnwrapped[slab.pointee.index(of: object)] = UInt16(truncatingIfNeeded: bytes)
    line.counters.pointee.addRequested(bytes)
    return object
  }

  /// Frees an object of any cache, or a large one (kfree). A pointer that is none of the engine's live objects is
  /// counted as a bad free and otherwise ignored, as far as a look at its page tells.
  /// - Complexity: as `free(_:to:)`, and two loads to find the cache.
  @inlinable @inline(__always)
  public func free(_ object: UnsafeMutableRawPointer) {
    let offset = object - memoryBase
    guard UInt(bitPattern: offset) < UInt(bitPattern: memoryBytes) else { return reportBadFree() }
    let slab = pages + Int(pages[offset >> MachineMemory.pageShift].head)
    guard slab.pointee.use == .slab else { return freeLarge(object) }
    let line = CPUCache(lines: lines, index: Int(slab.pointee.cacheIndex))
    if let requested = slab.pointee.requested {
      let index = slab.pointee.index(of: object)
      guard index < slab.pointee.objectCount, requested[index] != 0 else { return reportBadFree() }
      line.counters.pointee.addRequested(-Int(requested[index]))
      requested[index] = 0
    }
    if !line.push(object) { flush(object, Int(slab.pointee.cacheIndex)) }
  }
}
