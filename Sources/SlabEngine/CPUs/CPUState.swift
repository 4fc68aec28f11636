/// Memory of one CPU: this header, followed by the CPU's per-CPU caches of all caches, so that the hot path needs only
/// one pointer.
///
///     CPU ─▶ ┌ CPUState ┬ CPUCache of cache 0 ┬ CPUCache of cache 1 ┬ ...     64 bytes each; reserved, touched when used
///            0          256                   320
///
/// Only the thread that drives the CPU uses it, except for the counters of the per-CPU caches, which any thread may
/// read.
@usableFromInline
struct CPUState {
  /// Bytes before the first per-CPU cache.
  @usableFromInline static let bytes = 256

  // Constants that the hot path needs, in one cache line.
  @usableFromInline let nodes: GeneralCaches
  @usableFromInline let cacheMap: CacheMap
  @usableFromInline let memoryBase: UnsafeMutableRawPointer
  @usableFromInline let memoryBytes: Int
  // Constant that a free in a shared pool needs as well.
  @usableFromInline let ownerTags: OwnerTags
  let engine: Unmanaged<SlabEngine>
  let index: Int
  /// Held while the CPU's magazines are drained: by the thread that drives the CPU when all caches are drained, and by
  /// a thread that destroys a cache when that cache is drained or its magazines are freed.
  let draining = Guarded(())
  /// Value of `SlabEngine.pressure` for which this CPU last drained its magazines.
  var handledPressure = 0
  #if Capture
    /// Data capture of this CPU.
    let capture: CPUCapture
    @usableFromInline var clock = CaptureClock()
  #endif
}
