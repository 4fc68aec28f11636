internal import Synchronization

/// Sizes come and go while any number of threads look up.
///
/// **Publication.** A new node is written whole (its cache, its `next`), then one compare-and-swap with release order
/// links it behind its predecessor. A look-up reads each `next` with acquire order, so whoever reaches the node sees it
/// whole. The release sequence through later compare-and-swaps of the same link keeps that true for nodes behind it.
///
/// **Order.** A node is linked behind the last node of a smaller size. If another node was linked there meanwhile, the
/// compare-and-swap fails, since `next` never returns to a value it had: nodes are never unlinked. (Hence no ABA.) The
/// walk then goes on from the same predecessor, behind which the other node is found.
///
/// **Retirement.** `serves` becomes 0: no request fits the node, so look-ups pass over it. One that read the old value
/// takes an object of the retiring cache once more: its cache lives on and its objects drain as they are freed. Nothing
/// orders `serves` against other memory, hence relaxed: whichever of its two values is read, the node is whole. A
/// retired size that is added again is revived in place, so the list is never longer than there are sizes, and a
/// look-up takes at most one step per multiple of eight between two powers of two: it is wait-free.
///
/// The powers of two are linked before the engine has threads and never retire, so each walk has its two ends.
///
/// `GeneralCachesModelTests` runs every interleaving of adds, a retirement and a look-up on a model of these steps;
/// `GeneralCachesRaceTests` races the real ones under ThreadSanitizer.
extension GeneralCaches {
  /// The nodes for the powers of two up to `largest`, linked; each serves once its cache is set.
  init(largest: Int) {
    self.largest = largest
    let count = largest.trailingZeroBitCount - 2
    nodes = .allocate(capacity: count)
    for position in 0..<count {
      let next = position + 1 < count ? nodes + (position + 1) : nil
      (nodes + position).initialize(
        to: GeneralCacheNode(size: 8 << position, serves: 8 << position, cacheIndex: 0, next: next))
    }
  }

  /// What `publish` did.
  enum Publication { case added, revived, present }

  /// Makes requests of up to `size` bytes, and above the next smaller size, go to a cache.
  /// - Returns: `revived` if the size was there and retired: it is served by the cache it had. And the number of times that
  ///   another thread changed the same link first.
  func publish(size: Int, cacheIndex: Int) -> (Publication, retries: Int) {
    if size.nonzeroBitCount == 1 {
      // Only while the engine is made, by one thread.
      nodes[size.trailingZeroBitCount - 3].cacheIndex = cacheIndex
      return (.added, 0)
    }
    let node = UnsafeMutablePointer<GeneralCacheNode>.allocate(capacity: 1)
    var predecessor = nodes + (63 - size.leadingZeroBitCount - 3)
    var retries = 0
    while true {
      let successor = predecessor.pointee.next.load(ordering: .acquiring)
      if let successor, successor.pointee.size == size {
        node.deallocate()
        let (revived, _) = successor.pointee.serves.compareExchange(
          expected: 0, desired: size, ordering: .relaxed)
        return (revived ? .revived : .present, retries)
      }
      if let successor, successor.pointee.size < size {
        predecessor = successor
        continue
      }
      node.initialize(
        to: GeneralCacheNode(size: size, serves: size, cacheIndex: cacheIndex, next: successor))
      let (linked, _) = predecessor.pointee.next.compareExchange(
        expected: successor, desired: node, ordering: .releasing)
      if linked { return (.added, retries) }
      retries += 1
      node.deinitialize(count: 1)
    }
  }

  /// Lets each power of two that no cache was published for stand for the next larger size: whoever comes to its node
  /// gets an object that fits, at no cost to the look-up. Only while the engine is made, by one thread.
  func fillGaps(sizes: [Int]) {
    for power in EngineConfiguration.powersOfTwo where power < largest && !sizes.contains(power) {
      guard let next = sizes.first(where: { $0 > power }), let node = find(next) else { continue }
      nodes[power.trailingZeroBitCount - 3].cacheIndex = node.pointee.cacheIndex
      nodes[power.trailingZeroBitCount - 3].standsIn = true
    }
  }

  /// Takes a size out of service; false when it is not in service, a power of two, or what stands in for one.
  func retire(size: Int) -> Bool {
    guard let node = find(size), size.nonzeroBitCount != 1 else { return false }
    let below = nodes + (63 - size.leadingZeroBitCount - 3)
    guard !below.pointee.standsIn || below.pointee.cacheIndex != node.pointee.cacheIndex else { return false }
    return node.pointee.serves.compareExchange(expected: size, desired: 0, ordering: .relaxed).exchanged
  }

  /// The node of exactly this size, in service or not.
  func find(_ size: Int) -> UnsafeMutablePointer<GeneralCacheNode>? {
    guard GeneralCaches.isServable(size), size <= largest else { return nil }
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes + (63 - size.leadingZeroBitCount - 3)
    while let current = node, current.pointee.size < size {
      node = current.pointee.next.load(ordering: .acquiring)
    }
    return node?.pointee.size == size ? node : nil
  }

  /// Calls `body` with each node in order, in service or retired, and with the number of links that a look-up which ends
  /// there follows: its position behind the power of two below it; 0 for the smallest.
  func forEachNode(_ body: (UnsafeMutablePointer<GeneralCacheNode>, Int) -> Void) {
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes
    var position = 0
    while let current = node {
      body(current, position)
      position = current.pointee.size.nonzeroBitCount == 1 ? 1 : position + 1
      node = current.pointee.next.load(ordering: .acquiring)
    }
  }

  /// The sizes in service, ascending.
  var sizes: [Int] {
    var sizes: [Int] = []
    forEachNode { node, _ in
      if node.pointee.serves.load(ordering: .relaxed) != 0, !node.pointee.standsIn { sizes.append(node.pointee.size) }
    }
    return sizes
  }

  /// Frees every node. Nobody looks up any more.
  func destroy() {
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes
    while let current = node {
      node = current.pointee.next.load(ordering: .relaxed)
      let isLinkedApart = current.pointee.size.nonzeroBitCount != 1
      current.deinitialize(count: 1)
      if isLinkedApart { current.deallocate() }
    }
    nodes.deallocate()
  }
}
