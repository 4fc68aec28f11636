package import Settings
import SlabEngine

extension Policy {
  private static let keys = [
    "name", "summary", "general_caches", "sharing_bound", "merge_window", "movable", "performance", "export", "own",
    "orders", "reclaim", "shuffling", "slub",
  ]
  private static let reclaimKeys = [
    "ordering", "empty_slabs", "burst_reserve", "drain_idle_caches", "limit_depots", "drained_magazines",
  ]
  private static let slubKeys = ["variant", "min_order", "max_order", "min_objects", "merges"]
  private static let shufflingKeys = ["bytes_per_round", "nanoseconds_per_round", "free_share", "backed_free_pages"]

  /// Reads a policy from a TOML file: the form that `slabscope policies NAME` prints and `--policy FILE` takes. Keys that
  /// are absent keep the settings of `power-of-two`.
  /// - Throws: `SettingsError` with file and line; for an unknown key it suggests the most similar known key.
  package init(toml: String, file: String) throws(SettingsError) {
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
    if let table = try top.table("reclaim") { try readReclaim(table) }
    if let table = try top.table("shuffling") { try readShuffling(table) }
    if let table = try top.table("slub") { try readSLUB(table) }
    if let table = try top.table("orders") { try readOrders(table) }
    for (key, isSet) in [("performance", !performance.isEmpty), ("export", !export.isEmpty), ("own", !own.isEmpty)] {
      guard isSet, slub != nil else { continue }
      throw top.error(
        "'\(key)' needs a policy of the engine, but a policy with [slub] is replayed on the model of Linux", at: key)
    }
    do {
      try configuration(memoryBytes: EngineConfiguration.memoryRange.lowerBound, cpus: 1).check()
    } catch {
      throw top.error("\(error)", at: "general_caches")
    }
  }

  private mutating func readReclaim(_ table: SettingsTable) throws(SettingsError) {
    try table.check(keys: Policy.reclaimKeys)
    reclaim.takesFromFullest = try table.boolean("ordering") ?? reclaim.takesFromFullest
    reclaim.emptySlabs = try table.integer("empty_slabs", in: 0...1024) ?? reclaim.emptySlabs
    reclaim.burstReserve = try table.number("burst_reserve", in: 0...1) ?? reclaim.burstReserve
    reclaim.drainsIdleCaches = try table.boolean("drain_idle_caches") ?? reclaim.drainsIdleCaches
    reclaim.limitsDepots = try table.boolean("limit_depots") ?? reclaim.limitsDepots
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
}
