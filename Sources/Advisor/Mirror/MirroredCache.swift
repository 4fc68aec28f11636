import Recordings
import Telemetry

/// Objects of one cache of the kernel that a mirror follows.
struct MirroredCache {
  /// Name in /proc/slabinfo.
  let name: String
  /// Symbol of the name.
  let symbol: UInt32
  /// Type and size of a kmalloc cache; nil for another cache.
  let kmalloc: (kind: KmallocKind, bytes: Int)?
  let objectSize: Int
  let stride: Int
  /// Live objects from before the start.
  var olderObjects: Int
  /// Live objects that were allocated since the start.
  var followedObjects = 0
  /// Contexts of the objects that were allocated since the start.
  var contexts: [Int] = []

  /// Live objects.
  var liveObjects: Int { olderObjects + followedObjects }

  init(name: String, symbol: UInt32, objectSize: Int, stride: Int, olderObjects: Int) {
    (self.name, self.symbol, self.objectSize, self.stride) = (name, symbol, objectSize, stride)
    (self.olderObjects, kmalloc) = (olderObjects, KmallocKind.parse(name))
  }

  /// Returns an allocation of the cache that the kernel did not report.
  func unreportedAllocation(slot: UInt32, site: UInt32, time: UInt64, cpu: UInt16) -> AllocationEvent {
    let isNormal = kmalloc?.kind == .normal
    return AllocationEvent(
      time: time, slot: slot, requestedBytes: UInt32(clamping: kmalloc?.bytes ?? objectSize),
      allocatedBytes: UInt32(clamping: kmalloc?.bytes ?? stride), site: site,
      cache: isNormal ? AllocationEvent.noCache : symbol, cpu: cpu, kind: kmalloc == nil ? .kmemCacheAlloc : .kmalloc,
      outcome: .allocated)
  }
}

/// Number of live objects of a cache that the kernel counts.
struct KernelObjectCount {
  /// Upper bound.
  let upper: Int
  /// Lower bound.
  let lower: Int

  /// Bounds of a cache. If the free objects on CPUs are not known, they count as active, so that only an upper bound is known.
  init(_ cache: CacheSnapshot) {
    upper = cache.activeObjects
    lower = cache.occupancy != nil && cache.activeIsUpperBound == nil ? cache.activeObjects : 0
  }
}
