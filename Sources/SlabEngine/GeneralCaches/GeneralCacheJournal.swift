/// What happened to the list of the general caches: when each size was added and retired, and how far look-ups walked.
///
/// A look-up that ends at a node has passed every node between the power of two at which it started and that node, so that
/// its number of steps is the node's position in the list: no look-up has to count. Positions change only when a size is
/// added. The journal is brought up to date then: the objects that a node served since the last change walked its old
/// position. Hence exact figures at no cost to allocation, but for objects that other threads allocate between the link
/// of a node and the journal's lock.
///
/// Reached through its `Guarded`, which look-ups and the list's own changes do without.
struct GeneralCacheJournal {
  /// What is known of one size.
  struct Entry {
    /// The workload's time, in microseconds.
    var addedAt: Int
    /// nil while the size is in service.
    var retiredAt: Int?
    /// Number of times that another thread linked its node at the same place first, so that this one had to look again.
    var retries: Int
    /// The cache that was exported as this size, if one was.
    var exported: SlabCache?
    /// Steps of a look-up that ends at the node; 0 until the first `update`.
    fileprivate(set) var position = 0
    /// Objects that the node had served when its position last changed, and the steps of those look-ups together.
    private var servedBefore = 0
    private var stepsBefore = 0
    private var longestBefore = 0

    fileprivate init(addedAt: Int, retries: Int, exported: SlabCache?) {
      (self.addedAt, self.retries, self.exported) = (addedAt, retries, exported)
    }

    /// Steps of all look-ups that ended at the node.
    func steps(served: Int) -> Int { stepsBefore + (served - servedBefore) * position }

    /// Steps of the longest of them; nil if there was none.
    func longest(served: Int) -> Int? {
      served == 0 ? nil : served > servedBefore ? max(longestBefore, position) : longestBefore
    }

    fileprivate mutating func move(to position: Int, served: () -> Int) {
      guard position != self.position else { return }
      // A node that no look-up has reached yet has served nothing.
      let served = self.position == 0 ? 0 : served()
      (longestBefore, stepsBefore) = (longest(served: served) ?? 0, steps(served: served))
      (self.position, servedBefore) = (position, served)
    }
  }

  private var entries: [Int: Entry] = [:]

  /// What is known of a size; nil if it was never added.
  subscript(size: Int) -> Entry? { entries[size] }

  /// Takes down that a size was added, or is back in service.
  mutating func add(_ size: Int, at time: Int, retries: Int, exported: SlabCache?) {
    guard entries[size] != nil else {
      entries[size] = Entry(addedAt: time, retries: retries, exported: exported)
      return
    }
    entries[size]?.addedAt = time
    entries[size]?.retiredAt = nil
  }

  /// Takes down that a size was retired.
  mutating func retire(_ size: Int, at time: Int) { entries[size]?.retiredAt = time }

  /// Takes down at which positions the nodes of a list are now.
  /// - Parameter served: the number of objects that the cache of this index served so far.
  mutating func update(_ list: GeneralCaches, served: (Int) -> Int) {
    list.forEachNode { node, position in
      entries[node.pointee.size]?.move(to: position) { served(node.pointee.cacheIndex) }
    }
  }
}
