/// One moment of a machine's slab memory: what every screen, export, comparison and test reads. None of them can tell an
/// embedded engine from a host's /proc/slabinfo or a history file.
public struct Snapshot: Sendable, Hashable, Codable {
  /// Bytes of machine memory (the ledger's parts sum to it) and of a page.
  public var memoryBytes = 0
  /// Bytes of a page.
  public var pageBytes = 4096
  /// CPUs of the machine.
  public var cpus = 0
  /// What is played, under which policy.
  public var workload = ""
  /// Name of the policy.
  public var policy = ""
  /// Events played; nil if nothing is played.
  public var events: Int?
  /// The workload's own time, in microseconds; on a host, since the first snapshot.
  public var timeMicroseconds = 0
  /// Where every byte of machine memory is.
  public var ledger = ByteLedger()
  /// Every cache.
  public var caches: [CacheSnapshot] = []
  /// The list of general caches, in order; nil of a machine that has no such list, and in a history.
  public var generalCaches: [GeneralCacheSnapshot]?
  /// Free blocks per order 0...10, as /proc/buddyinfo prints them.
  public var pageBlocksFreeByOrder = [Int](repeating: 0, count: 11)
  /// Live objects larger than the largest general cache, which have blocks of pages of their own; nil if not counted.
  public var largeObjects: Int?
  /// Bytes of those blocks; nil if not counted.
  public var largeBytes: Int?
  /// Free pages of the machine's memory that the operating system has; nil if the machine is the kernel itself.
  public var unbackedFreePages: Int?
  /// Whether the requested bytes of live objects are known; if not, live objects count whole and nothing as rounding.
  public var knowsRequestedBytes = true
  /// Page allocations that failed because the user asked for it; nil if not counted.
  public var injectedFailures: Int?
  /// Allocations refused because memory was exhausted; nil if not counted.
  public var failedAllocations: Int?
  /// Frees refused because their address was no live object's; nil if not counted.
  public var badFrees: Int?
  /// Objects that a replay freed by assumption because the recording does not show their free; nil if nothing is replayed.
  public var inferredFrees: Int?
  /// Upper bound of the live objects whose free the recording will not show; nil if nothing is replayed.
  public var unseenFreeObjects: Int?
  /// Requested bytes of those objects; nil if nothing is replayed.
  public var unseenFreeBytes: Int?
  /// Bytes of slabs that the recorded kernel had at this moment of the recording, in the caches that are replayed; nil if the
  /// recording does not tell. Between two samples of the kernel, on the line from one to the next.
  public var kernelSlabBytes: Int?
  /// Those of them that were there before the first event, if the replay began on an empty machine: its slabs compare with the
  /// rest. nil if the replay began as the kernel's caches were.
  public var kernelSlabBytesNotReplayed: Int?

  /// Of the payload, bytes of live objects whose sizes the recorded kernel rounded up before it asked for them, so that an unknown
  /// part of these bytes is rounding; nil if every request says what its owner needed.
  public var unknownUseBytes: Int?
  /// Live objects of such requests of which the bytes in use are known, and counted as payload; nil as above.
  public var knownUseObjects: Int?
  /// Those of which they are not known; nil as above.
  public var unknownUseObjects: Int?

  /// Walks of slab lists that were repeated because a list changed meanwhile; nil where no lists are walked.
  public var repeatedWalks: Int?
  /// Lists that changed during each of four walks, so that the occupancy of their caches is not known; nil where no lists are
  /// walked.
  public var inconsistentLists: Int?
  /// Why slabs are not known by occupancy, in one sentence that says what to do; nil if they are. Not exported.
  package var occupancyProblem: String?

  /// A machine of no memory.
  public init() {}

  /// Bytes held by slabs, and live objects, of all caches.
  public var slabBytes: Int { sum { $0.slabBytes } }
  /// Live objects of all caches.
  public var activeObjects: Int { sum { $0.activeObjects } }

  /// Bytes of all slabs, and of the blocks of objects that are too large for a slab.
  public var slabAndLargeBytes: Int { slabBytes + (largeBytes ?? 0) }

  /// A figure of all caches together.
  /// - Complexity: O(caches), without copying one.
  @inlinable @inline(__always)
  public func sum(_ figure: (CacheSnapshot) -> Int) -> Int {
    caches.indices.reduce(0) { $0 + figure(caches[$1]) }
  }

  private enum CodingKeys: String, CodingKey {
    case cpus, workload, policy, events, ledger, caches
    case memoryBytes = "memory_bytes"
    case pageBytes = "page_bytes"
    case timeMicroseconds = "time_us"
    case pageBlocksFreeByOrder = "page_blocks_free_by_order"
    case largeObjects = "large_objects"
    case largeBytes = "large_bytes"
    case unbackedFreePages = "pages_with_system"
    case knowsRequestedBytes = "knows_requested_bytes"
    case injectedFailures = "injected_failures"
    case failedAllocations = "failed_allocations"
    case badFrees = "bad_frees"
    case inferredFrees = "assumed_frees"
    case unseenFreeObjects = "unsure_objects"
    case unseenFreeBytes = "unsure_bytes"
    case unknownUseBytes = "hidden_size_bytes"
    case knownUseObjects = "known_use_objects"
    case unknownUseObjects = "hidden_size_objects"
    case repeatedWalks = "repeated_walks"
    case inconsistentLists = "overtaken_lists"
    case kernelSlabBytes = "kernel_slab_bytes"
    case kernelSlabBytesNotReplayed = "kernel_slab_bytes_not_replayed"
    case generalCaches = "general_caches"
  }
}
