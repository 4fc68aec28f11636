/// State of a machine's slab memory at one time. Screens, exports and comparisons read nothing else, so that they treat
/// the engine, a running kernel, a replay and a history file alike.
///
/// Figures that the source does not know are nil, or, if they are not optional, marked in ``unknownFigures``.
package struct Snapshot: Sendable, Hashable {
  /// Bytes of machine memory: the sum of the parts of ``ledger``.
  package var memoryBytes = 0
  /// Bytes of a page.
  package var pageBytes = 4096
  /// Number of CPUs of the machine.
  package var cpus = 0
  /// Name of the workload or recording, or of the host.
  package var workload = ""
  /// Name of the allocator policy.
  package var policy = ""
  /// Number of events played; nil if the source plays no events.
  package var events: Int?
  /// Time on the workload's clock in microseconds; on a host, the time since the first snapshot.
  package var timeMicroseconds = 0
  /// Use of every byte of machine memory.
  package var ledger = ByteLedger()
  /// All caches.
  package var caches: [CacheSnapshot] = []
  /// List of general caches, in its order; nil if the machine has no such list, and in a history.
  package var generalCaches: [GeneralCacheSnapshot]?
  /// Number of free blocks of each page order 0...10, as in /proc/buddyinfo.
  package var pageBlocksFreeByOrder = [Int](repeating: 0, count: 11)
  /// Live objects that are larger than the largest general cache and therefore have their own blocks of pages; nil if not
  /// counted.
  package var largeObjects: Int?
  /// Bytes of the blocks of pages of ``largeObjects``; nil if not counted.
  package var largeBytes: Int?
  /// Free pages of machine memory that are released to the operating system; nil if the machine is a running kernel.
  package var unbackedFreePages: Int?
  /// Whether the requested bytes of live objects are known. If not, all bytes of live objects count as payload and none as
  /// rounding.
  package var knowsRequestedBytes = true
  /// Page allocations that failed by failure injection; nil if not counted.
  package var injectedFailures: Int?
  /// Allocations that failed because memory was exhausted; nil if not counted.
  package var failedAllocations: Int?
  /// Frees that were rejected because their address was not that of a live object; nil if not counted.
  package var badFrees: Int?
  /// Objects that the shuffler moved to other slabs; nil if slabs were never shuffled.
  package var objectsMoved: Int?
  /// Pages of empty and evacuated slabs that the shuffler returned to the page allocator; nil if slabs were never shuffled.
  package var pagesReturnedByShuffler: Int?
  /// Objects that the replay freed although the recording has no event of their free (unseen frees); nil without a replay.
  package var inferredFrees: Int?
  /// Live objects without an event of their free in the recording: an upper bound, because the kernel may have freed them
  /// already. nil without a replay.
  package var unseenFreeObjects: Int?
  /// Requested bytes of ``unseenFreeObjects``; nil without a replay.
  package var unseenFreeBytes: Int?
  /// Slab memory of the recorded kernel at this time, in the caches that are replayed, in bytes. It is interpolated linearly
  /// between two samples of the kernel; nil without such samples.
  package var kernelSlabBytes: Int?
  /// Bytes of ``kernelSlabBytes`` that the kernel had before the first event and that a replay from an empty machine does not
  /// have; only the difference is comparable with the replay. nil if the replay started from the state of the kernel's caches.
  package var kernelSlabBytesNotReplayed: Int?

  /// Requested bytes of ``unknownUseObjects``: they count as payload, but an unknown part of them is rounding. nil if the
  /// requested size of every object is exact.
  package var unknownUseBytes: Int?
  /// Live objects whose size the recorded kernel rounded up before it requested them (skb data), but whose bytes in use were
  /// recorded and count as payload; nil if the requested size of every object is exact.
  package var knownUseObjects: Int?
  /// Live objects whose size the recorded kernel rounded up before it requested them, and whose bytes in use were not
  /// recorded; nil if the requested size of every object is exact.
  package var unknownUseObjects: Int?

  /// Walks of the kernel's slab lists that were repeated because a list changed during the walk; nil if no lists are walked.
  package var repeatedWalks: Int?
  /// Slab lists that changed during each of four walks, so that the slabs by occupancy of their caches are not known; nil if
  /// no lists are walked.
  package var inconsistentLists: Int?
  /// Reason why slabs by occupancy are not known, and the remedy, in one sentence; nil if they are known. Not exported.
  package var occupancyProblem: String?

  /// Form of the text from which the snapshot was read, such as `slabtop -o`; nil if it was not read from a text.
  package var source: String?
  /// Whether the source lists all caches. If not, a cache that is missing need not be absent from the kernel.
  package var listsAllCaches = true
  /// Sentences for the user about the snapshot, such as rows that were skipped and slab debugging.
  package var notes: [String] = []
  /// Figures without an optional that the source does not know. Empty for an engine.
  package var unknownFigures: FigureSet = []

  /// Creates the snapshot of a machine without memory.
  package init() {}

  /// Bytes of the slabs of all caches.
  package var slabBytes: Int { sum { $0.slabBytes } }
  /// Number of live objects of all caches.
  package var activeObjects: Int { sum { $0.activeObjects } }

  /// Bytes of the slabs of all caches and of the blocks of ``largeObjects``.
  package var slabAndLargeBytes: Int { slabBytes + (largeBytes ?? 0) }

  /// Returns the sum of a figure over all caches.
  /// - Complexity: O(caches). No cache is copied.
  @inlinable @inline(__always)
  package func sum(_ figure: (CacheSnapshot) -> Int) -> Int {
    caches.indices.reduce(0) { $0 + figure(caches[$1]) }
  }

  /// Keys in JSON, each of a ``Figure``.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case cpus, workload, policy, events, ledger, caches, notes
    // The key `source` is the identity of the input, which commands add to their results.
    case source = "form"
    case listsAllCaches = "lists_all_caches"
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
    case objectsMoved = "objects_moved"
    case pagesReturnedByShuffler = "pages_returned_by_shuffler"
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
