import SlabEngine

/// Allocator that is measured. Generic code is specialised for each contender, so that dynamic dispatch costs none of them time.
protocol Contender {
  /// Creates an allocator for operations on CPUs 0..<`cpus` that `threads` threads drive, with a cache for each of `sizes`.
  init(_ kind: ContenderKind, cpus: Int, threads: Int, sizes: [Int]) throws
  /// Allocates `bytes` bytes on a CPU, from the cache with an index or, for `generalCache`, by size.
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer?
  /// Frees an object that was allocated with the same `bytes` and `cache` on any CPU.
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
  /// recorded CPUs, with remote frees. The others have one CPU and data capture, shared slabs, shuffling, or the policy
  /// `hemment`.
  case engine, recordedCPUs, capture, shared, shuffled, hemment
  /// The malloc of the process: glibc's, or one that LD_PRELOAD names.
  case malloc
  /// A LIFO stack of objects for each exact size, without accounting.
  case floor
}
