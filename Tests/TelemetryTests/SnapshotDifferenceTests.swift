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
    #expect(difference.caches.map(\.name) == ["new", "dentry", "old", "filp"])
    #expect(difference.caches.map(\.presence) == [.new, .both, .vanished, .both])
    #expect(difference.caches.map(\.growthBytes) == [65536, 8192, -4096, 0])
    #expect(difference.caches.map(\.growthObjects) == [2, 20, -1, -1])
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
    #expect(difference.caches.map(\.growthObjects) == [3])
    #expect(difference.equalCaches == 1)
  }

  @Test func equalSnapshotsHaveNoDifference() {
    let one = snapshot([("dentry", 10, 4096)])
    let difference = SnapshotDifference(from: one, named: "a", to: one, named: "a")
    #expect(difference.caches.isEmpty)
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
}
