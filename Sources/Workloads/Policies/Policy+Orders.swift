import Settings
import SlabEngine

/// The table `[orders]` of a policy file, and its tables for one cache or stride, such as `[orders."kmalloc-2k"]`.
extension Policy {
  private static let orderKeys = [
    "preferred", "maximum", "minimum_objects", "alternation", "alternation_tail", "starts_small",
    "falls_back_to_lowest", "longest_back_off", "fits_free_blocks", "smallest_tail",
  ]

  /// Reads `[orders]` and the tables in it.
  mutating func readOrders(_ table: SettingsTable) throws(SettingsError) {
    let names = table.keys.filter { table.isTable($0) }.sorted()
    try table.check(keys: Policy.orderKeys + ["by_cpus"] + names)
    let settings = try Policy.orderOverride(table)
    orders.preferred = settings.preferred
    orders.maximumOrder = settings.maximumOrder ?? orders.maximumOrder
    orders.minimumObjects = settings.minimumObjects ?? orders.minimumObjects
    scalesSlabsWithCPUs = try table.boolean("by_cpus") ?? false
    orders.alternation = settings.alternation ?? orders.alternation
    orders.alternationTail = settings.alternationTail ?? orders.alternationTail
    orders.startsSmall = settings.startsSmall ?? false
    orders.fallsBackToLowest = settings.fallsBackToLowest ?? false
    orders.longestBackOff = settings.longestBackOff ?? orders.longestBackOff
    orders.fitsFreeBlocks = settings.fitsFreeBlocks ?? false
    orders.prefersSmallestTail = settings.prefersSmallestTail ?? false
    for name in names {
      guard let inner = try table.table(name) else { continue }
      try readOverride(inner, for: name, in: table)
    }
  }

  /// Reads the table of one cache or stride.
  private mutating func readOverride(
    _ table: SettingsTable, for name: String, in orders: SettingsTable
  ) throws(SettingsError) {
    try table.check(keys: Policy.orderKeys)
    let override = try Policy.orderOverride(table)
    if let stride = Int(name) {
      guard (8...SlabEngine.maximumObjectBytes).contains(stride), stride % 8 == 0 else {
        throw orders.error(
          "a stride is a multiple of 8 from 8 to \(SlabEngine.maximumObjectBytes) bytes, found \(name)", at: name)
      }
      self.orders.byStride[stride] = override
    } else {
      self.orders.byCache[name] = override
    }
    guard slub != nil else { return }
    let known = generalCacheSizes.flatMap { [SlabEngine.generalCacheName($0), "\($0)"] }
    guard known.contains(name), override == OrderOverride(preferred: override.preferred) else {
      throw orders.error(
        "the model of Linux takes only 'preferred', and only for general caches, such as \(known[0]), found '\(name)'",
        at: name)
    }
  }

  private static func orderOverride(_ table: SettingsTable) throws(SettingsError) -> OrderOverride {
    var override = OrderOverride(preferred: try table.integer("preferred", in: 0...10))
    override.maximumOrder = try table.integer("maximum", in: 0...10)
    override.minimumObjects = try table.integer("minimum_objects", in: 1...65535)
    override.alternation = try table.integers("alternation", in: -10...10)
    guard override.alternation != [] else {
      throw table.error("'alternation' takes at least one number", at: "alternation")
    }
    override.alternationTail = try table.number("alternation_tail", in: 0...1)
    override.startsSmall = try table.boolean("starts_small")
    override.fallsBackToLowest = try table.boolean("falls_back_to_lowest")
    override.longestBackOff = try table.integer("longest_back_off", in: 0...1_000_000)
    override.fitsFreeBlocks = try table.boolean("fits_free_blocks")
    override.prefersSmallestTail = try table.boolean("smallest_tail")
    return override
  }

  /// Preferred orders of the general caches, by size in bytes, that replace the calculated ones.
  package var preferredGeneralOrders: [Int: Int] {
    var preferred: [Int: Int] = [:]
    for size in generalCacheSizes {
      let name = SlabEngine.generalCacheName(size)
      preferred[size] = orders.byCache[name]?.preferred ?? orders.byStride[size]?.preferred
    }
    return preferred
  }

  /// Sets the preferred page order of a cache.
  package mutating func setPreferredOrder(_ order: Int, ofCache name: String) {
    orders.byCache[name] = OrderOverride(preferred: order)
  }

  /// `[orders]` and the tables in it, as lines of a policy file.
  var orderLines: [String] {
    var lines = [
      "", "[orders]",
      "# The preferred order; without this key it is calculated as in SLUB from the keys below.",
      orders.preferred.map { "preferred = \($0)" } ?? "# preferred = 0",
      "# The highest page order, and the number of objects that a slab should hold at least.",
      "maximum = \(orders.maximumOrder)", "minimum_objects = \(orders.minimumObjects)",
      "# Whether the number of CPUs replaces minimum_objects, as in SLUB: 4 * (fls(CPUs) + 1).",
      "by_cpus = \(scalesSlabsWithCPUs)",
      "# Differences between the orders of successive slabs and the preferred order, in turn.",
      "alternation = [\(orders.alternation.map(String.init).joined(separator: ", "))]",
      "# The largest share of a slab that an order of the alternation may leave unused.",
      "alternation_tail = \(orders.alternationTail)",
      "# Whether no slab is larger than all slabs that its pool already has.", "starts_small = \(orders.startsSmall)",
      "# Whether the lowest order replaces a refused one, as in SLUB, instead of the next lower one.",
      "falls_back_to_lowest = \(orders.fallsBackToLowest)",
      "# The most attempts to add a slab in which a refused order is avoided before it is retried.",
      "longest_back_off = \(orders.longestBackOff)",
      "# Whether, if memory is fragmented, a free block of a lower order is taken that leaves at most alternation_tail unused.",
      "fits_free_blocks = \(orders.fitsFreeBlocks)",
      "# Whether a large pool takes the order with the smallest tail; a slab is at most an eighth of its pool's slabs.",
      "smallest_tail = \(orders.prefersSmallestTail)",
      "# Settings of one cache, or of all pools of one stride in bytes, that differ from these: any of the keys above but",
      "# by_cpus. A cache's name takes precedence over its stride, and caches with different settings share no slabs.",
    ]
    let byStride = orders.byStride.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) }
    let overrides = byStride + orders.byCache.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    if overrides.isEmpty { lines += ["# [orders.\"kmalloc-2k\"]", "# alternation = [0, 0, -1]"] }
    for (name, override) in overrides {
      lines += ["[orders.\"\(Policy.quoted(name))\"]"] + Policy.lines(of: override)
    }
    return lines
  }

  private static func lines(of override: OrderOverride) -> [String] {
    let alternation = override.alternation.map { "[\($0.map(String.init).joined(separator: ", "))]" }
    let values: [String?] = [
      override.preferred.map(String.init), override.maximumOrder.map(String.init),
      override.minimumObjects.map(String.init), alternation, override.alternationTail.map { "\($0)" },
      override.startsSmall.map { "\($0)" }, override.fallsBackToLowest.map { "\($0)" },
      override.longestBackOff.map(String.init), override.fitsFreeBlocks.map { "\($0)" },
      override.prefersSmallestTail.map { "\($0)" },
    ]
    return zip(orderKeys, values).compactMap { key, value in value.map { "\(key) = \($0)" } }
  }
}
