/// Journal of the list of general caches: when each size was added and retired, and how many links lookups followed.
///
/// A lookup that ends at a node has followed the links from the power of two below that node, so that the number of
/// links is the node's position behind that power of two, and no lookup needs to count. Positions change only when a
/// size is added. The journal is updated then: the objects that a node has served since the last update were found at
/// its old position. The figures are therefore exact at no cost to allocations, except for objects that other threads
/// allocate between the linking of a node and the update of the journal.
///
/// The journal has its own lock; neither lookups nor changes of the list take it.
struct GeneralCacheJournal {
  /// Journal of one size.
  struct Entry {
    /// Time at which the size was last added, in microseconds of the workload's time.
    var addedAt: Int
    /// Time at which the size was retired; nil while it is in service.
    var retiredAt: Int?
    /// Number of attempts to link the node that failed because another thread changed the same link first.
    var retries: Int
    /// The cache that was exported as this size; nil if none was.
    var exported: SlabCache?
    /// Number of links that a lookup of the node follows; 0 until the first `update`.
    fileprivate(set) var position = 0
    /// Number of objects that the node had served when its position last changed, and the links that those lookups
    /// followed in total and at most.
    private var servedBefore = 0
    private var stepsBefore = 0
    private var longestBefore = 0

    fileprivate init(addedAt: Int, retries: Int, exported: SlabCache?) {
      (self.addedAt, self.retries, self.exported) = (addedAt, retries, exported)
    }

    /// Returns the number of links that all lookups of the node have followed.
    func totalSteps(served: Int) -> Int { stepsBefore + (served - servedBefore) * position }

    /// Returns the largest number of links that a lookup of the node has followed; nil if there was no lookup.
    func longestWalk(served: Int) -> Int? {
      served == 0 ? nil : served > servedBefore ? max(longestBefore, position) : longestBefore
    }

    fileprivate mutating func move(to position: Int, served: () -> Int) {
      guard position != self.position else { return }
      // A node without a position has not served any object.
      let served = self.position == 0 ? 0 : served()
      (longestBefore, stepsBefore) = (longestWalk(served: served) ?? 0, totalSteps(served: served))
      (self.position, servedBefore) = (position, served)
    }
  }

  private var entries: [Int: Entry] = [:]

  /// Returns the journal of a size; nil if it was never added.
  subscript(size: Int) -> Entry? { entries[size] }

  /// Records that a size was added, or added again after it was retired.
  mutating func add(_ size: Int, at time: Int, retries: Int, exported: SlabCache?) {
    guard entries[size] != nil else {
      entries[size] = Entry(addedAt: time, retries: retries, exported: exported)
      return
    }
    entries[size]?.addedAt = time
    entries[size]?.retiredAt = nil
  }

  /// Records that a size was retired.
  mutating func retire(_ size: Int, at time: Int) { entries[size]?.retiredAt = time }

  /// Records the current positions of the nodes of a list.
  /// - Parameter served: Returns the number of objects that the cache with this index has served.
  mutating func update(_ list: GeneralCaches, served: (Int) -> Int) {
    list.forEachNode { node, position in
      entries[node.pointee.size]?.move(to: position) { served(node.pointee.cacheIndex) }
    }
  }
}
