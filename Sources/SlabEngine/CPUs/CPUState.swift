/// A CPU's own memory: this header, and its lines of all caches behind it, so that one pointer is all that the hot path
/// needs.
///
///     CPU ─▶ ┌ CPUState ┬ line of cache 0 ┬ line of cache 1 ┬ ...     64 bytes a line; reserved, touched only when used
///             0          256               320
///
/// Touched by the thread that drives the CPU, but for the counters in the lines.
@usableFromInline
struct CPUState {
  /// Bytes before the first line.
  @usableFromInline static let bytes = 256

  // What the hot path needs of the engine: constant, and in one cache line.
  @usableFromInline let nodes: GeneralCaches
  @usableFromInline let cacheMap: CacheMap
  @usableFromInline let memoryBase: UnsafeMutableRawPointer
  @usableFromInline let memoryBytes: Int
  // What a free in a shared pool needs besides.
  let heads: UnsafeMutablePointer<UInt32>
  let pages: UnsafeMutablePointer<PageDescriptor>
  let engine: Unmanaged<SlabEngine>
  let index: Int
  /// Held while all of the CPU's lines are drained, by its driver under memory pressure, and while one is taken away, by
  /// whoever destroys the cache.
  let draining = Guarded(())
  /// The engine's pressure that this CPU has answered by returning what its magazines hold.
  var answeredPressure = 0
  #if Capture
    /// Where this CPU captures data; nil in engines that don't.
    @usableFromInline var capture: CPUCapture?
    @usableFromInline var clock = CaptureClock()
    @usableFromInline var siteCache: UnsafeMutablePointer<CachedSite>
  #endif
}
