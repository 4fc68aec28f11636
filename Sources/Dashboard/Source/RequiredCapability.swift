extension DashboardPage {
  /// The capability without which the page has no figures; nil if every source fills the page.
  var requiredCapability: Capability? {
    switch self {
    case .caches, .slabs, .pages, .ledger, .growth, .events: nil
    case .sizes: .requestSizes
    case .generalCaches: .generalCacheList
    case .sites: .callSites
    case .cpus: .cpuTraffic
    case .shuffler: .shuffling
    case .comparison: .comparison
    }
  }

  /// Whether the page shows figures of the profile.
  package var needsProfile: Bool {
    switch self {
    case .sites, .sizes, .cpus, .growth: true
    case .caches, .slabs, .pages, .ledger, .generalCaches, .shuffler, .events, .comparison: false
    }
  }

  /// Returns the pages that the source can fill.
  static func available(from source: SourceDescription) -> [DashboardPage] {
    allCases.filter { source.has($0.requiredCapability) }
  }
}

extension KeyMap.Action {
  /// The capability that the action needs; nil if the action is possible with every source.
  var requiredCapability: Capability? {
    switch self {
    case .pause: .pausing
    case .faster, .slower: .speed
    case .workload, .pick, .stepEvents: .replay
    case .record: .recording
    case .policy: .policyChoice
    case .otherPolicy: .comparison
    case .advise: .requestSizes
    case .applyAdvice, .addSize, .exportCache, .sizes: .generalCacheControl
    case .squeeze, .release, .highOrders: .memoryPressure
    case .shuffling: .shuffling
    case .shrinkCache: .cacheShrinking
    case .coloring: .slabMap
    case .page(let page): page.requiredCapability
    default: nil
    }
  }
}
