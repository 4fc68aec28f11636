import SlabEngine

/// What is measured. Generic code over this protocol is specialised per contender: no contender pays for a call that
/// another does not.
protocol Contender {
  /// Makes ready for operations on CPUs 0..<`cpus`, driven by so many threads: creates a cache for each of `sizes`, say.
  init(_ kind: ContenderKind, cpus: Int, threads: Int, sizes: [Int]) throws
  /// Allocates `bytes` bytes on a CPU, from the cache of that number, or, without one, by size alone.
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer?
  /// Frees what was allocated with the same `bytes` and `cache`, on any CPU.
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int)
  /// Called now and then, between operations. `objects` holds every live object, each of which starts with its place there.
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int)
  /// What it has to say at the end, in `key=value` words.
  var remarks: String { get }
}

extension Contender {
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int) {}
  var remarks: String { "" }
}

/// The cache number of allocations by size alone.
let generalCache = UInt32.max

/// Which contender a child process is.
enum ContenderKind: String, CaseIterable {
  /// The engine on as many CPUs as threads use it, which in a replay is one, as a malloc sees it; on the CPUs that were
  /// recorded, between which objects travel; and, on one, capturing data; sharing slabs; shuffling them; under the policy
  /// `hemment`, which returns empty slabs at once and drains the magazines of caches that shrink.
  case engine, recordedCPUs, capture, shared, shuffled, hemment
  /// The process's malloc: glibc's, or whichever LD_PRELOAD put in its place.
  case malloc
  /// A LIFO stack of objects for each exact size, with no accounting at all.
  case floor
}
