/// What the middle of the screen shows. Tab goes through them in this order; each has a letter.
public enum DashboardPage: String, Sendable, Hashable, CaseIterable {
  case caches, slabs, pages, ledger, sizes
  case generalCaches = "gnodes"
  case sites, cpus, shuffler, events, comparison

  /// The letter that shows it, and the caches again.
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
    case .shuffler: "f"
    case .events: "W"
    case .comparison: "c"
    }
  }

  /// What it shows, for the help screen.
  var help: String {
    switch self {
    case .caches: "the caches"
    case .slabs: "the selected cache's slabs: how full they are, and each of them"
    case .pages: "orders and pages: free blocks, fall-backs, refusals"
    case .ledger: "memory over time, by what it is used for"
    case .sizes: "which sizes are asked for, and what serves them"
    case .generalCaches: "the list of general caches (gnodes): look-ups, walks, sizes added and retired"
    case .sites: "call sites: what they ask for, how long it lives"
    case .cpus: "which CPU frees what which other allocated"
    case .shuffler: "the shuffler: what it moved, cost and earned"
    case .events: "what just happened, in words"
    case .comparison: "two policies side by side"
    }
  }
}
