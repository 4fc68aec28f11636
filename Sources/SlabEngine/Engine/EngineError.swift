/// An error of the engine's configuration or of a request. `description` says in one line what is wrong and what to do
/// about it.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The size of machine memory is outside the supported range.
  case memorySize(bytes: Int, minimum: Int, maximum: Int)
  /// The operating system refused to reserve address space.
  case reservation(bytes: Int)
  /// The number of CPUs is outside 1...`maximum`.
  case cpuCount(Int, maximum: Int)
  /// The object size is 0, or larger than the largest slab.
  case objectSize(cache: String, bytes: Int, maximum: Int)
  /// The alignment is not a power of two, or is larger than a page.
  case alignment(cache: String, bytes: Int)
  /// A cache with this name exists.
  case duplicateCache(String)
  /// The engine already has the maximum number of caches.
  case tooManyCaches(maximum: Int)
  /// The general-cache sizes are not ascending, lack a required power of two, or are out of range.
  case generalCacheSizes(String)
  /// The page orders, or the minimum number of objects per slab, are out of range.
  case orders(String)
  /// The reserve of empty slabs is out of range.
  case reclaim(String)
  /// The sharing bound is outside 0..<1.
  case sharingBound(Double)
  /// The cache cannot be destroyed because some of its objects are live.
  case cacheBusy(name: String, liveObjects: Int)
  /// The cache cannot share slabs, or does not share any.
  case cacheNotShareable(name: String, reason: String)
  /// The cache cannot be destroyed because it is a general cache or has been destroyed already.
  case cacheNotDestroyable(name: String, reason: String)

  /// One line that says what is wrong and what to do about it.
  public var description: String {
    switch self {
    case .memorySize(let bytes, let minimum, let maximum):
      "machine memory of \(bytes) bytes is out of range; choose \(minimum) to \(maximum) bytes (\(minimum >> 20) MiB to \(maximum >> 30) GiB)"
    case .reservation(let bytes):
      "the operating system refused to reserve \(bytes) bytes of address space; choose less machine memory or raise `ulimit -v`"
    case .cpuCount(let count, let maximum):
      "\(count) CPUs are out of range; choose 1 to \(maximum)"
    case .objectSize(let cache, let bytes, let maximum):
      "cache \(cache): an object of \(bytes) bytes is out of range; choose 1 to \(maximum) bytes"
    case .alignment(let cache, let bytes):
      "cache \(cache): alignment \(bytes) is out of range; choose a power of two from 1 to 4096"
    case .duplicateCache(let name):
      "a cache named \(name) exists; choose another name or use that cache"
    case .tooManyCaches(let maximum):
      "the engine has \(maximum) caches, which is the maximum; create a new engine"
    case .generalCacheSizes(let reason):
      "general-cache sizes: \(reason)"
    case .reclaim(let reason):
      "reserve of empty slabs: \(reason)"
    case .orders(let reason):
      "slab orders: \(reason)"
    case .sharingBound(let bound):
      "a sharing bound of \(bound) is out of range; choose a fraction from 0 up to, but not including, 1"
    case .cacheBusy(let name, let liveObjects):
      "cache \(name) can't be destroyed: \(liveObjects) of its objects are live; free them first"
    case .cacheNotShareable(let name, let reason):
      "cache \(name): \(reason)"
    case .cacheNotDestroyable(let name, let reason):
      "cache \(name) can't be destroyed: \(reason)"
    }
  }
}
