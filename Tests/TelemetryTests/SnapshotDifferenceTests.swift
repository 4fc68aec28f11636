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
    func read(_ text: String) throws -> Snapshot { try SavedSnapshot.read(Array(text.utf8), name: "file") }
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
    #expect(difference.growthBytes == 8192 && difference.growthObjects == nil)
    #expect(try !difference.json().contains("growth_objects"))
    #expect(difference.csv.contains("\nkmalloc-64,both,64,,,8192,16384,8192,100.0\n"))
    #expect(difference.text().contains("total: +8.0 KiB of slab memory\n"))
  }

  @Test func textFitsInEightyColumnsAndNamesNewAndVanishedCaches() {
    let text = SnapshotDifference(
      from: snapshot([("dentry", 10, 4096), (String(repeating: "x", count: 5000), 1, 1 << 40)]), named: "a\u{1B}[31m",
      to: snapshot([("dentry", 30, 12288), ("new", 2, 65536)]), named: "b"
    ).text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 } && !text.contains("\u{1B}"))
    #expect(text.contains(" new\n") && text.contains(" gone\n"))
  }
}
