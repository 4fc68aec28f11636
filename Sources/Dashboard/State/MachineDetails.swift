/// What a screen shows of a machine besides its snapshot, as far as it is looked at.
public struct MachineDetails: Sendable, Hashable {
  /// What lives in the general caches, by size.
  public var sizes: LiveSizes?
  /// Call sites, those with most bytes asked for first.
  public var sites: [Site] = []
  /// `freesByCPU[a][f]`: objects that CPU `a` allocated and CPU `f` freed.
  public var freesByCPU: [[Int]] = []
  /// Why call sites and CPUs are not known yet, in words.
  public var captureNotice: String?
  /// What shuffling cost and earned; nil where nothing is shuffled.
  public var shuffling: Shuffling?
  /// What keeps the emptiest slabs of the selected cache, the emptiest first.
  public var pinnedSlabs: [PinnedSlab] = []
  /// What the event did that was played last, where people go through them one by one.
  public var lastEvent: String?

  /// A nearly empty slab, and some of the objects that keep it.
  public struct PinnedSlab: Sendable, Hashable {
    /// Number of its first page.
    public var pageFrameNumber: Int
    /// Its page order.
    public var order: Int
    /// Objects that it holds room for.
    public var objects: Int
    /// Objects out of it.
    public var objectsInUse: Int
    /// Some of those.
    public var pins: [Pin]

    /// A slab with every figure given.
    public init(pageFrameNumber: Int, order: Int, objects: Int, objectsInUse: Int, pins: [Pin]) {
      (self.pageFrameNumber, self.order) = (pageFrameNumber, order)
      (self.objects, self.objectsInUse, self.pins) = (objects, objectsInUse, pins)
    }
  }

  /// An object that keeps a slab from being given back.
  public struct Pin: Sendable, Hashable {
    /// The cache that it belongs to.
    public var cache: String
    /// Whether it lives; otherwise it lies in a magazine.
    public var isLive: Bool
    /// Who allocated it, where that is known.
    public var site: String?
    /// Bytes that were asked for, where that is known.
    public var requestedBytes: Int?
    /// For how many microseconds it has lived, where that is known.
    public var ageMicroseconds: Int?

    /// An object with all that is known given.
    public init(cache: String, isLive: Bool, site: String?, requestedBytes: Int?, ageMicroseconds: Int?) {
      (self.cache, self.isLive, self.site) = (cache, isLive, site)
      (self.requestedBytes, self.ageMicroseconds) = (requestedBytes, ageMicroseconds)
    }
  }

  /// One call site.
  public struct Site: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Objects that it got, and how many of them were freed.
    public var allocations: Int
    /// Objects that were freed.
    public var frees: Int
    /// Bytes that it asked for.
    public var requestedBytes: Int
    /// Bytes of the objects that it got.
    public var allocatedBytes: Int
    /// Freed objects by lifetime: entry `i` counts lives of 2^i up to 2^(i+1) ticks.
    public var lifetimes: [Int]
    /// Objects that were live each time the recording ended.
    public var liveAtEnd: Int

    /// A call site with every figure given.
    public init(
      name: String, allocations: Int, frees: Int, requestedBytes: Int, allocatedBytes: Int, lifetimes: [Int],
      liveAtEnd: Int = 0
    ) {
      (self.name, self.allocations, self.frees) = (name, allocations, frees)
      (self.requestedBytes, self.allocatedBytes, self.lifetimes) = (requestedBytes, allocatedBytes, lifetimes)
      self.liveAtEnd = liveAtEnd
    }
  }

  /// The shuffler's account.
  public struct Shuffling: Sendable, Hashable {
    /// One cache's part of it.
    public struct Entry: Sendable, Hashable {
      /// The cache in whose name the slabs are reported.
      public var cache: String
      /// Objects moved, and their bytes.
      public var objectsMoved: Int
      /// Bytes moved.
      public var bytesMoved: Int
      /// Slabs evacuated, and slabs that an object kept.
      public var slabsEvacuated: Int
      /// Slabs that an object kept.
      public var slabsPinned: Int
      /// Pages of evacuated slabs, and of slabs that were empty without any object being moved.
      public var pagesEvacuated: Int
      /// Pages of slabs that were empty without any object being moved.
      public var pagesOfEmptySlabs: Int
      /// Nanoseconds spent.
      public var nanoseconds: Int

      /// An entry with every figure given.
      public init(
        cache: String, objectsMoved: Int, bytesMoved: Int, slabsEvacuated: Int, slabsPinned: Int,
        pagesEvacuated: Int, pagesOfEmptySlabs: Int, nanoseconds: Int
      ) {
        (self.cache, self.objectsMoved, self.bytesMoved) = (cache, objectsMoved, bytesMoved)
        (self.slabsEvacuated, self.slabsPinned) = (slabsEvacuated, slabsPinned)
        (self.pagesEvacuated, self.pagesOfEmptySlabs) = (pagesEvacuated, pagesOfEmptySlabs)
        self.nanoseconds = nanoseconds
      }
    }

    /// Rounds so far.
    public var rounds: Int
    /// Pages that the system got back.
    public var pagesReleased: Int
    /// By cache.
    public var entries: [Entry]

    /// An account with every figure given.
    public init(rounds: Int, pagesReleased: Int, entries: [Entry]) {
      (self.rounds, self.pagesReleased, self.entries) = (rounds, pagesReleased, entries)
    }
  }

  /// Nothing looked at.
  public init() {}
}
