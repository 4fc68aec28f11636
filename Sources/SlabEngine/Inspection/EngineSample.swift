/// State of an engine at one time: the figures from which a snapshot is made. Each byte of machine memory is counted
/// in exactly one part, even if other threads allocate and free meanwhile (see `SlabEngine.sample(mapping:)`).
public struct EngineSample: Sendable, Hashable {
  /// Size of machine memory in bytes.
  public var memoryBytes: Int
  /// Size of a page in bytes.
  public var pageBytes: Int
  /// Number of CPUs of the machine.
  public var cpus: Int
  /// Number of free blocks of each page order 0...10.
  public var freeBlocksByOrder: [Int]
  /// Number of pages in free blocks.
  public var freePages: Int
  /// Largest number of pages that were in use at the same time: by slabs, large requests and the memory hog.
  public var peakPagesInUse: Int
  /// Number of free pages that are not backed by memory of the operating system.
  public var unbackedFreePages: Int
  /// Number of pages of the memory hog.
  public var hogPages: Int
  /// Number of page allocations that failed by injection.
  public var injectedFailures: Int
  /// Number of live large requests: requests that the page allocator serves because no general cache is large enough.
  public var largeObjects: Int
  /// Requested bytes of the live large requests.
  public var largeRequestedBytes: Int
  /// Bytes of the blocks of the live large requests.
  public var largeBlockBytes: Int
  /// Number of large requests that failed.
  public var largeFailures: Int
  /// Number of frees that were refused because the pointer was not a live object of the cache.
  public var badFrees: Int
  /// Whether requested bytes are known. If not, each live object counts with its full object size.
  public var knowsRequestedBytes: Bool
  /// Nodes of the list of general caches in ascending order of size; nil if the source has no such list.
  public var generalCaches: [GeneralCacheSample]?
  /// All caches that have not been destroyed, in order of creation.
  public var caches: [CacheSample]
}

extension EngineSample {
  /// Creates a sample of a machine with `memoryBytes` bytes of memory and no caches. All figures are 0.
  public init(memoryBytes: Int, pageBytes: Int, cpus: Int) {
    self.init(
      memoryBytes: memoryBytes, pageBytes: pageBytes, cpus: cpus, freeBlocksByOrder: [], freePages: 0,
      peakPagesInUse: 0, unbackedFreePages: 0, hogPages: 0, injectedFailures: 0, largeObjects: 0,
      largeRequestedBytes: 0, largeBlockBytes: 0, largeFailures: 0, badFrees: 0, knowsRequestedBytes: true,
      generalCaches: nil, caches: [])
  }
}
