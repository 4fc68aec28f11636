import Telemetry

/// Subject of glossary entries: the mail's idea about it, the kernel's word for it, and where to read on.
enum GlossaryTopic: Sendable, Hashable, CaseIterable {
  case capture, rounding, generalCaches, sharing, contention, callSites, packetData
  case orders, shuffling, magazines, occupancy, caches, memory, watch, unseenFrees, playback

  /// Idea of the mail; nil if the mail does not mention the subject.
  var idea: MailIdea? {
    switch self {
    case .capture: .dataCapture
    case .rounding: .bestSizes
    case .generalCaches: .newSizes
    case .sharing, .contention: .sharing
    case .callSites: .ownCaches
    case .packetData: .packetData
    case .orders: .mixedOrders
    case .shuffling: .shuffling
    case .magazines, .occupancy, .caches, .memory, .watch, .unseenFrees, .playback: nil
    }
  }

  /// The mail's words; nil if the mail does not mention the subject.
  var quotation: String? { self == .contention ? MailIdea.costOfSharing : idea?.quotation }

  /// The kernel's words; nil if the kernel has none.
  var kernelTerm: String? {
    switch self {
    case .capture: "events kmem:kmalloc and kmem:kmem_cache_alloc"
    case .rounding: "bytes_alloc minus bytes_req of the kmem events; the classes are kmalloc_info[]"
    case .generalCaches: "the kmalloc caches: kmalloc_caches[], kmalloc_index()"
    case .sharing: "merged (aliased) caches: find_mergeable(), slab_nomerge"
    case .contention: "list_lock of struct kmem_cache_node"
    case .callSites: "call_site of the kmem events; kmem_cache_create(), kmem_cache_alloc()"
    case .packetData: "skb data: kmalloc_reserve(), skb_shared_info, SKB_DATA_ALIGN()"
    case .orders: "calculate_order(), oo_order(), the fallback to s->min"
    case .shuffling: "kmem_cache_shrink(); compaction moves pages, not objects"
    case .magazines: "CPU slabs, CPU partial lists; since Linux 7.0 sheaves and barns"
    case .occupancy: "inuse and objects of struct slab; the partial lists of the nodes"
    case .caches: "struct kmem_cache; a line of /proc/slabinfo"
    case .memory: "Slab, SReclaimable and SUnreclaim in /proc/meminfo"
    case .watch: "tracefs, BPF programs"
    case .unseenFrees: "frees without a kmem event, such as those of RCU and of bulk frees"
    case .playback: nil
    }
  }

  /// Files of the kernel (Linux 6.18).
  var kernelFiles: [String] {
    switch self {
    case .capture, .callSites: ["include/trace/events/kmem.h", "Documentation/trace/events-kmem.rst"]
    case .rounding, .generalCaches: ["mm/slab_common.c", "include/linux/slab.h"]
    case .sharing: ["mm/slab_common.c", "Documentation/admin-guide/mm/slab.rst"]
    case .contention, .magazines: ["mm/slub.c"]
    case .packetData: ["net/core/skbuff.c"]
    case .orders: ["mm/slub.c", "mm/page_alloc.c", "Documentation/admin-guide/mm/slab.rst"]
    case .shuffling: ["mm/slub.c", "mm/compaction.c"]
    case .occupancy: ["mm/slub.c", "Documentation/ABI/testing/sysfs-kernel-slab"]
    case .caches: ["mm/slab_common.c", "Documentation/mm/slab.rst"]
    case .memory: ["Documentation/filesystems/proc.rst"]
    case .watch: ["Documentation/trace/events-kmem.rst"]
    case .unseenFrees: ["mm/slub.c", "include/trace/events/kmem.h"]
    case .playback: []
    }
  }

  /// Page of the dashboard that shows most of the subject.
  var page: DashboardPage {
    switch self {
    case .capture, .callSites, .watch: .sites
    case .rounding, .packetData: .sizes
    case .generalCaches: .generalCaches
    case .sharing, .caches, .contention, .playback, .unseenFrees: .caches
    case .orders: .pages
    case .shuffling: .shuffler
    case .magazines: .cpus
    case .occupancy: .slabs
    case .memory: .ledger
    }
  }

  /// Names of what a learner can read next: the section of the mail, files of the kernel, and a page of the dashboard.
  var reading: [String] {
    (idea.map { ["the mail of 27 August 2000, \($0.rawValue): \($0.title)"] } ?? [])
      + kernelFiles.map { "\($0) (Linux)" } + ["page \(page.rawValue) of the dashboard (key \(page.key))"]
  }
}

extension GlossaryTopic {
  /// Creates the topic of a page's labels.
  init(of page: DashboardPage) {
    self =
      switch page {
      case .caches: .caches
      case .slabs: .occupancy
      case .pages: .orders
      case .ledger: .memory
      case .sizes: .rounding
      case .generalCaches: .generalCaches
      case .sites: .callSites
      case .cpus: .magazines
      case .growth: .callSites
      case .shuffler: .shuffling
      case .events: .playback
      case .comparison: .memory
      }
  }

  /// Creates the topic of a figure; nil for figures that belong to the page that shows them.
  init?(of figure: Figure) {
    guard let topic = GlossaryTopic.ofFigures[figure] else { return nil }
    self = topic
  }

  private static let ofFigures: [Figure: GlossaryTopic] = {
    let figures: [(GlossaryTopic, [Figure])] = [
      (.rounding, [.rounding, .requestedBytes, .wasteBytes, .knowsRequestedBytes]),
      (.packetData, [.unknownUseBytes, .knownUseObjects, .unknownUseObjects]),
      (.generalCaches, Figure.ofGeneralCaches + [.isGeneral, .generalCaches]),
      (.sharing, [.slabHolder]), (.contention, [.lockAcquisitions, .lockContentions, .lockWaitCycles]),
      (.capture, [.allocations, .frees, .allocationRate, .allocationTrend, .freeRate]),
      (
        .orders,
        [
          .slabsByOrder, .preferredOrder, .objectsPerPreferredSlab, .orderFallbacks, .lowOrderSlabs, .fallbacksByOrder,
          .refusalsByOrder, .orderPlan, .pageBlocksFreeByOrder, .injectedFailures, .largeObjects, .largeBytes,
          .tailBytes, .failedAllocations, .allFailedAllocations,
        ]
      ),
      (.shuffling, [.objectsMoved, .pagesReturnedByShuffler, .externalFragmentation, .packedSlabs]),
      (.magazines, [.objectsInMagazines, .magazineCapacity, .refills, .flushes, .remoteFrees, .slabsOnCPUs]),
      (
        .occupancy,
        [
          .fullSlabs, .partialSlabs, .emptySlabs, .slabsByOccupancy, .freeBytesInPartialSlabs, .slabsGrown,
          .slabsReturned, .repeatedWalks, .inconsistentLists,
        ]
      ),
      (
        .caches,
        [
          .cacheName, .objectSize, .stride, .activeObjects, .totalObjects, .activeIsUpperBound, .usePercent, .slabs,
          .slabBytes, .activeBytes, .slabMemoryGrowth, .isReclaimable, .isAccounted, .caches, .badFrees,
        ]
      ),
      (.memory, [.memoryBytes, .ledger, .pageBytes, .unbackedFreePages, .kernelSlabMemory, .kernelSlabMemoryBefore]),
      (.memory, [.kernelSlabs, .kernelSlabBytes]), (.watch, [.profiledObjects, .olderObjects]),
      (.unseenFrees, [.unseenFrees, .cacheUnseenFrees, .inferredFrees, .unseenFreeObjects, .unseenFreeBytes]),
      (
        .playback,
        [.cpus, .workload, .policy, .source, .listsAllCaches, .notes, .events, .eventRate, .time]
      ),
    ]
    return Dictionary(figures.flatMap { topic, figures in figures.map { ($0, topic) } }, uniquingKeysWith: { $1 })
  }()
}

extension ByteLedger.Part {
  /// Topic of the part in the glossary.
  var topic: GlossaryTopic {
    switch self {
    case .livePayload, .rounding: .rounding
    case .alignmentAndMetadata: .caches
    case .slabTail: .orders
    case .freeInMagazines: .magazines
    case .freeInPartialSlabs, .emptySlabs: .occupancy
    case .pageHog, .otherUse, .freePages: .memory
    }
  }
}
