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
  /// Events played, and the workload's own time in microseconds.
  public var events = 0
  /// The workload's own time, in microseconds; on a host, since somebody began to look.
  public var timeMicroseconds = 0
  /// Where every byte of machine memory is.
  public var ledger = ByteLedger()
  /// Every cache.
  public var caches: [CacheSnapshot] = []
  /// Free blocks per order 0...10, as /proc/buddyinfo prints them.
  public var pageBlocksFreeByOrder = [Int](repeating: 0, count: 11)
  /// Requests above the general caches' reach: how many live, and bytes of the blocks that hold them.
  public var largeObjects = 0
  /// Bytes of the blocks that serve large requests.
  public var largeBytes = 0
  /// Free pages that the system has back, or never gave.
  public var pagesWithSystem = 0
  /// Whether the bytes that owners asked for are known; if not, live objects count whole and nothing as rounding.
  public var knowsRequestedBytes = true
  /// Page allocations that were made to fail.
  public var injectedFailures = 0
  /// Allocations refused for want of memory, and frees refused since they were of no live object.
  public var failedAllocations = 0
  /// Frees refused, since they were of no live object.
  public var badFrees = 0
  /// Objects that a replay freed by assumption, since the recording doesn't show when they were freed.
  public var assumedFrees = 0
  /// Live objects that the recording will not free, and the bytes that their owners asked for: an upper bound.
  public var unsureObjects = 0
  /// Bytes that the owners of those objects asked for.
  public var unsureBytes = 0

  /// Walks of slab lists that were repeated because a list changed meanwhile; nil where no lists are walked.
  public var repeatedWalks: Int?
  /// Lists that changed during each of four walks, so that the occupancy of their caches is not known; nil where no lists are
  /// walked.
  public var overtakenLists: Int?
  /// Why slabs are not known by occupancy, in one sentence that says what to do; nil if they are. Not exported.
  package var occupancyProblem: String?

  /// A machine of no memory.
  public init() {}

  /// Bytes held by slabs, and live objects, of all caches.
  public var slabBytes: Int { sum { $0.slabBytes } }
  /// Live objects of all caches.
  public var activeObjects: Int { sum { $0.activeObjects } }

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
    case pagesWithSystem = "pages_with_system"
    case knowsRequestedBytes = "knows_requested_bytes"
    case injectedFailures = "injected_failures"
    case failedAllocations = "failed_allocations"
    case badFrees = "bad_frees"
    case assumedFrees = "assumed_frees"
    case unsureObjects = "unsure_objects"
    case unsureBytes = "unsure_bytes"
    case repeatedWalks = "repeated_walks"
    case overtakenLists = "overtaken_lists"
  }
}
