import Telemetry
import Testing

@testable import slabscope

@Suite struct PlainTableTests {
  private func snapshot(_ caches: [(String, Int, Int)]) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.caches = caches.map { name, objects, bytes in
      var cache = CacheSnapshot(name: name)
      (cache.activeObjects, cache.totalObjects, cache.slabBytes) = (objects, objects + 1, bytes)
      return cache
    }
    return snapshot
  }

  @Test func cachesAreListedWithTheirGrowth() {
    let before = snapshot([("a", 10, 4096), ("b", 5, 8192)])
    let after = snapshot([("a", 30, 12288), ("b", 3, 8192), ("new", 1, 4096)])
    #expect(
      PlainTable(after, since: before).text(heading: "x") == """
        x: 24 KiB in slabs, growth +12 KiB
        CACHE                         ACTIVE     TOTAL  SLAB KIB    GROWTH     KIB
        a                                 30        31        12       +20      +8
        b                                  3         4         8        -2       0
        new                                1         2         4        +1      +4

        """)
  }

  @Test func firstTableHasNoGrowth() {
    let text = PlainTable(snapshot([("a", 10, 4096)]), since: nil).text(heading: "x")
    #expect(text.contains("a                                 10        11         4         -       -\n"))
    #expect(text.hasPrefix("x: 4 KiB in slabs\n"))
  }

  @Test func tablesAreShortAndNarrow() {
    let many = snapshot((0..<50).map { ("cache-with-a-rather-long-name-\($0)", 1_000_000, 1 << 30) })
    let lines = PlainTable(many, since: many).text(heading: "x").split(separator: "\n")
    #expect(lines.count == 15 && lines.allSatisfy { $0.count <= 80 })
    #expect(lines.last == "38 more caches")
  }
}
