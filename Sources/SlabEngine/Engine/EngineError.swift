/// Why the engine refused. `description` is one line fit for a person: what was wrong, and what to do about it.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The machine's memory is outside what the engine manages.
  case memorySize(bytes: Int, minimum: Int, maximum: Int)
  /// The operating system would not reserve address space.
  case reservation(bytes: Int)
  /// The number of CPUs is outside 1...`maximum`.
  case cpuCount(Int, maximum: Int)
  /// An object of this size fits in no slab, or is empty.
  case objectSize(cache: String, bytes: Int, maximum: Int)
  /// An alignment that is no power of two, or larger than a page.
  case alignment(cache: String, bytes: Int)
  /// A cache of this name exists.
  case duplicateCache(String)
  /// No room for one more cache.
  case tooManyCaches(maximum: Int)
  /// The set of general-cache sizes is not ascending, lacks a power of two, or leaves the range.
  case generalCacheSizes(String)
  /// Page orders that no slab can have.
  case orders(String)
  /// A reserve of empty slabs that is out of range.
  case reclaim(String)
  /// A share of waste outside 0..<1.
  case sharingBound(Double)
  /// The cache can't be destroyed: objects of it live.
  case cacheBusy(name: String, liveObjects: Int)
  /// The cache can't share slabs, or shares none.
  case cacheNotShareable(name: String, reason: String)
  /// The cache is a general cache or was destroyed before.
  case cacheNotDestroyable(name: String, reason: String)

  /// The error in one line, fit for a person.
  public var description: String {
    switch self {
    case .memorySize(let bytes, let minimum, let maximum):
      "machine memory of \(bytes) bytes is out of range; choose \(minimum) to \(maximum) bytes (\(minimum >> 20) MiB to \(maximum >> 30) GiB)"
    case .reservation(let bytes):
      "the system would not reserve \(bytes) bytes of address space; choose less machine memory or raise `ulimit -v`"
    case .cpuCount(let count, let maximum):
      "\(count) CPUs are out of range; choose 1 to \(maximum)"
    case .objectSize(let cache, let bytes, let maximum):
      "cache \(cache): an object of \(bytes) bytes is out of range; choose 1 to \(maximum) bytes"
    case .alignment(let cache, let bytes):
      "cache \(cache): alignment \(bytes) is out of range; choose a power of two from 1 to 4096"
    case .duplicateCache(let name):
      "a cache named \(name) exists; choose another name or use that cache"
    case .tooManyCaches(let maximum):
      "the engine holds \(maximum) caches already; destroy one first"
    case .generalCacheSizes(let reason):
      "general-cache sizes: \(reason)"
    case .reclaim(let reason):
      "reserve of empty slabs: \(reason)"
    case .orders(let reason):
      "slab orders: \(reason)"
    case .sharingBound(let bound):
      "a sharing bound of \(bound) is out of range; choose a share from 0 up to, not including, 1"
    case .cacheBusy(let name, let liveObjects):
      "cache \(name) can't be destroyed: \(liveObjects) of its objects live; free them first"
    case .cacheNotShareable(let name, let reason):
      "cache \(name): \(reason)"
    case .cacheNotDestroyable(let name, let reason):
      "cache \(name) can't be destroyed: \(reason)"
    }
  }
}
