/// Page of the dashboard. Tab shows the pages in this order; each also has a key.
package enum DashboardPage: String, Sendable, Hashable, CaseIterable {
  case caches, slabs, pages, ledger, sizes
  case generalCaches = "gnodes"
  case sites, cpus, growth, shuffler, events, comparison

  /// Key that shows the page, and the cache table if the page is in view.
  var key: Character {
    switch self {
    case .caches: "l"
    case .slabs: "s"
    case .pages: "r"
    case .ledger: "v"
    case .sizes: "z"
    case .generalCaches: "N"
    case .sites: "i"
    case .cpus: "u"
    case .growth: "U"
    case .shuffler: "f"
    case .events: "W"
    case .comparison: "c"
    }
  }

  /// Contents of the page, for the help screen.
  var help: String {
    switch self {
    case .caches: "caches"
    case .slabs: "slabs of the selected cache, by occupancy and one by one"
    case .pages: "page allocator: free blocks, order fallbacks and failed requests by order"
    case .ledger: "memory over time, by use"
    case .sizes: "requested sizes and the size classes that serve them"
    case .generalCaches: "general caches (gnodes): look-ups, walks, sizes added and retired"
    case .sites: "call sites: live bytes, growth, rounding, lifetimes, sizes"
    case .cpus: "objects by allocating and freeing CPU, per-CPU caches"
    case .growth: "what grew since the mark (b), by cache and by call site"
    case .shuffler: "shuffler: objects moved, slabs evacuated, pages reclaimed"
    case .events: "events by severity: failed allocations, order fallbacks, growth, sizes added"
    case .comparison: "two policies side by side"
    }
  }
}
