internal import Synchronization

/// Changes of the list, made while other threads look up sizes.
///
/// **Publication.** A new node is initialised completely (its cache, its `next`); then one compare-and-swap with
/// release order links it behind its predecessor. A lookup loads each `next` with acquire order, so that a thread that
/// reaches the node sees it completely initialised. Later compare-and-swaps of the same link continue the release
/// sequence, which gives the same guarantee for the nodes behind it.
///
/// **Order.** A node is linked behind the last node with a smaller size. If another node was linked there meanwhile,
/// the compare-and-swap fails, because `next` never returns to an earlier value: nodes are never unlinked, so that
/// there is no ABA problem. The walk then continues from the same predecessor and finds the other node.
///
/// **Retirement.** `largestRequest` becomes 0, so that no request fits the node and lookups pass it. A lookup that
/// has read the old value allocates one more object of the retired cache, which is harmless: the cache remains, and its
/// objects are freed as usual. `largestRequest` may be accessed with relaxed order because the rest of the node does
/// not change with it: whichever of its two values is read, the node is complete. If a retired size is added again, its
/// node is put back into service, so that the list never has two nodes of one size. A lookup takes at most one step
/// per multiple of eight between two powers of two, and is therefore wait-free.
///
/// The nodes of the powers of two are linked before the engine is used by other threads, and are never retired, so that
/// each walk has a start and an end.
///
/// **Direct offsets.** The first size between two powers of two sets the `directOffset` of the lower one to 0 after it
/// was linked. A lookup that still reads the offset gets an object of the higher power of two, which fits. Nodes are
/// never unlinked, so that the offset stays 0. The lookup loads it with relaxed order because it uses nothing else of
/// the node then; the walk that follows a 0 loads the link with acquire order.
///
/// `GeneralCachesModelTests` runs all interleavings of additions, a retirement and a lookup on a model of these steps;
/// `GeneralCachesRaceTests` runs the real functions concurrently under ThreadSanitizer.
extension GeneralCaches {
  /// Creates the linked nodes of the powers of two up to `largest`. A node serves requests once its cache has been set.
  init(largest: Int) {
    self.largest = largest
    let count = largest.trailingZeroBitCount - 2
    nodes = .allocate(capacity: count + 1) + 1
    (nodes - 1).initialize(to: GeneralCacheNode(size: 4, largestRequest: 0, cacheIndex: 0, next: nodes))
    for position in 0..<count {
      let next = position + 1 < count ? nodes + (position + 1) : nil
      (nodes + position).initialize(
        to: GeneralCacheNode(size: 8 << position, largestRequest: 8 << position, cacheIndex: 0, next: next))
    }
  }

  /// Result of `publish`: the size was added, put back into service, or already in service.
  enum Publication { case added, revived, present }

  /// Publishes a size: requests of up to `size` bytes, and more than the next smaller size, are served by a cache from
  /// now on.
  /// - Returns: The result, and the number of times that another thread changed the same link first. If the result is
  ///   `revived`, the size is served by its former cache instead of `cacheIndex`.
  func publish(size: Int, cacheIndex: Int) -> (Publication, retries: Int) {
    if size.nonzeroBitCount == 1 {
      // The powers of two are published while the engine is created, by one thread.
      nodes[size.trailingZeroBitCount - 3].cacheIndex = cacheIndex
      setDirectOffset(to: size.trailingZeroBitCount - 3)
      return (.added, 0)
    }
    let node = UnsafeMutablePointer<GeneralCacheNode>.allocate(capacity: 1)
    var predecessor = nodes + (63 - size.leadingZeroBitCount - 3)
    var retries = 0
    while true {
      let successor = predecessor.pointee.next.load(ordering: .acquiring)
      if let successor, successor.pointee.size == size {
        node.deallocate()
        let (revived, _) = successor.pointee.largestRequest.compareExchange(
          expected: 0, desired: size, ordering: .relaxed)
        return (revived ? .revived : .present, retries)
      }
      if let successor, successor.pointee.size < size {
        predecessor = successor
        continue
      }
      node.initialize(
        to: GeneralCacheNode(size: size, largestRequest: size, cacheIndex: cacheIndex, next: successor))
      let (linked, _) = predecessor.pointee.next.compareExchange(
        expected: successor, desired: node, ordering: .releasing)
      if linked {
        nodes[63 - size.leadingZeroBitCount - 3].directOffset.store(0, ordering: .relaxed)
        return (.added, retries)
      }
      retries += 1
      node.deinitialize(count: 1)
    }
  }

  /// Makes each power of two without a cache an alias of the next larger size, so that its requests get an object that
  /// fits without an additional step of the lookup. Called while the engine is created, by one thread.
  func aliasMissingPowersOfTwo(sizes: [Int]) {
    for power in EngineConfiguration.powersOfTwo where power < largest && !sizes.contains(power) {
      guard let next = sizes.first(where: { $0 > power }), let node = find(next) else { continue }
      nodes[power.trailingZeroBitCount - 3].cacheIndex = node.pointee.cacheIndex
      nodes[power.trailingZeroBitCount - 3].isAlias = true
      setDirectOffset(to: power.trailingZeroBitCount - 3)
    }
  }

  /// Sets the direct offset that leads to a power of two, unless a smaller size lies before it. Called while the engine
  /// is created, by one thread.
  private func setDirectOffset(to position: Int) {
    let below = nodes + (position - 1)
    guard below.pointee.next.load(ordering: .relaxed) == nodes + position else { return }
    below.pointee.directOffset.store(nodes[position].cacheOffset, ordering: .relaxed)
  }

  /// Retires a size. Returns false if the size is not in service, is a power of two, or serves the requests of an
  /// alias.
  func retire(size: Int) -> Bool {
    guard let node = find(size), size.nonzeroBitCount != 1 else { return false }
    let below = nodes + (63 - size.leadingZeroBitCount - 3)
    guard !below.pointee.isAlias || below.pointee.cacheIndex != node.pointee.cacheIndex else { return false }
    return node.pointee.largestRequest.compareExchange(expected: size, desired: 0, ordering: .relaxed).exchanged
  }

  /// Returns the node of exactly this size, in service or retired; nil if there is none.
  func find(_ size: Int) -> UnsafeMutablePointer<GeneralCacheNode>? {
    guard GeneralCaches.isServable(size), size <= largest else { return nil }
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes + (63 - size.leadingZeroBitCount - 3)
    while let current = node, current.pointee.size < size {
      node = current.pointee.next.load(ordering: .acquiring)
    }
    return node?.pointee.size == size ? node : nil
  }

  /// Calls `body` for each node in ascending order, in service or retired, with the number of links that a lookup of
  /// the node follows: its position behind the power of two below it, 0 for the smallest node.
  func forEachNode(_ body: (UnsafeMutablePointer<GeneralCacheNode>, Int) -> Void) {
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes
    var position = 0
    while let current = node {
      body(current, position)
      position = current.pointee.size.nonzeroBitCount == 1 ? 1 : position + 1
      node = current.pointee.next.load(ordering: .acquiring)
    }
  }

  /// The sizes in service in ascending order.
  var sizes: [Int] {
    var sizes: [Int] = []
    forEachNode { node, _ in
      if node.pointee.largestRequest.load(ordering: .relaxed) != 0, !node.pointee.isAlias {
        sizes.append(node.pointee.size)
      }
    }
    return sizes
  }

  /// Frees every node. No thread may use the list afterwards.
  func destroy() {
    var node: UnsafeMutablePointer<GeneralCacheNode>? = nodes
    while let current = node {
      node = current.pointee.next.load(ordering: .relaxed)
      let isLinkedApart = current.pointee.size.nonzeroBitCount != 1
      current.deinitialize(count: 1)
      if isLinkedApart { current.deallocate() }
    }
    (nodes - 1).deinitialize(count: 1)
    (nodes - 1).deallocate()
  }
}
