public import Settings
import SlabEngine

/// A policy as a TOML file: what `slabscope policies NAME` prints and `--policy FILE` reads.
extension Policy {
  private static let keys = [
    "name", "summary", "general_caches", "sharing_bound", "merge_window", "movable", "performance", "export", "own",
    "orders", "reclaim", "shuffling", "slub",
  ]
  private static let orderKeys = [
    "maximum", "minimum_objects", "by_cpus", "alternation", "alternation_tail", "starts_small", "falls_back_to_lowest",
    "longest_back_off", "by_size",
  ]
  private static let reclaimKeys = ["ordering", "empty_slabs", "burst_reserve", "drained_magazines"]
  private static let slubKeys = ["variant", "min_order", "max_order", "min_objects", "merges"]
  private static let shufflingKeys = ["bytes_per_round", "nanoseconds_per_round", "free_share", "backed_free_pages"]

  /// Reads a policy. What a file leaves out is as in `power-of-two`.
  /// - Throws: `SettingsError`, which names the line and, for an unknown key, the nearest known one.
  public init(toml: String, file: String) throws(SettingsError) {
    let top = try SettingsTable(toml: toml, file: file)
    try top.check(keys: Policy.keys)
    guard let name = try top.string("name"), !name.isEmpty else { throw top.error("'name' is missing", at: "name") }
    let summary = try top.string("summary") ?? ""
    let limit = EngineConfiguration.largestGeneralSizes.upperBound
    let sizes = try top.integers("general_caches", in: 8...limit) ?? Policy.powerOfTwo.generalCacheSizes
    self.init(name: name, summary: summary, generalCacheSizes: sizes, orders: OrderPolicy())
    sharingBound = try top.number("sharing_bound", in: 0...0.99)
    mergeWindow = try top.integer("merge_window", in: 1...4096)
    movable = try top.strings("movable") ?? []
    performance = try top.strings("performance") ?? []
    export = try top.strings("export") ?? []
    own = try top.records("own", of: ["site", "name"])?.map { OwnCache(site: $0[0], name: $0[1]) } ?? []
    if let table = try top.table("orders") { try readOrders(table) }
    if let table = try top.table("reclaim") { try readReclaim(table) }
    if let table = try top.table("shuffling") { try readShuffling(table) }
    if let table = try top.table("slub") { try readSLUB(table) }
    for (key, isSet) in [("performance", !performance.isEmpty), ("export", !export.isEmpty), ("own", !own.isEmpty)] {
      guard isSet, slub != nil else { continue }
      throw top.error(
        "'\(key)' is for policies of the engine; one with [slub] is replayed on the model of Linux", at: key)
    }
    do {
      try configuration(memoryBytes: EngineConfiguration.memoryRange.lowerBound, cpus: 1).check()
    } catch {
      throw top.error("\(error)", at: "general_caches")
    }
  }

  private mutating func readOrders(_ table: SettingsTable) throws(SettingsError) {
    try table.check(keys: Policy.orderKeys)
    orders.maximumOrder = try table.integer("maximum", in: 0...10) ?? orders.maximumOrder
    orders.minimumObjects = try table.integer("minimum_objects", in: 1...65535) ?? orders.minimumObjects
    scalesSlabsWithCPUs = try table.boolean("by_cpus") ?? false
    let alternation = try table.integers("alternation", in: -10...10) ?? orders.alternation
    guard !alternation.isEmpty else { throw table.error("'alternation' takes one number at least", at: "alternation") }
    orders.alternation = alternation
    orders.alternationTail = try table.number("alternation_tail", in: 0...1) ?? orders.alternationTail
    orders.startsSmall = try table.boolean("starts_small") ?? false
    orders.fallsBackToLowest = try table.boolean("falls_back_to_lowest") ?? false
    if let text = try table.string("by_size") {
      guard let orders = Policy.orders(bySize: text) else {
        throw table.error("'by_size' takes sizes and orders from 0 to 10: \"1904:3,2048:2\"", at: "by_size")
      }
      self.orders.byStride = orders
    }
    orders.longestBackOff = try table.integer("longest_back_off", in: 0...1_000_000) ?? orders.longestBackOff
  }

  /// Reads `1904:3,2048:2`; nil where it is anything else.
  private static func orders(bySize text: String) -> [Int: Int]? {
    var orders: [Int: Int] = [:]
    for pair in text.split(separator: ",") {
      let numbers = pair.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let size = numbers[0], let order = numbers[1], size > 0, (0...10).contains(order) else {
        return nil
      }
      orders[size] = order
    }
    return orders
  }

  private mutating func readReclaim(_ table: SettingsTable) throws(SettingsError) {
    try table.check(keys: Policy.reclaimKeys)
    reclaim.takesFromFullest = try table.boolean("ordering") ?? reclaim.takesFromFullest
    reclaim.emptySlabs = try table.integer("empty_slabs", in: 0...1024) ?? reclaim.emptySlabs
    reclaim.burstReserve = try table.number("burst_reserve", in: 0...1) ?? reclaim.burstReserve
    if let name = try table.string("drained_magazines") {
      guard let draining = MagazineDraining(rawValue: name) else {
        let known = MagazineDraining.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw table.error("'drained_magazines' takes one of \(known)", at: "drained_magazines")
      }
      drainedMagazines = draining
    }
  }

  private mutating func readShuffling(_ table: SettingsTable) throws(SettingsError) {
    try table.check(keys: Policy.shufflingKeys)
    var budget = ShuffleBudget(nanosecondsPerRound: .max)
    budget.bytesPerRound = try table.integer("bytes_per_round", in: 0...(1 << 40)) ?? budget.bytesPerRound
    if let nanoseconds = try table.integer("nanoseconds_per_round", in: 0...1_000_000_000_000) {
      budget.nanosecondsPerRound = UInt64(nanoseconds)
    }
    budget.freeShare = try table.number("free_share", in: 0...1) ?? budget.freeShare
    budget.backedFreePages = try table.integer("backed_free_pages", in: 0...(1 << 24)) ?? budget.backedFreePages
    shuffling = budget
  }

  private mutating func readSLUB(_ table: SettingsTable) throws(SettingsError) {
    try table.check(keys: Policy.slubKeys)
    var parameters = SLUBParameters()
    if let name = try table.string("variant") {
      guard let variant = SLUBParameters.Variant(rawValue: name) else {
        let known = SLUBParameters.Variant.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
        throw table.error("'variant' takes \(known)", at: "variant")
      }
      parameters.variant = variant
    }
    parameters.minimumOrder = try table.integer("min_order", in: 0...10) ?? parameters.minimumOrder
    parameters.maximumOrder = try table.integer("max_order", in: 0...10) ?? parameters.maximumOrder
    guard parameters.minimumOrder <= parameters.maximumOrder else {
      throw table.error("'min_order' takes at most 'max_order'", at: "min_order")
    }
    parameters.minimumObjects = try table.integer("min_objects", in: 0...32767) ?? parameters.minimumObjects
    parameters.mergesCaches = try table.boolean("merges") ?? parameters.mergesCaches
    slub = parameters
  }

  /// The policy as a file to start from: every key, with what it means.
  public var toml: String {
    var lines = [
      "name = \"\(Policy.quoted(name))\"", "summary = \"\(Policy.quoted(summary))\"", "",
      "# Sizes of the general caches (kmalloc) in bytes, ascending multiples of 8; the largest is a power of two.",
      "general_caches = [\(generalCacheSizes.map(String.init).joined(separator: ", "))]", "",
      "# The share of an object that a cache may waste to draw from another's slabs; without it nothing is shared.",
      sharingBound.map { "sharing_bound = \($0)" } ?? "# sharing_bound = 0.125",
      "# Caches whose strides differ by less are merged, as SLUB does (8); without it none are.",
      mergeWindow.map { "merge_window = \($0)" } ?? "# merge_window = 8",
    ]
    lines += Policy.movableComments
    let names = movable.map { "\"\(Policy.quoted($0))\"" }.joined(separator: ", ")
    lines += [
      movable.isEmpty ? "# movable = [\"radix_tree_node\"]" : "movable = [\(names)]"
    ]
    lines += cacheLines
    lines += [
      "", "[orders]",
      "# The highest page order asked for, and objects that a slab should hold at least.",
      "maximum = \(orders.maximumOrder)", "minimum_objects = \(orders.minimumObjects)",
      "# Whether, as in SLUB, more CPUs want more objects: 4 * (fls(CPUs) + 1) instead of minimum_objects.",
      "by_cpus = \(scalesSlabsWithCPUs)",
      "# How successive slabs' orders differ from the preferred one, in turn.",
      "alternation = [\(orders.alternation.map(String.init).joined(separator: ", "))]",
      "# The share of a slab that such an order may leave without an object.",
      "alternation_tail = \(orders.alternationTail)",
      "# Whether no slab is larger than all that its cache has already.", "starts_small = \(orders.startsSmall)",
      "# Whether a refused order is replaced by the lowest at once, not by the next lower one.",
      "falls_back_to_lowest = \(orders.fallsBackToLowest)",
      "# Growths after which a refused order is tried again, at most.", "longest_back_off = \(orders.longestBackOff)",
    ]
    if !orders.byStride.isEmpty {
      let pairs = orders.byStride.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
      lines += [
        "# Preferred orders of some sizes, in place of the calculated ones.",
        "by_size = \"\(pairs.joined(separator: ","))\"",
      ]
    }
    lines += [
      "", "# How sparse slabs drain without any object being moved, and what is retained.", "[reclaim]",
      "# Ordering: whether allocation takes from the fullest partial slabs, else from the one that became partial last.",
      "ordering = \(reclaim.takesFromFullest)",
      "# Number of empty slabs that each pool retains at least, up to 64 KiB of slabs.",
      "empty_slabs = \(reclaim.emptySlabs)",
      "# The share of the slabs by which a pool has shrunk that it retains empty for the next burst; it decreases by a quarter",
      "# ten times a second of the workload's time.", "burst_reserve = \(reclaim.burstReserve)",
      "# Whose magazines are drained ten times a second: \"never\" any, of caches that are \"shrinking\" or unused, \"always\" all.",
      "drained_magazines = \"\(drainedMagazines.rawValue)\"",
    ]
    if let shuffling {
      lines += [
        "", "[shuffling]", "# What a round of shuffling, ten a second of the workload's time, moves at most.",
        "bytes_per_round = \(shuffling.bytesPerRound)",
        "# A pool is shuffled while more than this share of its objects is free.",
        "free_share = \(shuffling.freeShare)",
        "# Free pages that stay with the machine; others go back to the system.",
        "backed_free_pages = \(shuffling.backedFreePages)",
      ]
      if shuffling.nanosecondsPerRound != .max {
        lines += [
          "# Nanoseconds a round takes at most. Runs with such a bound differ.",
          "nanoseconds_per_round = \(shuffling.nanosecondsPerRound)",
        ]
      }
    } else {
      lines += ["", "# [shuffling]", "# bytes_per_round = 262144"]
    }
    if let slub {
      lines += [
        "", "# With this table the policy is replayed on the model of Linux's SLUB, not on the engine.", "[slub]",
        "# cpu-slabs: Linux up to 6.19; sheaves: Linux since 7.0.", "variant = \"\(slub.variant.rawValue)\"",
        "# The boot parameters slab_min_order, slab_max_order, slab_min_objects (0: by the number of CPUs).",
        "min_order = \(slub.minimumOrder)", "max_order = \(slub.maximumOrder)", "min_objects = \(slub.minimumObjects)",
        "# Whether caches of similar size are merged; slab_nomerge turns it off.", "merges = \(slub.mergesCaches)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The keys that name caches and call sites.
  private var cacheLines: [String] {
    guard slub == nil else { return [] }
    func list(_ names: [String]) -> String { "[\(names.map { "\"\(Policy.quoted($0))\"" }.joined(separator: ", "))]" }
    let caches = own.map { "{site = \"\(Policy.quoted($0.site))\", name = \"\(Policy.quoted($0.name))\"}" }
    return [
      "# Caches that share their slabs with no other, so that CPUs wait less for each other (SLAB_PERFORMANCE); general",
      "# caches as kmalloc-64, kmalloc-2k. `slabscope compare --contention` shows what sharing costs at the locks.",
      performance.isEmpty ? "# performance = [\"skbuff_head_cache\"]" : "performance = \(list(performance))",
      "# Named caches that also serve requests by size: of up to their objects' size, from their first use on.",
      export.isEmpty ? "# export = [\"skbuff_head_cache\"]" : "export = \(list(export))",
      "# Call sites that ask by size and get a cache of their own; `slabscope advise` proposes some.",
      own.isEmpty
        ? "# own = [{site = \"alloc_pipe_info\", name = \"pipe_buffers\"}]"
        : "own = [\(caches.joined(separator: ", "))]",
    ]
  }

  /// Which of the kernel's caches a policy may name as movable, with the reasons.
  private static let movableComments = [
    "# Named caches whose objects the shuffler may move to fuller slabs; without the key nothing is moved.",
    "# A kernel can move an object only if it finds and changes every pointer to it. Linux 6.18 moves none; its last patches",
    "# for that (slab movable objects, 2019) had radix_tree_node, because the tree is walked to the node's one parent, and",
    "# freed dentry and inode_cache objects that are not in use instead of moving them. maple_node would be possible as well.",
    "# Never: skbuff_head_cache, skbuff_small_head, sock_inode_cache, TCP, UDP, filp, task_struct, since drivers, timers,",
    "# queues, RCU readers and file tables keep addresses of them, and kmalloc's caches, since the owners are not known.",
  ]

  private static func quoted(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      default:
        scalar.value < 0x20 || scalar.value == 0x7F
          ? "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
          : String(Character(scalar))
      }
    }.joined()
  }
}
