/// Details of a machine that only some pages show; sources provide those of the page in view.
public struct MachineDetails: Sendable, Hashable {
  /// Live objects of the general caches by requested size; nil if not known.
  public var sizes: LiveSizes?
  /// Call sites, in descending order of requested bytes.
  public var sites: [Site] = []
  /// `freesByCPU[a][f]` is the number of objects that CPU `a` allocated and CPU `f` freed.
  public var freesByCPU: [[Int]] = []
  /// Reason why call sites and CPUs are not known yet; nil if they are.
  public var captureNotice: String?
  /// Costs and gains of the shuffler; nil if it is off.
  public var shuffling: Shuffling?
  /// The emptiest slabs of the selected cache with objects that pin them, the emptiest first.
  public var pinnedSlabs: [PinnedSlab] = []
  /// Description of the last event, if events are played one by one.
  public var lastEvent: String?

  /// Nearly empty slab, and some of the objects that pin it.
  public struct PinnedSlab: Sendable, Hashable {
    /// Page frame number of the first page.
    public var pageFrameNumber: Int
    /// Page order of the slab.
    public var order: Int
    /// Objects that the slab has room for.
    public var objects: Int
    /// Objects in use: live or in a magazine.
    public var objectsInUse: Int
    /// Some of the objects in use.
    public var pins: [Pin]

    /// Creates a pinned slab.
    public init(pageFrameNumber: Int, order: Int, objects: Int, objectsInUse: Int, pins: [Pin]) {
      (self.pageFrameNumber, self.order) = (pageFrameNumber, order)
      (self.objects, self.objectsInUse, self.pins) = (objects, objectsInUse, pins)
    }
  }

  /// Object in use that keeps a slab from being returned to the page allocator.
  public struct Pin: Sendable, Hashable {
    /// Cache of the object.
    public var cache: String
    /// Whether the object is live; if not, it is free in a magazine.
    public var isLive: Bool
    /// Call site that allocated the object; nil if not known.
    public var site: String?
    /// Requested bytes; nil if not known.
    public var requestedBytes: Int?
    /// Microseconds since the allocation; nil if not known.
    public var ageMicroseconds: Int?

    /// Creates a pin.
    public init(cache: String, isLive: Bool, site: String?, requestedBytes: Int?, ageMicroseconds: Int?) {
      (self.cache, self.isLive, self.site) = (cache, isLive, site)
      (self.requestedBytes, self.ageMicroseconds) = (requestedBytes, ageMicroseconds)
    }
  }

  /// Call site with the figures of its objects.
  public struct Site: Sendable, Hashable {
    /// Name of the call site.
    public var name: String
    /// Objects allocated.
    public var allocations: Int
    /// Objects freed.
    public var frees: Int
    /// Requested bytes.
    public var requestedBytes: Int
    /// Allocated bytes.
    public var allocatedBytes: Int
    /// Freed objects by lifetime: entry `i` counts lifetimes of 2^i up to 2^(i+1) ticks.
    public var lifetimes: [Int]
    /// Objects that were live at the end of the recording, summed over all replays.
    public var liveAtEnd: Int

    /// Creates a call site.
    public init(
      name: String, allocations: Int, frees: Int, requestedBytes: Int, allocatedBytes: Int, lifetimes: [Int],
      liveAtEnd: Int = 0
    ) {
      (self.name, self.allocations, self.frees) = (name, allocations, frees)
      (self.requestedBytes, self.allocatedBytes, self.lifetimes) = (requestedBytes, allocatedBytes, lifetimes)
      self.liveAtEnd = liveAtEnd
    }
  }

  /// Costs and gains of the shuffler.
  public struct Shuffling: Sendable, Hashable {
    /// Costs and gains in one cache.
    public struct Entry: Sendable, Hashable {
      /// Cache that reports the slabs.
      public var cache: String
      /// Objects moved.
      public var objectsMoved: Int
      /// Bytes moved.
      public var bytesMoved: Int
      /// Slabs evacuated.
      public var slabsEvacuated: Int
      /// Slabs that could not be evacuated because an object pinned them.
      public var slabsPinned: Int
      /// Pages of evacuated slabs.
      public var pagesEvacuated: Int
      /// Pages of slabs that were empty without an object being moved.
      public var pagesOfEmptySlabs: Int
      /// Nanoseconds spent.
      public var nanoseconds: Int

      /// Creates an entry.
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

    /// Rounds of the shuffler so far.
    public var rounds: Int
    /// Pages whose memory was released to the operating system.
    public var pagesReleased: Int
    /// Costs and gains by cache.
    public var entries: [Entry]

    /// Creates the figures of a shuffler.
    public init(rounds: Int, pagesReleased: Int, entries: [Entry]) {
      (self.rounds, self.pagesReleased, self.entries) = (rounds, pagesReleased, entries)
    }
  }

  /// Creates details of which nothing is known.
  public init() {}
}
