/// Report of the call sites and CPUs of the events that a player has played. It corresponds to `CaptureReport` of the engine.
package struct EventCaptureReport: Sendable, Hashable {
  /// Counts of one call site.
  package struct Site: Sendable, Hashable {
    /// Symbol of the call site.
    package var name: String
    /// Number of allocations.
    package var allocations: Int
    /// Requested bytes of all allocations.
    package var requestedBytes: Int
    /// Allocated bytes of all allocations.
    package var allocatedBytes: Int
    /// Number of freed objects by lifetime. Element `i` counts lifetimes from 2^i to 2^(i+1) ticks.
    package var lifetimes: [Int]
    /// Number of objects that were live at the end of the source, summed over all finished loops. They do not count as freed. An
    /// upper bound, because the source may lack the events of some frees.
    package var liveAtEnd: Int
    /// Number of objects whose free has an event.
    package var frees: Int { lifetimes.reduce(0, +) }
  }

  /// Call sites with allocations, in descending order of requested bytes.
  package let sites: [Site]
  /// Number of objects at `[a][f]` that CPU `a` allocated and CPU `f` freed.
  package let freesByCPU: [[Int]]

  /// Creates the sum of the counts of the current loop and of all finished loops.
  /// - Parameters:
  ///   - counts: Counts of the current loop.
  ///   - wholePass: Counts of one whole loop; nil if no loop is finished.
  ///   - loops: Number of finished loops.
  init(_ counts: EventCounts, wholePass: EventCounts?, loops: Int, symbols: [String]) {
    func sum(_ one: [Int], _ whole: [Int]?) -> [Int] {
      whole.map { zip(one, $0).map { $0 + $1 * loops } } ?? one
    }
    sites = (0..<max(counts.sites, wholePass?.sites ?? 0)).compactMap { number -> Site? in
      let counters = sum(counts.counters(ofSite: number), wholePass?.counters(ofSite: number))
      guard counters[0] > 0 else { return nil }
      return Site(
        name: symbols[number], allocations: counters[0], requestedBytes: counters[1], allocatedBytes: counters[2],
        lifetimes: Array(counters[3..<counters.count - 1]), liveAtEnd: counters[counters.count - 1])
    }.sorted { ($1.requestedBytes, $0.name) < ($0.requestedBytes, $1.name) }
    let (frees, wholeFrees) = (counts.freesByCPU, wholePass?.freesByCPU)
    freesByCPU = frees.indices.map { sum(frees[$0], wholeFrees?[$0]) }
  }
}
