import Foundation
import Testing

@testable import Telemetry

@Suite struct SnapshotDifferenceTests {
  private func snapshot(_ caches: [(name: String, objects: Int, bytes: Int)]) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.caches = caches.map { figures in
      var cache = CacheSnapshot(name: figures.name)
      (cache.activeObjects, cache.slabBytes) = (figures.objects, figures.bytes)
      return cache
    }
    return snapshot
  }

  private func read(_ text: String) throws -> Snapshot { try SavedSnapshot.read(Array(text.utf8), name: "file") }

  @Test func theLargestGrowthComesFirstWithNewAndVanishedCaches() {
    let difference = SnapshotDifference(
      from: snapshot([("dentry", 10, 4096), ("filp", 5, 8192), ("old", 1, 4096), ("same", 7, 4096)]), named: "a",
      to: snapshot([("dentry", 30, 12288), ("filp", 4, 8192), ("new", 2, 65536), ("same", 7, 4096)]), named: "b")
    #expect(difference.caches.map(\.name) == ["new", "dentry", "same", "filp", "old"])
    #expect(difference.caches.map(\.presence) == [.new, .both, .both, .both, .vanished])
    #expect(difference.caches.map(\.growthBytes) == [65536, 8192, 0, 0, -4096])
    #expect(difference.caches.map(\.growthObjects) == [2, 20, 0, -1, -1])
    #expect(difference.caches[1].growthPercent == 200)
    #expect(difference.caches[0].growthPercent == nil)
    #expect(difference.equalCaches == 1)
    #expect(difference.growthBytes == 69632)
    #expect(difference.growthObjects == 20)
  }

  @Test func cachesOfTheSameNameAreMatchedInTheirOrder() {
    let difference = SnapshotDifference(
      from: snapshot([("mlx5_fs_ftes", 1, 4096), ("mlx5_fs_ftes", 9, 8192)]), named: "a",
      to: snapshot([("mlx5_fs_ftes", 1, 4096), ("mlx5_fs_ftes", 12, 12288)]), named: "b")
    #expect(difference.caches.map(\.growthObjects) == [3, 0])
    #expect(difference.equalCaches == 1)
  }

  @Test func equalSnapshotsHaveNoDifference() {
    let one = snapshot([("dentry", 10, 4096)])
    let difference = SnapshotDifference(from: one, named: "a", to: one, named: "a")
    #expect(difference.caches.filter { !$0.isEqual } == [])
    #expect(difference.growthBytes == 0)
  }

  @Test func jsonHasTheDocumentedKeys() throws {
    let difference = SnapshotDifference(
      from: snapshot([("dentry", 10, 4096)]), named: "a", to: snapshot([("dentry", 30, 12288)]), named: "b")
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(difference)) as? [String: Any]
    let row = try #require((object?["caches"] as? [[String: Any]])?.first)
    #expect(
      Set(row.keys) == [
        "name", "presence", "before_objects", "after_objects", "growth_objects", "before_bytes", "after_bytes",
        "growth_bytes",
      ])
    #expect(object?["from"] as? String == "a")
  }

  @Test func outOfMemoryReportIsComparedByTheBytesOfAllObjects() throws {
    let slabinfo = try read(
      """
      slabinfo - version: 2.1
      # name
      kmalloc-64  64 128 64 64 1 : tunables 0 0 0 : slabdata 2 2 0
      dentry  30 42 192 21 1 : tunables 0 0 0 : slabdata 2 2 0
      """)
    let report = try read("Unreclaimable slab info:\nName  Used  Total\nkmalloc-64  12KB  16KB\n")
    let difference = SnapshotDifference(from: slabinfo, named: "a", to: report, named: "b")
    let cache = try #require(difference.caches.first)
    #expect(cache.name == "kmalloc-64" && cache.growthBytes == 8192 && cache.growthObjects == nil)
    // The report does not list caches that can be reclaimed.
    #expect(difference.caches[1].presence == .unknown && difference.caches[1].growthBytes == nil)
    #expect(difference.growthBytes == nil && difference.growthObjects == nil)
    #expect(try !difference.json().contains("growth_objects"))
    #expect(difference.csv.contains("\nkmalloc-64,both,64,,,8192,16384,8192,100.0\n"))
    #expect(difference.text().contains("\ntotal of the 1 cache whose growth is known: +8.0 KiB of slab memory\n"))
  }

  @Test func equalRowsOfWhichOnlyTheBytesAreKnownAreEqual() throws {
    let report = try read("Unreclaimable slab info:\nName  Used  Total\nkmalloc-64  12KB  16KB\nTCP  4KB  8KB\n")
    let difference = SnapshotDifference(from: report, named: "a", to: report, named: "b")
    #expect(difference.equalCaches == 2 && difference.growthBytes == 0)
  }

  @Test func textFitsInEightyColumnsAndNamesNewAndVanishedCaches() {
    let text = SnapshotDifference(
      from: snapshot([("dentry", 10, 4096), (String(repeating: "x", count: 5000), 1, 1 << 40)]), named: "a\u{1B}[31m",
      to: snapshot([("dentry", 30, 12288), ("new", 2, 65536)]), named: "b"
    ).text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 } && !text.contains("\u{1B}"))
    #expect(text.contains(" new\n") && text.contains(" gone\n"))
  }

  @Test func presenceOfARowWithoutFiguresIsUnknown() throws {
    let before = try read(
      """
      CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME
      ffff88017fc78a00      216       1204      1260     35     8k  nf_conntrack
      ffff880155a1cd00      192      52160     52500   2500     4k  dentry
      ffff88017fc03e00       64          ?         ?      ?     4k  kmalloc-64
      """)
    let after = try read(
      """
      CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME
      ffff88017fc78a00      216       1205      1260     35     8k  nf_conntrack
      ffff88017fc03e00       64       6400      6400    100     4k  kmalloc-64
      """)
    let difference = SnapshotDifference(from: before, named: "a", to: after, named: "b")
    let cache = try #require(difference.caches.first { $0.name == "kmalloc-64" })
    #expect(cache.presence == .unknown && cache.beforeObjects == nil && cache.beforeBytes == nil)
    #expect(cache.growthObjects == nil && cache.growthBytes == nil && cache.afterObjects == 6400)
    // The later text lists all caches.
    #expect(difference.caches.first { $0.name == "dentry" }?.presence == .vanished)
    #expect(difference.growthObjects == nil && difference.growthBytes == nil)
    #expect(difference.text().contains("\ntotal of the 2 caches whose growth is known: -52159 objects\n"))
  }

  @Test func totalIsUnknownIfTheGrowthOfOneCacheIs() throws {
    let difference = SnapshotDifference(
      from: try read("slabinfo - version: 1.0\nkmem_cache 29 42\ninode_cache 4120 4130\n"), named: "a",
      to: try read("slabinfo - version: 1.1\nkmem_cache 80 80 244 5 5 1\nsize-4096 120 130 4096 120 130 1\n"),
      named: "b")
    #expect(difference.growthObjects == 80 - 29 - 4120 + 120 && difference.growthBytes == nil)
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(difference)) as? [String: Any]
    #expect(object?["growth_bytes"] == nil && object?["growth_objects"] as? Int == -3949)
    let text = difference.text()
    #expect(text.contains("\ntotal: -3949 objects\n"))
    #expect(text.contains("\ntotal of the 1 cache whose growth is known: +520.0 KiB of slab memory\n"))
  }

  @Test func cachesThatSelectedRowsLackAreUnknown() throws {
    let difference = SnapshotDifference(
      from: try read("dentry 30 42 192 21 1 : tunables 0 0 0 : slabdata 2 2 0\n"), named: "a",
      to: try read("kmalloc-64 64 128 64 64 1 : tunables 0 0 0 : slabdata 2 2 0\n"), named: "b")
    #expect(difference.caches.map(\.presence) == [.unknown, .unknown])
    #expect(difference.growthObjects == nil && difference.growthBytes == nil)
    #expect(difference.text().contains("\ntotal: not known\ncaches: 0 equal, 0 new, 0 vanished\n"))
  }

  @Test(arguments: [(2, CacheDifference.Presence.unknown), (1, CacheDifference.Presence.new)])
  func slabtopListsAllCachesIfItHasARowForEach(count: Int, presence: CacheDifference.Presence) throws {
    let before = try read(
      """
       Active / Total Caches (% used)     : 1 / \(count) (69.2%)
        OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME
      614250 512345  83%    0.19K  29250       21    117000K dentry
      """)
    let after = snapshot([("dentry", 512_345, 119_808_000), ("filp", 5, 8192)])
    let difference = SnapshotDifference(from: before, named: "a", to: after, named: "b")
    #expect(difference.caches.first { $0.name == "filp" }?.presence == presence)
  }

  @Test func emptyCacheThatOneSnapshotLacksIsEqual() {
    let all = snapshot([("dentry", 10, 4096), ("unused", 0, 0)])
    let used = snapshot([("dentry", 10, 4096)])
    for (before, after) in [(all, used), (used, all)] {
      let difference = SnapshotDifference(from: before, named: "a", to: after, named: "b")
      #expect(difference.caches.map(\.name) == ["dentry"] && difference.equalCaches == 2)
      #expect(difference.growthBytes == 0 && difference.growthObjects == 0)
    }
    var selected = used
    selected.listsAllCaches = false
    let difference = SnapshotDifference(from: selected, named: "a", to: all, named: "b")
    #expect(difference.caches.map(\.presence) == [.both, .unknown] && difference.equalCaches == 1)
  }

  @Test func cachesWithoutACommonFigureAreNotEqual() throws {
    let difference = SnapshotDifference(
      from: try read("slabinfo - version: 1.0\nTCP 29 42\n"), named: "a",
      to: try read("Unreclaimable slab info:\nName  Used  Total\nTCP  12KB  16KB\n"), named: "b")
    #expect(difference.caches.map(\.presence) == [.both] && difference.equalCaches == 0)
  }
}
