import Exporter
import Profiles
import Synchronization
import Telemetry

/// Source of figures that a test sets.
final class FakeSource: FigureSource, Sendable {
  let title = "a <test>"
  let state: Mutex<(figures: ExportedFigures, profile: AllocationProfile?)>
  /// Held by a test that makes a reading last.
  let gate = Mutex(())

  init(_ snapshot: Snapshot = .machine(caches: 3), profile: AllocationProfile? = nil) {
    state = Mutex((ExportedFigures(snapshot), profile))
  }

  func figures() -> ExportedFigures {
    gate.withLock { _ in state.withLock { $0.figures } }
  }

  func profile() -> AllocationProfile? { state.withLock { $0.profile } }
  func maintain() {}
}

extension Snapshot {
  /// A machine with a number of caches.
  static func machine(caches count: Int) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.caches = (0..<count).map { number in
      var cache = CacheSnapshot(name: "cache-\(number)")
      (cache.slabs, cache.slabBytes, cache.activeObjects, cache.totalObjects) = (1, 4096, number, 32)
      (cache.allocations, cache.frees) = (number * 2, number)
      return cache
    }
    return snapshot
  }
}

extension AllocationProfile {
  /// A profile of call sites of one cache or several: name, cache, allocated objects, live objects.
  static func of(_ sites: [(site: String, slab: String, allocated: Int, live: Int)]) -> AllocationProfile {
    AllocationProfile(
      source: ProfileSource(name: "test", events: 1, microseconds: 1),
      figures: sites.map { site in
        var figures = AllocationFigures()
        (figures.allocObjects, figures.allocBytes, figures.requestedBytes) = (
          site.allocated, site.allocated * 64, site.allocated * 50
        )
        (figures.liveObjects, figures.liveBytes, figures.liveRequestedBytes) = (
          site.live, site.live * 64, site.live * 50
        )
        return (
          AllocationContext(
            site: site.site, cache: site.slab, isGeneral: true, requestedBytes: 50, allocatedBytes: 64), figures
        )
      })
  }
}
