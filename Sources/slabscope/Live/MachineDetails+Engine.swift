import Dashboard
import SlabEngine

extension LiveSizes {
  /// Live objects by bytes asked for.
  init(_ live: [Int: Int], classes: [Int]) {
    let sizes = live.sorted { $0.key < $1.key }.map { LiveSizes.Size(bytes: $0.key, objects: $0.value) }
    self.init(sizes: sizes, classes: classes)
  }
}

extension MachineDetails.Shuffling {
  /// The engine's account of shuffling.
  init(_ ledger: ShuffleLedger) {
    self.init(
      rounds: ledger.rounds, pagesToSystem: ledger.pagesToSystem,
      entries: ledger.caches.map { name, entry in
        Entry(
          cache: name, objectsMoved: entry.objectsMoved, bytesMoved: entry.bytesMoved,
          slabsEvacuated: entry.slabsEvacuated, slabsKept: entry.slabsKept, pagesEarned: entry.pagesEarned,
          nanoseconds: Int(clamping: entry.nanoseconds))
      })
  }
}

#if Capture
  extension MachineDetails {
    /// Call sites and CPUs, as the engine captured them.
    mutating func describe(_ report: CaptureReport) {
      freesByCPU = report.freesByCPU
      sites = report.sites.prefix(200).map { site in
        Site(
          name: site.name, allocations: site.allocations, frees: site.frees, requestedBytes: site.requestedBytes,
          allocatedBytes: site.allocatedBytes, lifetimes: site.lifetimes)
      }
    }
  }
#endif
