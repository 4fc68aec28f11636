import SlabEngine

/// Allocator that is measured. Generic code is specialised for each contender, so that dynamic dispatch costs none of them time.
protocol Contender {
  /// Creates an allocator for operations on CPUs 0..<`cpus`, with a cache for each of `sizes`.
  init(_ kind: ContenderKind, cpus: Int, sizes: [Int]) throws
  /// Allocates `bytes` bytes on a CPU, from the cache with an index or, for `generalCache`, by size.
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer?
  /// Frees an object that was allocated on any CPU. In a replay `cache` is `generalCache` for all objects, since a malloc is told
  /// no more than the pointer; only `FloorContender` uses `bytes`, the size with which the object was allocated.
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int)
  /// Does periodic work between operations. `objects` has every live object by slot; each object begins with its slot's number.
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int)
  /// Additional figures at the end, as `key=value` words.
  var remarks: String { get }
}

extension Contender {
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int) {}
  var remarks: String { "" }
}

/// Cache index of allocations by size.
let generalCache = UInt32.max

/// Contender that a child process measures.
enum ContenderKind: String, CaseIterable {
  /// The engine in several configurations. `engine` has one CPU per thread, hence one CPU in a replay. `recordedCPUs` has the
  /// recorded CPUs, with remote frees. The others have one CPU per thread and data capture, shared slabs, shuffling, or the
  /// policy `hemment`.
  case engine, recordedCPUs, capture, shared, shuffled, hemment
  /// The malloc of the process: glibc's, or one that LD_PRELOAD names.
  case malloc
  /// A LIFO stack of objects for each exact size, without accounting; a free is told the size.
  case floor
  /// A LIFO stack of objects for each size class, without accounting; a free finds the class by the object's page.
  case pageMapFloor

  /// Whether the contender supports one thread only.
  var isFloor: Bool { self == .floor || self == .pageMapFloor }
  /// Whether the contender is the engine in a configuration other than the default.
  var isVariant: Bool { !isFloor && self != .malloc && self != .engine }
}
