import Workloads

/// The tour: the ideas of the mail on a running machine, one after the other, and at the end the running kernel.
package enum Tour {
  /// Steps from the first to the last.
  package static let steps = [
    whoAllocates, bestSizes, newSizes, sharing, costOfSharing, ownCache, packetData, mixedOrders, shuffling, kernel,
  ]

  // MARK: Sizes

  private static let whoAllocates = TourStep(
    title: "Who allocates?", section: MailIdea.dataCapture.rawValue,
    text:
      "The allocator notes the size, the call site, the lifetime and the CPUs of each allocation. The page sites lists them.",
    quotation: MailIdea.dataCapture.quotation,
    setUp: TourSetUp("web", policies: [.powerOfTwo], page: .caches),
    actions: [.page(.sites)], effectOfKeys: "list the call sites",
    labels: ["CALL SITE", "REQUESTED", "events"],
    figure: { "\(NumberFormat.count($0.events)) events captured" },
    isReady: { $0.events > 20_000 },
    effect: { _, now in
      guard let first = now.sites.first, now.events > 0 else { return nil }
      let share = NumberFormat.percent(first.bytes, of: now.sites.reduce(0) { $0 + $1.bytes })
      return "\(now.sites.count) call sites allocate; \(first.name) alone requested \(share) of all bytes."
    })

  private static let bestSizes = TourStep(
    title: "Sizes are rounded up", section: MailIdea.bestSizes.rawValue,
    text:
      "Classes of 2^n bytes waste up to half of an object. d computes the classes that fit the sizes just captured.",
    quotation: MailIdea.bestSizes.quotation,
    setUp: TourSetUp("burst", sizes: "600-1160:1", policies: [.powerOfTwo], page: .sizes),
    actions: [.advise, .applyAdvice], effectOfKeys: "compute better sizes and use them",
    labels: ["rounding", "ROUNDING"], figure: rounding,
    isReady: { $0.allocatedBytes > fullBytes && $0.roundingPercent > 20 },
    effect: { before, now in
      guard now.generalSizes.count > before.generalSizes.count, isAsFull(now, as: before),
        now.roundingPercent < before.roundingPercent / 2
      else { return nil }
      return "\(fell("rounding", before.roundingPercent, now.roundingPercent)) of the allocated bytes, with "
        + "\(now.generalSizes.count - before.generalSizes.count) more sizes."
    })

  private static let newSizes = TourStep(
    title: "New sizes while it runs", section: MailIdea.newSizes.rawValue,
    text: "Each new class is added by a thread of its own, with one compare-and-swap. The packets keep flowing.",
    quotation: MailIdea.newSizes.quotation,
    setUp: TourSetUp("burst", sizes: "600-1160:1", policies: [.powerOfTwo], page: .generalCaches),
    actions: [.sizes], effectOfKeys: "add the sizes of 1.5 x 2^n bytes",
    labels: ["SERVED", "rounding"], figure: rounding,
    isReady: { $0.allocatedBytes > fullBytes && $0.roundingPercent > 20 },
    effect: { before, now in
      let added = now.generalSizes.filter { !before.generalSizes.contains($0) }
      let served = added.reduce(0) { $0 + (now.served[$1] ?? 0) }
      guard !added.isEmpty, served > 1000, isAsFull(now, as: before),
        now.roundingPercent < before.roundingPercent * 2 / 3
      else { return nil }
      return "\(added.count) sizes were added and have served \(NumberFormat.count(served)) requests; "
        + fell("rounding", before.roundingPercent, now.roundingPercent) + "."
    })

  // MARK: Sharing

  /// The mail's policy without shared slabs.
  private static let unshared = changed(.hemment, "unshared", "hemment without shared slabs") { $0.sharingBound = nil }

  private static let sharing = TourStep(
    title: "Shared slabs", section: MailIdea.sharing.rawValue,
    text: "Caches of similar object size can use the same slabs, and each cache still knows its own objects.",
    quotation: MailIdea.sharing.quotation,
    setUp: TourSetUp("web", policies: [unshared, .hemment], page: .caches),
    actions: [.policy], effectOfKeys: "replay the same events with shared slabs",
    labels: ["slab memory", "shared slabs", "shared"],
    figure: { "\($0.sharingCaches.count) caches share slabs; slab memory \(NumberFormat.bytes($0.slabBytes))" },
    isReady: { $0.seconds > 4 },
    effect: { before, now in
      guard now.policy != before.policy, now.events >= before.events,
        let cache = now.sharingCaches.max(by: { now.liveObjects[$0] ?? 0 < now.liveObjects[$1] ?? 0 })
      else { return nil }
      let saved = before.slabBytes - now.slabBytes
      return
        "\(now.sharingCaches.count) caches share slabs\(saved > 0 ? " and need \(NumberFormat.bytes(saved)) less" : ""), "
        + "each with its exact count: \(cache) has \(now.liveObjects[cache] ?? 0) live objects."
    })

  /// Caches of the workload web with the highest rates that share slabs.
  private static let hotCaches = ["skbuff_head_cache", "skbuff_fclone_cache", "filp", "lsm_file_cache", "dentry"]

  private static let costOfSharing = TourStep(
    title: "The cost of sharing", section: MailIdea.sharing.rawValue,
    text:
      "A shared pool has one lock for all its caches. One thread plays here, so none waits: compare --contention uses more.",
    quotation: MailIdea.costOfSharing,
    setUp: TourSetUp(
      "web",
      policies: [
        .hemment,
        changed(.hemment, "performance", "hemment, the caches of the highest rates opt out") {
          $0.performance = hotCaches
        },
      ], page: .caches, columns: [.name, .active, .slabs, .slabMemory, .contended]),
    actions: [.policy], effectOfKeys: "replay with SLAB_PERFORMANCE for \(hotCaches.count) busy caches",
    labels: ["CONTENDED"],
    figure: { "shared locks were taken \(NumberFormat.count($0.sharedLockAcquisitions)) times" },
    isReady: { $0.seconds > 4 },
    effect: { before, now in
      guard now.policy != before.policy, now.events >= before.events,
        now.sharedLockAcquisitions < before.sharedLockAcquisitions
      else { return nil }
      return "shared locks were taken \(NumberFormat.count(now.sharedLockAcquisitions)) times instead of "
        + "\(NumberFormat.count(before.sharedLockAcquisitions)), for "
        + "\(NumberFormat.signed(now.slabBytes - before.slabBytes, NumberFormat.bytes)) of slab memory."
    })

  // MARK: Caches of their own, packet data

  private static let ownCache = TourStep(
    title: "A cache of its own", section: MailIdea.ownCaches.rawValue,
    text: "One call site requests nearly all packet data here. A cache of exactly its object size rounds nothing up.",
    quotation: MailIdea.ownCaches.quotation,
    setUp: TourSetUp(
      "burst", sizes: "1100:1",
      policies: [
        .powerOfTwo,
        changed(.powerOfTwo, "own-cache", "2^n, and a cache of its own for packet data") {
          $0.own = [Policy.OwnCache(site: "kmalloc_reserve", name: "skb_data")]
        },
      ], page: .caches),
    actions: [.policy], effectOfKeys: "replay with the cache skb_data for kmalloc_reserve",
    labels: ["waste", "skb_data", "rounding"], figure: rounding,
    isReady: { $0.allocatedBytes > fullBytes && $0.roundingPercent > 20 },
    effect: { before, now in
      guard now.policy != before.policy, now.events >= before.events, let objects = now.liveObjects["skb_data"],
        now.roundingPercent < before.roundingPercent / 2
      else { return nil }
      return "skb_data has \(NumberFormat.count(objects)) live objects; "
        + fell("rounding", before.roundingPercent, now.roundingPercent) + "."
    })

  /// Buffer of a packet of 1,500 bytes, rounded up to a multiple of the cache line.
  private static let bufferBytes = 1856
  private static let bufferCache = "kmalloc-\(bufferBytes)"

  private static let packetData = TourStep(
    title: "1500 bytes in 4 KiB pages", section: MailIdea.packetData.rawValue,
    text: "A packet of 1500 bytes needs a buffer of \(bufferBytes): two fill a page badly, 17 fill eight pages well.",
    quotation: MailIdea.packetData.quotation,
    setUp: TourSetUp(
      "burst", sizes: "1500:1",
      policies: [
        changed(.powerOfTwo, "single-pages", "2^n and \(bufferBytes), slabs of one page") {
          $0.generalCacheSizes = ($0.generalCacheSizes + [bufferBytes]).sorted()
          $0.setPreferredOrder(0, ofCache: bufferCache)
        },
        changed(.powerOfTwo, "eight-pages", "2^n and \(bufferBytes), slabs of up to eight pages") {
          $0.generalCacheSizes = ($0.generalCacheSizes + [bufferBytes]).sorted()
          $0.setPreferredOrder(3, ofCache: bufferCache)
        },
      ], page: .caches, columns: [.name, .active, .slabs, .orders, .slabMemory, .tails]),
    actions: [.policy], effectOfKeys: "replay with slabs of eight pages (order 3)",
    labels: ["TAILS", "slab tails"],
    figure: { "slab tails are \(percent($0.tailPercent)) of slab memory" },
    isReady: { $0.allocatedBytes > fullBytes && $0.tailPercent > 6 },
    effect: { before, now in
      guard now.policy != before.policy, now.events >= before.events, now.tailPercent < before.tailPercent / 2 else {
        return nil
      }
      let perSlab = [before, now].map { "\($0.objectsPerSlab[bufferCache] ?? 0)" }
      return "\(perSlab[1]) buffers in eight pages, not \(perSlab[0]) in each; "
        + fell("slab tails", before.tailPercent, now.tailPercent) + "."
    })

  // MARK: Page orders, shuffling

  private static let mixedOrders = TourStep(
    title: "A refused page order", section: MailIdea.mixedOrders.rawValue,
    text:
      "A cache has slabs of several page orders. If an order is refused, it falls back, and retries later; m takes memory, too.",
    quotation: MailIdea.mixedOrders.quotation,
    setUp: TourSetUp("burst", policies: [.hemment], memoryBytes: 32 << 20, page: .pages),
    actions: [.highOrders], effectOfKeys: "refuse every order above 0, as a fragmented machine would",
    labels: ["FALLBACKS TO", "REFUSED"],
    figure: { "\(NumberFormat.count($0.orderFallbacks)) slabs fell back, \($0.failedAllocations) allocations failed" },
    isReady: { $0.allocatedBytes > fullBytes / 2 },
    effect: { before, now in
      let fallbacks = now.orderFallbacks - before.orderFallbacks
      guard fallbacks >= 20 else { return nil }
      return
        "\(NumberFormat.count(now.refusals - before.refusals)) requests were refused, \(NumberFormat.count(fallbacks)) "
        + "slabs fell back, \(now.failedAllocations - before.failedAllocations) allocations failed."
    })

  private static let shuffling = TourStep(
    title: "Background shuffling", section: MailIdea.shuffling.rawValue,
    text:
      "After a crowd of clients many slabs are nearly empty. The shuffler moves their objects and returns their pages.",
    quotation: MailIdea.shuffling.quotation,
    setUp: TourSetUp(
      "edge", policies: [changed(.hemment, "unshuffled", "hemment without shuffling") { $0.shuffling = nil }],
      memoryBytes: 24 << 20, page: .shuffler),
    actions: [.shuffling], effectOfKeys: "start the shuffler",
    labels: ["The shuffler is off", "MOVED", "EVAC. PAGES"],
    figure: {
      "\(NumberFormat.count($0.objectsMoved)) objects moved, \(NumberFormat.count($0.pagesReturned)) pages returned"
    },
    isReady: { $0.seconds > 5 },
    effect: { before, now in
      let (moved, returned) = (now.objectsMoved - before.objectsMoved, now.pagesReturned - before.pagesReturned)
      guard moved >= 100, returned >= 20 else { return nil }
      return "\(NumberFormat.count(moved)) objects moved, and \(NumberFormat.count(returned)) pages "
        + "(\(NumberFormat.bytes(returned * 4096))) returned to the page allocator."
    })

  // MARK: The running kernel

  private static let kernel = TourStep(
    title: "Your own kernel", section: nil,
    text:
      "The same pages show the kernel that runs now: sudo slabscope kernel. To record its traffic and replay it under other "
      + "policies: sudo slabscope record -o mine.slabtrace --seconds 10, then slabscope mine.slabtrace.",
    quotation: nil, setUp: TourSetUp(nil, policies: [], page: .caches, speed: .normal),
    actions: [], effectOfKeys: "", labels: ["slab memory"],
    figure: { "\($0.caches) caches, \(NumberFormat.bytes($0.slabBytes)) of slab memory" },
    isReady: { $0.caches > 0 },
    effect: { _, now in
      "your kernel has \(now.caches) caches with \(NumberFormat.bytes(now.slabBytes)) of slab memory; the largest is "
        + "\(now.largestCache)."
    })

  // MARK: Figures

  /// Allocated bytes from which on a machine is full enough for shares of its memory to mean something.
  private static let fullBytes = 8 << 20

  /// Returns whether a machine has nearly as many allocated bytes as before: shares of an empty machine mean nothing.
  private static func isAsFull(_ now: TourFigures, as before: TourFigures) -> Bool {
    now.allocatedBytes > before.allocatedBytes / 2
  }

  // MARK: Words

  private static let rounding: @Sendable (TourFigures) -> String = {
    "rounding is \(percent($0.roundingPercent)) of the allocated bytes"
  }

  private static func fell(_ name: String, _ before: Double, _ now: Double) -> String {
    "\(name) fell from \(percent(before)) to \(percent(now))"
  }

  /// Formats a percentage in sentences: whole, or with a digit after the point below 10.
  private static func percent(_ value: Double) -> String {
    guard value < 9.95 else { return "\(Int(value.rounded())) %" }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }

  /// Returns a policy with another name and changed settings.
  private static func changed(
    _ policy: Policy, _ name: String, _ summary: String, _ change: (inout Policy) -> Void
  ) -> Policy {
    var policy = policy
    (policy.name, policy.summary) = (name, summary)
    change(&policy)
    return policy
  }
}
