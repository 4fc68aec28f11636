#if Capture
  internal import Synchronization

  /// The factor by which a CPU of an engine that captures data finds the records of a cache's objects.
  ///
  /// In such an engine, the place to which handles, general caches and the cache map lead is not a per-CPU cache: it
  /// contains this structure, in words that the fast paths do not use, and otherwise zeros, which look like a magazine
  /// that is both empty and full. The fast paths thus fail by themselves, and call the slow paths, which capture. The
  /// per-CPU caches are `RecordPlace.distance` bytes further on. An engine that does not capture data executes no
  /// instruction for this.
  ///
  ///     CPU ─▶ ┌ CPUState ┬ place of cache 0 ┬ place of cache 1 ┬ ... ┬ CPUCache of cache 0 ┬ CPUCache of cache 1 ┬ ...
  ///            0          256                320                      256 + distance
  struct RecordPlace: ~Copyable {
    /// The factor for the records (see `ObjectRecords`), if all objects of the cache are in slabs of one stride and the CPU
    /// has used the cache; otherwise 0.
    let multiplier: Atomic<UInt32>
    /// `ObjectRecord.cacheTag` of the cache if `multiplier` is not 0.
    var cacheTag: UInt32
    /// Whether the strides of the objects differ, so that the slab of each object must be looked up.
    let hasVariousStrides: Atomic<Bool>

    /// All places and half a page. A per-CPU cache and its place then have different addresses within their pages, without
    /// which processors take a load from the one for a load of what was stored to the other.
    static let distance = EngineConfiguration.maximumCaches << CPUCache.strideShift + MachineMemory.pageBytes / 2
    /// Offset from the place, in words that the fast paths do not use.
    private static let offset = 40

    /// Returns the place of the cache whose per-CPU caches are at `offset`.
    @inline(__always)
    static func at(_ offset: Int, cpu: UnsafeMutableRawPointer) -> UnsafeMutablePointer<RecordPlace> {
      (cpu + (offset &+ RecordPlace.offset)).assumingMemoryBound(to: RecordPlace.self)
    }
  }
#endif
