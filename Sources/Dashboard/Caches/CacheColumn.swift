import Telemetry
import TerminalUI

/// A column of the table of caches. The raw value is its name in settings and in filters.
public enum CacheColumn: String, CaseIterable, Sendable, Hashable {
  case name, active, use
  case objectSize = "objsize"
  case slabs, orders, held, waste, rate, trend
  // Those that somebody has to ask for.
  case growth, stride, full, partial, empty, tails, magazines, refills, flushes, grown, returned, remote, fallbacks
  case failed, kernel, contended
  case onCPUs = "oncpus"
  case free, packed, lost, reclaimable, accounted

  /// What the table shows unless somebody chose otherwise.
  public static let standard: [CacheColumn] = [
    .name, .active, .use, .objectSize, .slabs, .orders, .held, .waste, .rate, .trend,
  ]

  /// The same for a host, which doesn't count allocations.
  public static let standardOfHosts: [CacheColumn] = [
    .name, .active, .use, .objectSize, .slabs, .orders, .held, .waste, .growth, .fallbacks,
  ]

  /// The columns for a kernel whose slabs are known by occupancy.
  public static let standardOfKernels: [CacheColumn] = [
    .name, .active, .use, .slabs, .full, .partial, .empty, .onCPUs, .packed, .lost, .free, .held, .growth, .reclaimable,
  ]

  /// Every column but the drawings can be sorted by.
  var isSortable: Bool { self != .orders && self != .trend }

  var title: String {
    switch self {
    case .name: "CACHE"
    case .active: "ACTIVE/TOTAL"
    case .rate: "ALLOC/S"
    case .growth: "GROWTH"
    case .onCPUs: "ON CPUS"
    case .reclaimable: "RECLAIM"
    case .accounted: "ACCOUNT"
    default: rawValue.uppercased()
    }
  }

  /// What the column says, for the help screen.
  var explanation: String {
    switch self {
    case .name: "the cache"
    case .active: "live objects, and objects its slabs hold room for"
    case .use: "the one in percent of the other"
    case .objectSize: "bytes an owner may use of an object"
    case .slabs: "slabs of all orders"
    case .orders: "how its slabs split over page orders"
    case .held: "bytes of its slabs"
    case .waste: "bytes of its slabs that no owner of a live object asked for"
    case .rate: "objects allocated a second, now"
    case .trend: "the same over the last minute"
    case .growth: "bytes of its slabs more than a minute ago, or less"
    case .stride: "bytes from one object to the next"
    case .full: "slabs without a free object"
    case .partial: "slabs with live and free objects (of a kernel: on the nodes' lists)"
    case .empty: "slabs without a live object"
    case .tails: "bytes of slabs in use that no object covers"
    case .magazines: "free objects in per-CPU caches (of a kernel: CPU slabs, lists, sheaves)"
    case .refills: "times that a magazine was filled from slabs"
    case .flushes: "times that a magazine was emptied into slabs"
    case .grown: "slabs made so far"
    case .returned: "slabs given back so far"
    case .remote: "objects freed on another CPU than their slab's and returned there"
    case .fallbacks: "slabs of a lower order than the preferred one"
    case .failed: "allocations refused for want of memory"
    case .contended: "times that the lock of the cache's pool was waited for, and times that it was taken"
    case .onCPUs: "slabs that CPUs allocate from, and slabs on their partial lists"
    case .free: "bytes of free objects in partial slabs"
    case .packed: "slabs that would hold the live objects if they were packed perfectly"
    case .lost: "percentage of the slabs that perfect packing would save: external fragmentation"
    case .reclaimable: "whether the kernel can reclaim the objects under memory pressure"
    case .accounted: "whether objects are charged to memory cgroups"
    case .kernel: "bytes of its slabs in the kernel that was recorded, at this moment"
    }
  }

  /// Where it stands in the table, and what it gives up its place to.
  var layout: Table.Column {
    switch self {
    case .name: Table.Column(title, width: 26, minimumWidth: 18, grows: true)
    case .active: Table.Column(title, width: 13, alignment: .trailing)
    case .use: Table.Column(title, width: 5, alignment: .trailing, hidingOrder: 1)
    case .objectSize: Table.Column(title, width: 8, alignment: .trailing, hidingOrder: 2)
    case .slabs: Table.Column(title, width: 6, alignment: .trailing, hidingOrder: 3)
    case .orders: Table.Column(title, width: 10, hidingOrder: 4)
    case .held, .waste, .kernel: Table.Column(title, width: 7, alignment: .trailing)
    case .full, .partial, .empty, .packed: Table.Column(title, width: 7, alignment: .trailing, hidingOrder: 4)
    case .onCPUs, .free: Table.Column(title, width: 7, alignment: .trailing, hidingOrder: 3)
    case .lost: Table.Column(title, width: 5, alignment: .trailing, hidingOrder: 1)
    case .reclaimable, .accounted: Table.Column(title, width: 7, hidingOrder: 6)
    case .contended: Table.Column(title, width: 12, alignment: .trailing, hidingOrder: 5)
    case .rate: Table.Column(title, width: 8, alignment: .trailing, hidingOrder: 5)
    case .trend: Table.Column(title, width: 14, hidingOrder: 6, grows: true)
    default: Table.Column(title, width: max(7, title.count + 1), alignment: .trailing, hidingOrder: 5)
    }
  }

  /// Names go up from a, figures down from the largest, unless inverted.
  var ascendsByDefault: Bool { self == .name }

  /// The figure that a cache is sorted and filtered by; `times` knows what a single snapshot doesn't. Not a number if it is not
  /// known, so that no comparison in a filter holds.
  func value(of cache: CacheSnapshot, _ times: CacheTimes) -> Double {
    switch self {
    case .name, .orders, .trend: 0
    case .use: cache.usePercent
    case .rate: times.rates.rate(of: cache.name) ?? 0
    case .growth: Double(times.growth.growth(of: cache.name))
    case .lost: cache.externalFragmentationPercent ?? .nan
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

  private static func figure(_ isSo: Bool?) -> Double { isSo.map { $0 ? 1 : 0 } ?? .nan }
  private static func figure(_ count: Int?) -> Double { count.map(Double.init) ?? .nan }

  /// A figure that stands in the snapshot itself.
  func count(of cache: CacheSnapshot) -> Int {
    switch self {
    case .active: cache.activeObjects
    case .objectSize: cache.objectSize
    case .slabs: cache.slabs
    case .held: cache.slabBytes
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
    case .name, .use, .orders, .rate, .trend, .growth, .lost, .reclaimable, .accounted: 0
    }
  }
}
