import Recordings

/// Counters by call site and by CPU.
struct EventCounts {
  private static let lifetimes = 60
  /// Of each site: allocations, bytes asked for, bytes allocated, freed objects by lifetime, and objects live at the end.
  private static let wordsPerSite = 4 + lifetimes
  private var words: [Int] = []
  /// `allocating CPU * cpus + freeing CPU`.
  private var frees: [Int]
  private let cpus: Int

  init(cpus: Int) {
    self.cpus = cpus
    frees = Array(repeating: 0, count: cpus * cpus)
  }

  /// Sites that there are counters of.
  var sites: Int { words.count / EventCounts.wordsPerSite }

  mutating func makeRoom(sites: Int) {
    let missing = sites * EventCounts.wordsPerSite - words.count
    if missing > 0 { words.append(contentsOf: repeatElement(0, count: missing)) }
  }

  mutating func allocated(_ event: AllocationEvent, bytes: Int) {
    let start = Int(event.site) * EventCounts.wordsPerSite
    words[start] += 1
    words[start + 1] += Int(event.requestedBytes)
    words[start + 2] += bytes
  }

  mutating func freed(site: Int, ticks: UInt64, allocatedOn cpu: Int, freedOn other: Int) {
    let bucket = min(63 - (ticks | 1).leadingZeroBitCount, EventCounts.lifetimes - 1)
    words[site * EventCounts.wordsPerSite + 3 + bucket] += 1
    frees[cpu * cpus + other] += 1
  }

  /// Counts an object that is live at the end of a pass.
  mutating func endedLive(site: Int) { words[(site + 1) * EventCounts.wordsPerSite - 1] += 1 }

  /// The counters of a site; zeros for one that there are none of.
  func words(ofSite site: Int) -> [Int] {
    guard site < sites else { return Array(repeating: 0, count: EventCounts.wordsPerSite) }
    return Array(words[site * EventCounts.wordsPerSite..<(site + 1) * EventCounts.wordsPerSite])
  }

  /// Entry `[a][f]`: objects that CPU `a` allocated and CPU `f` freed.
  var freesByCPU: [[Int]] { (0..<cpus).map { Array(frees[$0 * cpus..<($0 + 1) * cpus]) } }
}
