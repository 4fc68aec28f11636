import Foundation
import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Screens of a running kernel whose slab occupancy is known.
@Suite struct KernelScreenTests {
  private static let sizes = [(60, 15), (80, 24), (120, 40), (200, 60)]

  @Test(arguments: sizes, [DashboardPage.caches, .slabs, .ledger])
  func kernelPagesFitEverySize(size: (Int, Int), page: DashboardPage) throws {
    var state = kernelDashboard(Size(width: size.0, height: size.1))
    state.view = page
    let glyphs: GlyphSet = size.0 == 80 ? .ascii : .unicode
    let text = DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text()
    try expectGolden(text, "kernel-\(page.rawValue)-\(size.0)x\(size.1)")
  }

  @Test func reasonForUnknownOccupancyIsShown() {
    var state = kernelDashboard(Size(width: 120, height: 40))
    var snapshot = Snapshot()
    snapshot.occupancyProblem = "slab occupancy needs Linux 6.13"
    var cache = CacheSnapshot(name: "dentry")
    (cache.stride, cache.slabs, cache.activeObjects, cache.totalObjects) = (192, 10, 200, 210)
    snapshot.caches = [cache]
    _ = state.update(.refreshed(snapshot, state.status, seconds: 1))
    func text() -> String { DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text() }
    #expect(text().contains("slab occupancy needs Linux 6.13"))
    state.view = .slabs
    #expect(text().contains("slab occupancy needs Linux 6.13"))
  }

  @Test func cachesAreFilteredAndSortedByFragmentation() {
    var state = kernelDashboard(Size(width: 120, height: 40))
    state.filter = "lost > 20 and free > 64K"
    _ = state.updateRows()
    #expect(state.rows.map(\.name) == ["vm_area_struct"])
    state.filter = "reclaimable = 1"
    _ = state.updateRows()
    #expect(state.rows.map(\.name) == ["dentry"])
    state.filter = ""
    state.order.column = .fragmentation
    _ = state.updateRows()
    #expect(state.rows.map(\.name) == ["vm_area_struct", "skbuff_small_head", "kmalloc-2k", "dentry"])
  }

  @Test func pastSnapshotShowsItsSlabMap() {
    var state = kernelDashboard(Size(width: 120, height: 40))
    var later = kernelSnapshot()
    later.caches[1] = CacheSnapshot(SlabOccupancy(name: "vm_area_struct"), pageBytes: 4096)
    _ = state.update(.refreshed(later, state.status, seconds: 1))
    state.view = .slabs
    _ = state.update(.input(.key(.character("t"))))
    let text = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
    #expect(text.contains("order 1  2.4k"))
  }
}

/// Returns the dashboard of a kernel after its first snapshot.
func kernelDashboard(_ size: Size) -> DashboardState {
  var status = PlaybackStatus(
    workloads: [PlaybackStatus.Entry(name: "Linux 6.18.44", summary: "this host's kernel")], current: 0,
    policy: "linux")
  status.source = SourceDescription(title: "The running kernel", capabilities: [.pausing, .speed, .slabOccupancy])
  var state = DashboardState(status: status, size: size)
  state.columns = state.standardColumns
  _ = state.update(.refreshed(kernelSnapshot(), status, seconds: 1))
  return state
}

func kernelSnapshot() -> Snapshot {
  var snapshot = Snapshot()
  (snapshot.cpus, snapshot.workload, snapshot.knowsRequestedBytes) = (2, "Linux 6.18.44", false)
  snapshot.caches = [
    kernelCache("dentry", 192, 192, order: 0, objects: 21, .reclaimable) { inUse in 2 + inUse * 4 },
    kernelCache("vm_area_struct", 256, 256, order: 1, objects: 32, .accounted) { inUse in 40 - inUse },
    kernelCache("skbuff_small_head", 704, 704, order: 2, objects: 23, []) { inUse in inUse % 5 },
    kernelCache("kmalloc-2k", 2048, 2048, order: 3, objects: 16, .kmalloc) { inUse in inUse / 4 },
  ]
  snapshot.caches[0].aliases = ["aio_kiocb"]
  for cache in snapshot.caches { snapshot.ledger.add(cache) }
  (snapshot.ledger[.freePages], snapshot.ledger[.otherUse]) = (20 << 30, 3 << 30)
  snapshot.memoryBytes = snapshot.ledger.sum
  return snapshot
}

func kernelCache(
  _ name: String, _ size: Int, _ stride: Int, order: Int, objects: Int, _ flags: SlabCacheParameters.Flags,
  slabs: (Int) -> Int
) -> CacheSnapshot {
  var occupancy = SlabOccupancy(name: name)
  (occupancy.parameters.objectSize, occupancy.parameters.stride) = (size, stride)
  (occupancy.parameters.preferredOrder, occupancy.parameters.objectsPerPreferredSlab) = (order, objects)
  (occupancy.parameters.minPartial, occupancy.parameters.cpuPartialSlabs) = (5, 12)
  occupancy.parameters.objectsPerMinimumSlab = objects >> order
  occupancy.parameters.flags = flags
  var total = 0
  for inUse in 0..<objects where slabs(inUse) > 0 {
    occupancy.groups.append(
      SlabGroup(list: .node, order: order, objects: objects, objectsInUse: inUse, slabs: slabs(inUse)))
    total += slabs(inUse)
  }
  occupancy.groups.append(
    SlabGroup(list: .cpu, order: order, objects: objects, objectsInUse: objects / 3, slabs: 2))
  occupancy.addFullSlabs(ofAll: total * 3, objects: total * 3 * objects)
  return CacheSnapshot(occupancy, pageBytes: 4096)
}
