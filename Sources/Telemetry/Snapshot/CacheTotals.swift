/// Sums over all caches of a snapshot. They follow the snapshots of a source: only caches that changed are subtracted and added again.
package struct CacheTotals: Sendable {
  /// Caches that have slabs or have been used.
  package private(set) var used = 0
  /// Bytes of slabs; nil if the source does not know those of some cache.
  package var slabBytes: Int? { sum(sums.slabBytes, .slabBytes) }
  /// Live objects; nil if the source does not know those of some cache.
  package var activeObjects: Int? { sum(sums.activeObjects, .activeObjects) }
  /// Objects that the slabs have room for; nil if the source does not know those of some cache.
  package var totalObjects: Int? { sum(sums.totalObjects, .totalObjects) }
  /// Slabs; nil if the source does not know those of some cache.
  package var slabs: Int? { sum(sums.slabs, .slabs) }
  /// Slabs of each page order 0...10; nil if the source does not know those of some cache.
  package var slabsByOrder: [Int]? { unknown[CacheTotals.bit(.slabsByOrder)] == 0 ? sums.slabsByOrder : nil }
  /// Bytes of slabs without the requested bytes of live objects, see ``CacheSnapshot/wasteBytes``.
  package var wasteBytes: Int { sums.wasteBytes }
  /// Bytes of slabs that are not waste.
  package var bytesInUse: Int { sums.slabBytes - sums.wasteBytes }
  /// Order fallbacks, see ``CacheSnapshot/orderFallbacks``.
  package var orderFallbacks: Int { sums.orderFallbacks }
  /// Slabs that were allocated instead of slabs of a higher order; nil if not counted.
  package var countedFallbacks: Int? { sums.cachesWithFallbacks > 0 ? sums.countedFallbacks : nil }
  /// Number of times that the page allocator had no block of a requested order; nil if not counted.
  package var refusals: Int? { sums.cachesWithRefusals > 0 ? sums.refusals : nil }
  /// Part of ``refusals`` of single pages; nil if not counted.
  package var singlePageRefusals: Int? { sums.cachesWithRefusals > 0 ? sums.singlePageRefusals : nil }
  /// Caches whose allocations are counted and that have had some.
  package var cachesWithAllocations: Int { sums.cachesWithAllocations }
  /// Caches whose slabs are listed one by one.
  package var cachesWithSlabMap: Int { sums.cachesWithSlabMap }

  /// Sums that are added and subtracted cache by cache.
  private struct Sums: Sendable {
    var slabBytes = 0
    var activeObjects = 0
    var totalObjects = 0
    var slabs = 0
    var slabsByOrder = [Int](repeating: 0, count: 11)
    var wasteBytes = 0
    var orderFallbacks = 0
    var countedFallbacks = 0
    var cachesWithFallbacks = 0
    var refusals = 0
    var singlePageRefusals = 0
    var cachesWithRefusals = 0
    var cachesWithAllocations = 0
    var cachesWithSlabMap = 0
  }

  private var caches: [CacheSnapshot] = []
  private var sums = Sums()
  /// Number of caches that lack each figure, by the figure's bit.
  private var unknown = [Int](repeating: 0, count: 16)

  /// Creates the sums over no caches.
  package init() {}

  /// Makes these the sums over the caches of a snapshot.
  /// - Complexity: O(caches), which compares references; the figures of changed caches only are read.
  package mutating func update(to caches: [CacheSnapshot]) {
    if let changed = caches.changes(since: self.caches) {
      for index in changed {
        add(self.caches[index], -1)
        add(caches[index], 1)
      }
    } else {
      self = CacheTotals()
      for index in caches.indices { add(caches[index], 1) }
    }
    self.caches = caches
  }

  /// Returns whether all caches have a figure.
  package func knows(_ figure: CacheSnapshot.FigureSet) -> Bool { unknown[CacheTotals.bit(figure)] == 0 }

  private func sum(_ sum: Int, _ figure: CacheSnapshot.FigureSet) -> Int? { knows(figure) ? sum : nil }

  /// Index of a single figure in `unknown`.
  private static func bit(_ figure: CacheSnapshot.FigureSet) -> Int { figure.rawValue.trailingZeroBitCount }

  /// Adds a cache `sign` times: once, or -1 times to subtract it.
  private mutating func add(_ cache: CacheSnapshot, _ sign: Int) {
    if cache.isUsed { used += sign }
    sums.slabBytes += sign * cache.slabBytes
    sums.activeObjects += sign * cache.activeObjects
    sums.totalObjects += sign * cache.totalObjects
    sums.slabs += sign * cache.slabs
    sums.wasteBytes += sign * cache.wasteBytes
    sums.orderFallbacks += sign * cache.orderFallbacks
    for (order, slabs) in cache.slabsByOrder.enumerated() where slabs != 0 { sums.slabsByOrder[order] += sign * slabs }
    if let orders = cache.fallbacksByOrder {
      sums.cachesWithFallbacks += sign
      sums.countedFallbacks += sign * orders.reduce(0, +)
    }
    if let orders = cache.refusalsByOrder {
      sums.cachesWithRefusals += sign
      sums.refusals += sign * orders.reduce(0, +)
      sums.singlePageRefusals += sign * (orders.first ?? 0)
    }
    if cache.allocations ?? 0 > 0 { sums.cachesWithAllocations += sign }
    if cache.slabMap != nil { sums.cachesWithSlabMap += sign }
    var bits = cache.unknownFigures.rawValue
    while bits != 0 {
      unknown[bits.trailingZeroBitCount] += sign
      bits &= bits - 1
    }
  }
}
