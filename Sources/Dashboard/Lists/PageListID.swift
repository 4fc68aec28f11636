/// List of rows on a page.
package enum PageListID: String, Sendable, Hashable, CaseIterable {
  case pins, orders, pools, classes, generalCaches, sites, cpus, perCPUCaches, grownCaches, grownSites, shuffledCaches,
    events, comparedCaches

  /// Plural noun for the rows, in the middle of a sentence.
  var noun: String {
    switch self {
    case .pins: "objects that pin slabs"
    case .orders: "page orders"
    case .pools: "pools"
    case .classes: "size classes"
    case .generalCaches: "general caches"
    case .sites, .grownSites: "call sites"
    case .cpus: "CPUs"
    case .perCPUCaches: "per-CPU caches"
    case .grownCaches, .shuffledCaches: "caches"
    case .events: "events"
    case .comparedCaches: "caches"
    }
  }

  /// Noun for one row.
  var singular: String {
    switch self {
    case .pins: "object"
    case .classes: "size class"
    default: String(noun.dropLast())
    }
  }

  /// What Enter does on a row, for the help screen.
  var enterHelp: String {
    switch self {
    case .pins: "the slab, the call site and the age of the object"
    case .orders: "pools with slabs of the order, and refused requests"
    case .pools: "slabs, order fallbacks and refused requests of the pool by order"
    case .classes: "requested sizes that the class serves"
    case .generalCaches, .perCPUCaches, .grownCaches: "selects the cache in the cache table"
    case .sites, .grownSites: "sizes, caches, lifetimes and pinned slabs of the call site"
    case .cpus: "objects that the CPU allocated and freed, by the other CPU"
    case .shuffledCaches: "the slabs page of the cache"
    case .events: "shows the moment of the event in the history, or the whole text if the history does not have it"
    case .comparedCaches: "figures of the cache under both policies"
    }
  }
}

extension DashboardPage {
  /// Lists of the page, from top to bottom. A list without rows or without room may be missing on the screen.
  var listIDs: [PageListID] {
    switch self {
    case .caches, .ledger: []
    case .slabs: [.pins]
    case .pages: [.orders, .pools]
    case .sizes: [.classes]
    case .generalCaches: [.generalCaches]
    case .sites: [.sites]
    case .cpus: [.cpus, .perCPUCaches]
    case .growth: [.grownCaches, .grownSites]
    case .shuffler: [.shuffledCaches]
    case .events: [.events]
    case .comparison: [.comparedCaches]
    }
  }
}
