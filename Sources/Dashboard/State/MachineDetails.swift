package import Profiles

/// Details of a machine that only some pages show; sources provide those of the page in view.
package struct MachineDetails: Sendable, Hashable {
  /// Live objects of the general caches by requested size; nil if not known.
  package var sizes: LiveSizes?
  /// Profile of the traffic: call sites, caches, sizes and CPUs; nil if the source has none, or for a page that does not show it.
  package var profile: AllocationProfile?
  /// Reason why the profile is not known yet; nil if it is.
  package var profileNotice: String?
  /// Costs and gains of the shuffler; nil if it is off.
  package var shuffling: Shuffling?
  /// The emptiest slabs of the selected cache with objects that pin them, the emptiest first.
  package var pinnedSlabs: [PinnedSlab] = []
  /// Description of the last event, if events are played one by one.
  package var lastEvent: String?
  /// Mirror of the running kernel; nil if there is none.
  package var mirror: MirrorFigures?

  /// Nearly empty slab, and some of the objects that pin it.
  package struct PinnedSlab: Sendable, Hashable {
    /// Page frame number of the first page, or the number of a slab whose address is not shown.
    package var pageFrameNumber: Int
    /// Whether ``pageFrameNumber`` is the number of a slab among those that were found, from 1. Its ``objectsInUse`` are then the live
    /// objects that a watch has seen allocated; older objects in the slab are not known.
    package var isNumbered = false
    /// Page order of the slab.
    package var order: Int
    /// Objects that the slab has room for.
    package var objects: Int
    /// Objects in use: live or in a magazine.
    package var objectsInUse: Int
    /// Some of the objects in use.
    package var pins: [Pin]

    /// Creates a pinned slab.
    package init(
      pageFrameNumber: Int, isNumbered: Bool = false, order: Int, objects: Int, objectsInUse: Int, pins: [Pin]
    ) {
      (self.pageFrameNumber, self.isNumbered, self.order) = (pageFrameNumber, isNumbered, order)
      (self.objects, self.objectsInUse, self.pins) = (objects, objectsInUse, pins)
    }

    /// Name of the slab on the screen: its first page, or its number.
    package var name: String { (isNumbered ? "#" : "@") + String(pageFrameNumber) }
  }

  /// Object in use that keeps a slab from being returned to the page allocator.
  package struct Pin: Sendable, Hashable {
    /// Cache of the object.
    package var cache: String
    /// Whether the object is live; if not, it is free in a magazine.
    package var isLive: Bool
    /// Call site that allocated the object; nil if not known.
    package var site: String?
    /// Requested bytes; nil if not known.
    package var requestedBytes: Int?
    /// Microseconds since the allocation; nil if not known.
    package var ageMicroseconds: Int?

    /// Creates a pin.
    package init(cache: String, isLive: Bool, site: String?, requestedBytes: Int?, ageMicroseconds: Int?) {
      (self.cache, self.isLive, self.site) = (cache, isLive, site)
      (self.requestedBytes, self.ageMicroseconds) = (requestedBytes, ageMicroseconds)
    }
  }

  /// Costs and gains of the shuffler.
  package struct Shuffling: Sendable, Hashable {
    /// Costs and gains in one cache.
    package struct Entry: Sendable, Hashable {
      /// Cache that reports the slabs.
      package var cache: String
      /// Objects moved.
      package var objectsMoved: Int
      /// Bytes moved.
      package var bytesMoved: Int
      /// Slabs evacuated.
      package var slabsEvacuated: Int
      /// Slabs that could not be evacuated because an object pinned them.
      package var slabsPinned: Int
      /// Pages of evacuated slabs.
      package var pagesEvacuated: Int
      /// Pages of slabs that were empty without an object being moved.
      package var pagesOfEmptySlabs: Int
      /// Nanoseconds spent.
      package var nanoseconds: Int

      /// Creates an entry.
      package init(
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
    package var rounds: Int
    /// Pages whose memory was released to the operating system.
    package var pagesReleased: Int
    /// Costs and gains by cache.
    package var entries: [Entry]

    /// Creates the figures of a shuffler.
    package init(rounds: Int, pagesReleased: Int, entries: [Entry]) {
      (self.rounds, self.pagesReleased, self.entries) = (rounds, pagesReleased, entries)
    }
  }

  /// Creates details of which nothing is known.
  package init() {}
}
