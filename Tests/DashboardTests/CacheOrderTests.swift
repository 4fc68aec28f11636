import Telemetry
import Testing

@testable import Dashboard

/// An order that follows the changes of caches must equal that of sorting anew.
@Suite struct CacheOrderTests {
  @Test(arguments: 1...20) func changedCachesAreMoved(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let ascends = seed % 2 == 0
    var caches = (0..<200).map { CacheSnapshot(name: "cache\($0)") }
    var keys = caches.indices.map { _ in Double(Int.random(in: 0..<40, using: &random)) }
    var order = CacheOrder()
    order.sort(caches, ascends: ascends, isListed: { caches[$0].isUsed }) { keys[$0] }
    #expect(order.indices.isEmpty)
    for _ in 0..<40 {
      let count = Int.random(in: 0...30, using: &random)
      let changed = (0..<200).shuffled(using: &random).prefix(count).sorted()
      for index in changed {
        caches[index].slabs = Int.random(in: 0...2, using: &random)
        keys[index] =
          Int.random(in: 0...9, using: &random) == 0
          ? CacheOrder.unknown : Double(Int.random(in: 0..<40, using: &random))
      }
      order.move(changed, caches, ascends: ascends, isListed: { caches[$0].isUsed }) { keys[$0] }
      let (now, names) = (keys, caches.map(\.name))
      let listed = caches.indices.filter { caches[$0].isUsed }
      let known = listed.filter { now[$0] != CacheOrder.unknown }.sorted {
        (now[$0], names[$0]) < (now[$1], names[$1])
      }
      let unknown = listed.filter { now[$0] == CacheOrder.unknown }.sorted { names[$0] < names[$1] }
      #expect(order.indices == (ascends ? known + unknown : known.reversed() + unknown.reversed()))
    }
  }

  @Test(arguments: [CacheColumn.slabMemory, .name, .use, .growth]) func rowsFollowSnapshots(column: CacheColumn) {
    var random = SeededGenerator(state: 7)
    var snapshot = Snapshot()
    snapshot.caches = (0..<100).map { CacheSnapshot(name: "cache\($0)") }
    var (list, rates) = (CacheList(), CacheRates())
    let order = CacheList.Order(column: column)
    for step in 0..<30 {
      for index in (0..<6).map({ _ in Int.random(in: 0..<100, using: &random) }) {
        snapshot.caches[index].slabs = Int.random(in: 0...50, using: &random)
        snapshot.caches[index].slabBytes = snapshot.caches[index].slabs << 12
        snapshot.caches[index].totalObjects = snapshot.caches[index].slabs * 21
        snapshot.caches[index].activeObjects = snapshot.caches[index].slabs * Int.random(in: 0...21, using: &random)
      }
      if step >= 20 { (snapshot.caches[5].aliases, snapshot.caches[5].slabs) = (["other"], 1) }
      rates.add(snapshot, seconds: 1)
      list.rebuild(snapshot, order, rates, query: nil, followed: nil)
      var anew = CacheList()
      anew.rebuild(snapshot, order, rates, query: nil, followed: nil)
      #expect(Array(list.rows) == Array(anew.rows))
      #expect(list.rows.index(of: list.rows.last?.id, guess: 0) == list.rows.count - 1)
    }
    #expect(list.rows.contains { $0.name == "other" && $0.index == nil })
  }
}

/// Random numbers that are the same in each run (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
