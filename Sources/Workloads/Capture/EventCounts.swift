import Recordings

/// Counters of allocations and frees by call site and by CPU.
struct EventCounts {
  private static let lifetimes = 60
  /// Counters of one call site: allocations, requested bytes, allocated bytes, freed objects by lifetime, and objects that are
  /// live at the end of the source.
  private static let countersPerSite = 4 + lifetimes
  private var counters: [Int] = []
  /// Number of freed objects at allocating CPU * cpus + freeing CPU.
  private var frees: [Int]
  private let cpus: Int

  init(cpus: Int) {
    self.cpus = cpus
    frees = Array(repeating: 0, count: cpus * cpus)
  }

  /// Number of call sites with counters.
  var sites: Int { counters.count / EventCounts.countersPerSite }

  /// Adds counters so that there are counters of at least `sites` call sites.
  mutating func addCounters(forSites sites: Int) {
    let missing = sites * EventCounts.countersPerSite - counters.count
    if missing > 0 { counters.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// Counts an allocation.
  /// - Parameter bytes: Allocated bytes.
  mutating func countAllocation(_ event: AllocationEvent, bytes: Int) {
    let start = Int(event.site) * EventCounts.countersPerSite
    counters[start] += 1
    counters[start + 1] += Int(event.requestedBytes)
    counters[start + 2] += bytes
  }

  /// Counts a free.
  /// - Parameters:
  ///   - site: Call site of the allocation.
  ///   - ticks: Lifetime of the object.
  mutating func countFree(site: Int, ticks: UInt64, allocatedOn cpu: Int, freedOn freeingCPU: Int) {
    let bucket = min(63 - (ticks | 1).leadingZeroBitCount, EventCounts.lifetimes - 1)
    counters[site * EventCounts.countersPerSite + 3 + bucket] += 1
    frees[cpu * cpus + freeingCPU] += 1
  }

  /// Counts an object that is live at the end of the source.
  mutating func countLiveAtEnd(site: Int) { counters[(site + 1) * EventCounts.countersPerSite - 1] += 1 }

  /// Returns the counters of a call site; zeros if there are none.
  func counters(ofSite site: Int) -> [Int] {
    guard site < sites else { return Array(repeating: 0, count: EventCounts.countersPerSite) }
    return Array(counters[site * EventCounts.countersPerSite..<(site + 1) * EventCounts.countersPerSite])
  }

  /// Number of objects at `[a][f]` that CPU `a` allocated and CPU `f` freed.
  var freesByCPU: [[Int]] { (0..<cpus).map { Array(frees[$0 * cpus..<($0 + 1) * cpus]) } }
}
