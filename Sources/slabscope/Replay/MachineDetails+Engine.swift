import Dashboard
import SlabEngine
import Workloads

extension LiveSizes {
  /// The numbers of live objects by requested bytes.
  init(_ live: [Int: Int], classes: [Int]) {
    let sizes = live.sorted { $0.key < $1.key }.map { LiveSizes.Size(bytes: $0.key, objects: $0.value) }
    self.init(sizes: sizes, classes: classes)
  }
}

extension MachineDetails.Shuffling {
  /// The cost and result of shuffling an engine.
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
  /// A nearly empty slab of an engine.
  /// - Parameter ticksPerSecond: ticks of the workload's clock per second; 0 if not known.
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
