import Testing

@testable import Telemetry

/// Sums and ledgers that follow the changes of caches must equal those that are computed anew.
@Suite struct CacheChangesTests {
  @Test func copiesShareFiguresUntilTheyAreChanged() {
    var cache = CacheSnapshot(name: "TCP")
    let copy = cache
    #expect(copy.isIdentical(to: cache))
    cache.slabsByOrder[3] += 2
    #expect(!copy.isIdentical(to: cache) && copy.slabsByOrder[3] == 0 && cache.slabsByOrder[3] == 2 && copy != cache)
    cache.slabsByOrder[3] -= 2
    #expect(copy == cache && copy.hashValue == cache.hashValue)
  }

  @Test func changesAreTheCachesWithOtherFigures() {
    let caches = ["a", "b", "c"].map { CacheSnapshot(name: $0) }
    var later = caches
    #expect(later.changes(since: caches) == [])
    later[1].slabs = 4
    // Figures that are not shared but equal are no change.
    later[2] = CacheSnapshot(name: "c")
    #expect(later.changes(since: caches) == [1])
    #expect(later.changes(since: Array(caches.dropLast())) == nil)
    later.swapAt(0, 1)
    #expect(later.changes(since: caches) == nil)
  }

  @Test(arguments: 1...20) func sumsFollowChanges(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var caches = (0..<40).map { randomCache("cache\($0)", &random) }
    var (totals, ledger) = (CacheTotals(), KernelLedger())
    for step in 0..<30 {
      for _ in 0..<Int.random(in: 0...4, using: &random) where !caches.isEmpty {
        let index = Int.random(in: caches.indices, using: &random)
        caches[index] = randomCache(caches[index].name, &random)
      }
      if step % 7 == 6 { caches.shuffle(using: &random) }
      if step % 11 == 10 { caches.removeLast() }
      totals.update(to: caches)
      ledger.update(to: caches)
      expect(totals, sumOf: caches)
      var anew = KernelLedger()
      anew.update(to: caches)
      #expect(ledger.ledger == anew.ledger)
    }
  }

  private func expect(_ totals: CacheTotals, sumOf caches: [CacheSnapshot]) {
    var snapshot = Snapshot()
    snapshot.caches = caches
    #expect(totals.used == caches.count { $0.isUsed } && totals.wasteBytes == snapshot.sum { $0.wasteBytes })
    #expect(totals.slabBytes == snapshot.knownSlabBytes && totals.slabs == snapshot.knownSlabs)
    #expect(totals.activeObjects == snapshot.knownActiveObjects && totals.totalObjects == snapshot.knownTotalObjects)
    #expect(totals.bytesInUse == snapshot.slabBytes - snapshot.sum { $0.wasteBytes })
    #expect(totals.orderFallbacks == snapshot.sum { $0.orderFallbacks })
    #expect(totals.slabsByOrder == (0...10).map { order in snapshot.sum { $0.slabsByOrder[order] } })
    let refusals = caches.compactMap(\.refusalsByOrder)
    #expect(totals.refusals == (refusals.isEmpty ? nil : refusals.reduce(0) { $0 + $1.reduce(0, +) }))
    #expect(totals.singlePageRefusals == (refusals.isEmpty ? nil : refusals.reduce(0) { $0 + $1[0] }))
    let fallbacks = caches.compactMap(\.fallbacksByOrder)
    #expect(totals.countedFallbacks == (fallbacks.isEmpty ? nil : fallbacks.reduce(0) { $0 + $1.reduce(0, +) }))
    #expect(totals.cachesWithAllocations == caches.count { $0.allocations ?? 0 > 0 })
    #expect(totals.cachesWithSlabMap == caches.count { $0.slabMap != nil })
    #expect(totals.knows(.objectSize) == caches.allSatisfy { $0.knows(.objectSize) })
  }

  private func randomCache(_ name: String, _ random: inout SeededGenerator) -> CacheSnapshot {
    var cache = CacheSnapshot(name: name)
    func number() -> Int { Int.random(in: 0...3, using: &random) * Int.random(in: 0...50, using: &random) }
    (cache.slabs, cache.slabBytes, cache.activeObjects, cache.totalObjects) = (number(), number(), number(), number())
    (cache.objectSize, cache.stride, cache.tailBytes, cache.orderFallbacks) = (64, 72, number(), number())
    cache.slabsByOrder[Int.random(in: 0...10, using: &random)] = number()
    if Bool.random(using: &random) { cache.allocations = number() }
    if Bool.random(using: &random) { cache.emptySlabs = number() }
    if Int.random(in: 0..<4, using: &random) == 0 { cache.refusalsByOrder = (0...10).map { _ in number() } }
    if Int.random(in: 0..<4, using: &random) == 0 { cache.fallbacksByOrder = (0...10).map { _ in number() } }
    if Int.random(in: 0..<9, using: &random) == 0 { cache.slabMap = [] }
    if Int.random(in: 0..<30, using: &random) == 0 { cache.unknownFigures = [.slabBytes, .tailBytes] }
    if Int.random(in: 0..<30, using: &random) == 0 { cache.unknownFigures = [.objectSize, .slabs, .activeObjects] }
    return cache
  }
}
