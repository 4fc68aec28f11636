package import Profiles

/// Traffic of the running kernel's slab allocator since the start of the watch: who allocates, what lives, what is freed.
///
/// `TrafficWatcher` counts in the kernel by BPF; `TracedTraffic` counts the events of tracefs where BPF is not to be had. Only one
/// thread at a time may use a source of traffic. The kernel is no longer observed when the object is destroyed.
package protocol KernelTraffic: AnyObject {
  /// Reads the counters. To be called about once a second.
  /// - Parameter readsObjects: Whether ``objects`` and the ages in the profile are brought up to date, which takes longer than the
  ///   rest: about 0.1 ms for 1,000 objects.
  /// - Throws: `TrafficError`; the figures of the last call then remain.
  func update(readsObjects: Bool) throws(TrafficError)
  /// Profile of the traffic from the start to the last update. With sampling, live objects, lifetimes and frees are scaled.
  var profile: AllocationProfile { get }
  /// Quality of the figures, and their cost.
  var status: TrafficStatus { get }
  /// Live objects that were allocated since the start, at the last update that read them. A sample, if ``TrafficStatus/sampling``
  /// is above 1.
  var objects: [WatchedObject] { get }
  /// Live objects of the profile by name of the cache, as in /proc/slabinfo.
  var balances: [String: CacheTraffic] { get }
}

/// Live object of the running kernel. Addresses serve to find the slab of the object; they are never written to a file or shown.
package struct WatchedObject: Sendable, Hashable {
  /// Address of the object.
  package var address: UInt64
  /// Index in the contexts of the profile.
  package var context: Int
  /// Microseconds since the allocation.
  package var ageMicroseconds: Int
  /// CPU that allocated the object.
  package var cpu: Int

  /// Creates an object.
  package init(address: UInt64, context: Int, ageMicroseconds: Int, cpu: Int) {
    (self.address, self.context, self.ageMicroseconds, self.cpu) = (address, context, ageMicroseconds, cpu)
  }
}

/// Traffic of one cache of the running kernel, for the reconciliation with the number of objects that the kernel itself reports.
package struct CacheTraffic: Sendable, Hashable {
  /// Objects allocated since the start.
  package var allocObjects = 0
  /// Requested bytes of ``allocObjects``.
  package var requestedBytes = 0
  /// Allocated bytes of ``allocObjects``.
  package var allocBytes = 0
  /// Objects that the watch has seen allocated and not freed. An upper bound if some frees have no event.
  package var liveObjects = 0
  /// Requested bytes of ``liveObjects``.
  package var liveRequestedBytes = 0
  /// Objects of ``allocObjects`` whose free was seen.
  package var freeObjects = 0
  /// Objects whose address was allocated again although no free was seen.
  package var unseenFrees = 0

  /// Creates figures that are all 0.
  package init() {}
}
