import Dashboard
import SlabEngine
import Workloads

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
      rounds: ledger.rounds, pagesReleased: ledger.pagesReleased,
      entries: ledger.caches.map { name, entry in
        Entry(
          cache: name, objectsMoved: entry.objectsMoved, bytesMoved: entry.bytesMoved,
          slabsEvacuated: entry.slabsEvacuated, slabsPinned: entry.slabsPinned,
          pagesEvacuated: entry.pagesEvacuated, pagesOfEmptySlabs: entry.pagesReclaimed - entry.pagesEvacuated,
          nanoseconds: Int(clamping: entry.nanoseconds))
      })
  }
}

extension MachineDetails.PinnedSlab {
  /// What the engine says of a nearly empty slab, on a clock of so many ticks a second.
  init(_ slab: PinnedSlab, ticksPerSecond: UInt64) {
    // A clock of unknown rate is taken to tick once a microsecond.
    let perMicrosecond = ticksPerSecond == 0 ? 1 : Double(ticksPerSecond) / 1e6
    self.init(
      pageFrameNumber: slab.pageFrameNumber, order: slab.order, objects: slab.objects, objectsInUse: slab.objectsInUse,
      pins: slab.pins.map { pin in
        MachineDetails.Pin(
          cache: pin.cache, isLive: pin.isLive, site: pin.site, requestedBytes: pin.requestedBytes,
          ageMicroseconds: pin.ageTicks.map { Int(Double($0) / perMicrosecond) })
      })
  }
}

extension MachineDetails {
  /// Call sites and CPUs, as the events that a model has played tell.
  mutating func describe(_ report: EventCaptureReport) {
    freesByCPU = report.freesByCPU
    sites = report.sites.prefix(200).map { site in
      Site(
        name: site.name, allocations: site.allocations, frees: site.frees, requestedBytes: site.requestedBytes,
        allocatedBytes: site.allocatedBytes, lifetimes: site.lifetimes, liveAtEnd: site.liveAtEnd)
    }
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
          allocatedBytes: site.allocatedBytes, lifetimes: site.lifetimes, liveAtEnd: site.liveAtEnd)
      }
    }
  }
#endif
