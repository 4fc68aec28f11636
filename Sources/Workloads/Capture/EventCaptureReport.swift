/// Call sites and CPUs of the events that a player has played: as `CaptureReport` is of an engine.
public struct EventCaptureReport: Sendable, Hashable {
  /// One call site.
  public struct Site: Sendable, Hashable {
    /// The recorded symbol.
    public var name: String
    /// Objects that it got.
    public var allocations: Int
    /// Bytes that it asked for.
    public var requestedBytes: Int
    /// Bytes of the objects that it got.
    public var allocatedBytes: Int
    /// Freed objects by lifetime: entry `i` counts lives of 2^i up to 2^(i+1) ticks.
    public var lifetimes: [Int]
    /// Objects that were live at the end of the source, each time that it was played. They are not counted as freed. An upper
    /// bound: the source may not have reported the free of some.
    public var liveAtEnd: Int
    /// Objects of it whose frees the source reports.
    public var frees: Int { lifetimes.reduce(0, +) }
  }

  /// Call sites that allocated anything, most bytes asked for first.
  public let sites: [Site]
  /// `freesByCPU[a][f]`: objects that CPU `a` allocated and CPU `f` freed.
  public let freesByCPU: [[Int]]

  /// The counts of a pass, and those of the finished passes before it, which are all like the whole one.
  init(_ counts: EventCounts, wholePass: EventCounts?, loops: Int, symbols: [String]) {
    func sum(_ one: [Int], _ whole: [Int]?) -> [Int] {
      whole.map { zip(one, $0).map { $0 + $1 * loops } } ?? one
    }
    sites = (0..<max(counts.sites, wholePass?.sites ?? 0)).compactMap { number -> Site? in
      let words = sum(counts.words(ofSite: number), wholePass?.words(ofSite: number))
      guard words[0] > 0 else { return nil }
      return Site(
        name: symbols[number], allocations: words[0], requestedBytes: words[1], allocatedBytes: words[2],
        lifetimes: Array(words[3..<words.count - 1]), liveAtEnd: words[words.count - 1])
    }.sorted { ($1.requestedBytes, $0.name) < ($0.requestedBytes, $1.name) }
    let (frees, wholeFrees) = (counts.freesByCPU, wholePass?.freesByCPU)
    freesByCPU = frees.indices.map { sum(frees[$0], wholeFrees?[$0]) }
  }
}
