import Telemetry
import TerminalUI

/// Column of the cache table. The raw value names the column in settings and in filters.
package enum CacheColumn: String, CaseIterable, Sendable, Hashable {
  case name, active, use
  case objectSize = "objsize"
  case slabs, orders
  case slabMemory = "slabmem"
  case waste, rate, trend
  // Columns that no standard table has follow, apart from those of hosts and kernels.
  case growth, stride, full, partial, empty, tails, magazines, refills, flushes, grown, returned, remote, fallbacks
  case failed, kernel, contended
  case onCPUs = "oncpus"
  case free, packed
  case fragmentation = "frag"
  case reclaimable, accounted
  // Columns of a watch of the running kernel's traffic.
  case frees, rounding, requested, profiled, unseen, older

  /// Creates the column of a name in settings or in a filter; nil if no column has the name. The former names `held` (slab memory)
  /// and `lost` (external fragmentation) are accepted.
  package init?(named name: String) {
    switch name {
    case "held": self = .slabMemory
    case "lost": self = .fragmentation
    default: self.init(rawValue: name)
    }
  }

  /// Default columns.
  package static let standard: [CacheColumn] = [
    .name, .active, .use, .slabs, .orders, .slabMemory, .objectSize, .waste, .rate, .trend,
  ]

  /// Default columns for a host, which does not count allocations.
  package static let standardOfHosts: [CacheColumn] = [
    .name, .active, .use, .slabs, .orders, .slabMemory, .objectSize, .growth, .fallbacks,
  ]

  /// Default columns for a kernel whose slab occupancy is known.
  package static let standardOfKernels: [CacheColumn] = [
    .name, .active, .use, .slabs, .orders, .slabMemory, .objectSize, .fragmentation, .free, .growth, .full, .partial,
    .empty, .onCPUs, .packed, .reclaimable,
  ]

  /// Default columns for a kernel whose traffic is watched.
  package static let standardOfWatchedKernels: [CacheColumn] = [
    .name, .active, .use, .slabMemory, .rate, .frees, .rounding, .growth, .fragmentation, .trend, .slabs, .orders,
    .objectSize, .free, .partial, .onCPUs, .reclaimable,
  ]

  /// Whether the table can be sorted by the column: by all but the drawings.
  var isSortable: Bool { self != .orders && self != .trend }

  /// Whether the figure that the table is sorted by can change although the cache did not.
  var needsSeveralSnapshots: Bool { self == .rate || self == .frees || self == .growth }

  /// Figures of the column: one, or two that are written with a slash in between.
  var figures: [Figure] {
    switch self {
    case .name: [.cacheName]
    case .active: [.activeObjects, .totalObjects]
    case .use: [.usePercent]
    case .objectSize: [.objectSize]
    case .slabs: [.slabs]
    case .orders: [.slabsByOrder]
    case .slabMemory: [.slabBytes]
    case .waste: [.wasteBytes]
    case .rate: [.allocationRate]
    case .trend: [.allocationTrend]
    case .growth: [.slabMemoryGrowth]
    case .stride: [.stride]
    case .full: [.fullSlabs]
    case .partial: [.partialSlabs]
    case .empty: [.emptySlabs]
    case .tails: [.tailBytes]
    case .magazines: [.objectsInMagazines]
    case .refills: [.refills]
    case .flushes: [.flushes]
    case .grown: [.slabsGrown]
    case .returned: [.slabsReturned]
    case .remote: [.remoteFrees]
    case .fallbacks: [.orderFallbacks]
    case .failed: [.failedAllocations]
    case .kernel: [.kernelSlabBytes]
    case .contended: [.lockContentions, .lockAcquisitions]
    case .onCPUs: [.slabsOnCPUs]
    case .free: [.freeBytesInPartialSlabs]
    case .packed: [.packedSlabs]
    case .fragmentation: [.externalFragmentation]
    case .reclaimable: [.isReclaimable]
    case .accounted: [.isAccounted]
    case .frees: [.freeRate]
    case .rounding: [.rounding]
    case .requested: [.requestedBytes]
    case .profiled: [.profiledObjects]
    case .unseen: [.cacheUnseenFrees]
    case .older: [.olderObjects]
    }
  }

  /// Heading of the column.
  var title: String {
    switch self {
    case .contended: Figure.lockContentions.label
    // Sizes of objects are exact: they have no unit that could round them.
    case .objectSize, .stride: "\(figures[0].label) B"
    default: figures.map(\.label).joined(separator: "/")
    }
  }

  /// Definition of the column's figures, as the help screen and the column chooser show it.
  var definition: String {
    let definition = figures.map(\.definition).joined(separator: " / ")
    if self == .requested {
      return "\(definition) Of the running kernel: those allocated since the start of the watch."
    }
    return self == .orders ? "\(definition) \(OrderBar.legend)" : definition
  }

  /// Width and alignment of the column. The heading has room for the sort mark beside it.
  var layout: Table.Column {
    let heading = title.count + 1
    return switch self {
    case .name: Table.Column(title, width: 26, minimumWidth: 22, grows: true)
    case .active: Table.Column(title, width: max(13, heading), alignment: .trailing)
    case .use, .fragmentation, .slabs: Table.Column(title, width: heading, alignment: .trailing)
    case .orders: Table.Column(title, width: 12, minimumWidth: 10)
    case .slabMemory, .waste, .kernel, .tails, .free, .requested:
      Table.Column(title, width: max(NumberFormat.bytesWidth, heading), alignment: .trailing)
    // A change has a sign.
    case .growth: Table.Column(title, width: max(NumberFormat.bytesWidth + 1, heading), alignment: .trailing)
    case .rounding: Table.Column(title, width: heading, alignment: .trailing)
    case .unseen, .older: Table.Column(title, width: 11, alignment: .trailing)
    case .reclaimable, .accounted: Table.Column(title, width: heading)
    case .contended: Table.Column(title, width: max(12, heading), alignment: .trailing)
    case .trend: Table.Column(title, width: max(14, heading), grows: true)
    default: Table.Column(title, width: max(7, heading), alignment: .trailing)
    }
  }

  /// Whether sorting by the column is ascending by default: by name it is, by a figure the largest comes first.
  var ascendsByDefault: Bool { self == .name }

  /// Returns the figure that a cache is sorted and filtered by; NaN if it is not known, so that it comes last in a sorted table and
  /// no comparison in a filter holds. `rates` has the figures that need more than one snapshot.
  func value(of cache: CacheSnapshot, _ rates: CacheRates) -> Double {
    switch self {
    case .name, .orders, .trend: 0
    case .use: cache.knownUsePercent ?? .nan
    case .rate: rates.allocations.rate(of: cache.name) ?? cache.rateWithoutTraffic ?? .nan
    case .frees: rates.allocations.freeRate(of: cache.name) ?? cache.rateWithoutTraffic ?? .nan
    case .rounding: cache.traffic?.roundingPercent ?? .nan
    // The certain part of the range is what a user searches for.
    case .unseen: cache.traffic?.reconciliation.map { Double($0.unseenFrees.lowerBound) } ?? .nan
    case .older: cache.traffic?.reconciliation.map { Double($0.olderObjects.upperBound) } ?? .nan
    case .growth: cache.knows(.slabBytes) ? Double(rates.growth.growth(of: cache.name)) : .nan
    case .fragmentation: cache.externalFragmentationPercent ?? .nan
    case .reclaimable: CacheColumn.figure(cache.isReclaimable)
    case .accounted: CacheColumn.figure(cache.isAccounted)
    default: count(of: cache).map { Double($0) } ?? .nan
    }
  }

  private static func figure(_ flag: Bool?) -> Double { flag.map { $0 ? 1 : 0 } ?? .nan }

  /// Returns an integral figure of a single snapshot; nil if it is not known or not of this kind.
  func count(of cache: CacheSnapshot) -> Int? {
    switch self {
    case .active: cache.knows(.activeObjects) ? cache.activeObjects : nil
    case .objectSize: cache.knows(.objectSize) ? cache.objectSize : nil
    case .slabs: cache.knows(.slabs) ? cache.slabs : nil
    case .slabMemory: cache.knows(.slabBytes) ? cache.slabBytes : nil
    case .waste: cache.knownWasteBytes
    case .stride: cache.knows(.stride) ? cache.stride : nil
    case .tails: cache.knows(.tailBytes) ? cache.tailBytes : nil
    case .magazines: cache.knows(.objectsInMagazines) ? cache.objectsInMagazines : nil
    case .refills: cache.refills
    case .flushes: cache.flushes
    case .grown: cache.slabsGrown
    case .returned: cache.slabsReturned
    case .remote: cache.remoteFreesReturned
    // A kernel does not count order fallbacks, but has slabs of a lower order after them.
    case .fallbacks: cache.countedOrderFallbacks ?? cache.knownLowOrderSlabs
    case .failed: cache.failedAllocations
    case .onCPUs: cache.slabsOnCPUs
    case .free: cache.freeBytesInPartialSlabs
    case .packed: cache.packedSlabs
    case .contended: cache.lockContentions
    case .full: cache.fullSlabs
    case .partial: cache.partialSlabs
    case .empty: cache.emptySlabs
    case .kernel: cache.kernelSlabBytes
    case .requested: cache.requestedBytes ?? cache.traffic?.liveRequestedBytes
    case .profiled: cache.traffic?.liveObjects
    case .name, .use, .orders, .rate, .trend, .growth, .fragmentation, .reclaimable, .accounted, .frees, .rounding,
      .unseen, .older:
      nil
    }
  }
}

extension CacheSnapshot {
  /// Rate of allocations and frees if a watch of the running kernel has seen none: 0; nil otherwise.
  var rateWithoutTraffic: Double? { traffic != nil && allocations == 0 ? 0 : nil }
}
