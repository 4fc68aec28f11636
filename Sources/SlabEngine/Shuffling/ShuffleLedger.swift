/// What shuffling cost and what it earned, so far.
public struct ShuffleLedger: Sendable, Hashable {
  /// Rounds, and nanoseconds spent in them.
  public var rounds = 0
  /// Nanoseconds spent.
  public var nanoseconds: UInt64 = 0
  /// Free pages that the system got back.
  public var pagesToSystem = 0
  /// By name of the cache in whose name the slabs are reported.
  public var caches: [String: Entry] = [:]

  /// The entry of one cache.
  public struct Entry: Sendable, Hashable {
    /// Objects moved, and their bytes.
    public var objectsMoved = 0
    /// Bytes moved.
    public var bytesMoved = 0
    /// Nanoseconds spent on this cache.
    public var nanoseconds: UInt64 = 0
    /// Slabs that were evacuated whole, and those that an object kept.
    public var slabsEvacuated = 0
    /// Slabs that an object kept.
    public var slabsKept = 0
    /// Pages of the slabs that were evacuated.
    public var pagesEvacuated = 0
    /// Pages that the page allocator got back: of evacuated slabs, and of those that were empty anyway.
    public var pagesEarned = 0
    /// What movers said.
    public var answers: [MoveAnswer: Int] = [:]
  }

  /// All caches together.
  public var total: Entry {
    caches.values.reduce(into: Entry()) { sum, entry in
      sum.objectsMoved += entry.objectsMoved
      sum.bytesMoved += entry.bytesMoved
      sum.nanoseconds += entry.nanoseconds
      sum.slabsEvacuated += entry.slabsEvacuated
      sum.slabsKept += entry.slabsKept
      sum.pagesEvacuated += entry.pagesEvacuated
      sum.pagesEarned += entry.pagesEarned
      sum.answers.merge(entry.answers, uniquingKeysWith: +)
    }
  }
}
