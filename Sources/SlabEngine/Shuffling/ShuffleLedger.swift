/// Cost and benefit of a shuffler since its creation.
public struct ShuffleLedger: Sendable, Hashable {
  /// Number of rounds.
  public var rounds = 0
  /// Time spent in rounds, in nanoseconds.
  public var nanoseconds: UInt64 = 0
  /// Number of free pages whose memory was released to the operating system.
  public var pagesReleased = 0
  /// Entries by the name of the cache under which the slabs are reported.
  public var caches: [String: Entry] = [:]

  /// Cost and benefit for one cache.
  public struct Entry: Sendable, Hashable {
    /// Number of objects moved.
    public var objectsMoved = 0
    /// Bytes of the objects moved.
    public var bytesMoved = 0
    /// Time spent on this cache, in nanoseconds.
    public var nanoseconds: UInt64 = 0
    /// Number of slabs that were evacuated completely.
    public var slabsEvacuated = 0
    /// Number of slabs whose evacuation stopped because an object could not be moved.
    public var slabsPinned = 0
    /// Number of pages of the evacuated slabs.
    public var pagesEvacuated = 0
    /// Number of pages returned to the page allocator: those of evacuated slabs, and those of slabs that were already
    /// empty.
    public var pagesReclaimed = 0
    /// Number of answers of the movers, by kind.
    public var answers: [MoveAnswer: Int] = [:]
  }

  /// Sum of the entries of all caches.
  public var total: Entry {
    caches.values.reduce(into: Entry()) { sum, entry in
      sum.objectsMoved += entry.objectsMoved
      sum.bytesMoved += entry.bytesMoved
      sum.nanoseconds += entry.nanoseconds
      sum.slabsEvacuated += entry.slabsEvacuated
      sum.slabsPinned += entry.slabsPinned
      sum.pagesEvacuated += entry.pagesEvacuated
      sum.pagesReclaimed += entry.pagesReclaimed
      sum.answers.merge(entry.answers, uniquingKeysWith: +)
    }
  }
}
