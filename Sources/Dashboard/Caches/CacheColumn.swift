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
    .name, .active, .use, .objectSize, .slabs, .orders, .slabMemory, .waste, .rate, .trend,
  ]

  /// Default columns for a host, which does not count allocations.
  package static let standardOfHosts: [CacheColumn] = [
    .name, .active, .use, .objectSize, .slabs, .orders, .slabMemory, .waste, .growth, .fallbacks,
  ]

  /// Default columns for a kernel whose slab occupancy is known.
  package static let standardOfKernels: [CacheColumn] = [
    .name, .active, .use, .slabs, .full, .partial, .empty, .onCPUs, .packed, .fragmentation, .free, .slabMemory,
    .growth,
    .reclaimable,
  ]

  /// Whether the table can be sorted by the column: by all but the drawings.
  var isSortable: Bool { self != .orders && self != .trend }

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
    }
  }

  /// Heading of the column.
  var title: String {
    self == .contended ? Figure.lockContentions.label : figures.map(\.label).joined(separator: "/")
  }

  /// Definition of the column's figures, as the help screen and the column chooser show it.
  var definition: String { figures.map(\.definition).joined(separator: " / ") }

  /// Width and alignment of the column, and the order in which narrow tables hide it.
  var layout: Table.Column {
    switch self {
    case .name: Table.Column(title, width: 26, minimumWidth: 18, grows: true)
    case .active: Table.Column(title, width: 13, alignment: .trailing)
    case .use: Table.Column(title, width: 5, alignment: .trailing, hidingOrder: 1)
    case .objectSize: Table.Column(title, width: 8, alignment: .trailing, hidingOrder: 2)
    case .slabs: Table.Column(title, width: 6, alignment: .trailing, hidingOrder: 3)
    case .orders: Table.Column(title, width: 10, hidingOrder: 4)
    case .slabMemory: Table.Column(title, width: 9, alignment: .trailing)
    case .waste, .kernel: Table.Column(title, width: 7, alignment: .trailing)
    case .full, .partial, .empty, .packed: Table.Column(title, width: 7, alignment: .trailing, hidingOrder: 4)
    case .onCPUs, .free: Table.Column(title, width: 7, alignment: .trailing, hidingOrder: 3)
    case .fragmentation: Table.Column(title, width: 5, alignment: .trailing, hidingOrder: 1)
    case .reclaimable, .accounted: Table.Column(title, width: 7, hidingOrder: 6)
    case .contended: Table.Column(title, width: 12, alignment: .trailing, hidingOrder: 5)
    case .rate: Table.Column(title, width: 8, alignment: .trailing, hidingOrder: 5)
    case .trend: Table.Column(title, width: 14, hidingOrder: 6, grows: true)
    default: Table.Column(title, width: max(7, title.count + 1), alignment: .trailing, hidingOrder: 5)
    }
  }

  /// Whether sorting by the column is ascending by default: by name it is, by a figure the largest comes first.
  var ascendsByDefault: Bool { self == .name }

  /// Returns the figure that a cache is sorted and filtered by. `rates` has the figures that need more than one snapshot. A figure
  /// that is not known is NaN, so that no comparison in a filter holds.
  func value(of cache: CacheSnapshot, _ rates: CacheRates) -> Double {
    switch self {
    case .name, .orders, .trend: 0
    case .use: cache.usePercent
    case .rate: rates.allocations.rate(of: cache.name) ?? 0
    case .growth: Double(rates.growth.growth(of: cache.name))
    case .fragmentation: cache.externalFragmentationPercent ?? .nan
    case .reclaimable: CacheColumn.figure(cache.isReclaimable)
    case .accounted: CacheColumn.figure(cache.isAccounted)
    case .contended: CacheColumn.figure(cache.lockContentions)
    case .full: CacheColumn.figure(cache.fullSlabs)
    case .partial: CacheColumn.figure(cache.partialSlabs)
    case .empty: CacheColumn.figure(cache.emptySlabs)
    case .onCPUs: CacheColumn.figure(cache.slabsOnCPUs)
    case .free: CacheColumn.figure(cache.freeBytesInPartialSlabs)
    case .packed: CacheColumn.figure(cache.packedSlabs)
    case .refills: CacheColumn.figure(cache.refills)
    case .flushes: CacheColumn.figure(cache.flushes)
    case .grown: CacheColumn.figure(cache.slabsGrown)
    case .returned: CacheColumn.figure(cache.slabsReturned)
    case .remote: CacheColumn.figure(cache.remoteFreesReturned)
    case .failed: CacheColumn.figure(cache.failedAllocations)
    case .kernel: CacheColumn.figure(cache.kernelSlabBytes)
    default: Double(count(of: cache))
    }
  }

  private static func figure(_ flag: Bool?) -> Double { flag.map { $0 ? 1 : 0 } ?? .nan }
  private static func figure(_ count: Int?) -> Double { count.map(Double.init) ?? .nan }

  /// Returns the figure of a single snapshot, 0 if it is not known or needs more than one snapshot.
  func count(of cache: CacheSnapshot) -> Int {
    switch self {
    case .active: cache.activeObjects
    case .objectSize: cache.objectSize
    case .slabs: cache.slabs
    case .slabMemory: cache.slabBytes
    case .waste: cache.wasteBytes
    case .stride: cache.stride
    case .tails: cache.tailBytes
    case .magazines: cache.objectsInMagazines
    case .refills: cache.refills ?? 0
    case .flushes: cache.flushes ?? 0
    case .grown: cache.slabsGrown ?? 0
    case .returned: cache.slabsReturned ?? 0
    case .remote: cache.remoteFreesReturned ?? 0
    case .fallbacks: cache.orderFallbacks
    case .failed: cache.failedAllocations ?? 0
    case .onCPUs: cache.slabsOnCPUs ?? 0
    case .free: cache.freeBytesInPartialSlabs ?? 0
    case .packed: cache.packedSlabs ?? 0
    case .contended: cache.lockContentions ?? 0
    case .full: cache.fullSlabs ?? 0
    case .partial: cache.partialSlabs ?? 0
    case .empty: cache.emptySlabs ?? 0
    case .kernel: cache.kernelSlabBytes ?? 0
    case .name, .use, .orders, .rate, .trend, .growth, .fragmentation, .reclaimable, .accounted: 0
    }
  }
}
