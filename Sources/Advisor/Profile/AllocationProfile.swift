/// Profile of the allocations from general caches: requests and live objects of each exact size, and figures of each call site.
///
/// Sizes do not include allocations from named caches and requests above ``largestSize``; call sites do.
package struct AllocationProfile: Sendable {
  /// Name of the source.
  package internal(set) var name: String
  /// Requested sizes in bytes, ascending. For requests that the kernel had rounded up, this is the needed size if it was
  /// recorded.
  package internal(set) var sizes: [Int] = []
  /// Number of requests of each size.
  package internal(set) var requests: [Int] = []
  /// Number of live objects of each size at the peak of requested bytes.
  package internal(set) var liveAtPeak: [Int] = []
  /// Mean number of live objects of each size over time; over events if the source has no clock.
  package internal(set) var liveOnAverage: [Double] = []
  /// For each interval (rows), the maximum number of live objects of each size (columns). Slabs are sized by the maximum, because
  /// they are not returned at once.
  package internal(set) var peakLiveByInterval: [[Int32]] = []
  /// Number of events up to the end of each interval of ``peakLiveByInterval``.
  package internal(set) var intervalEnds: [Int] = []
  /// Number of events up to the peak of requested bytes.
  package internal(set) var peakEvent = 0
  /// Number of events profiled.
  package internal(set) var events = 0
  /// Seconds from the first profiled event to the last.
  package internal(set) var seconds = 0.0
  /// Clock rate of lifetimes in ticks per second; 0 if unknown.
  package internal(set) var ticksPerSecond: UInt64 = 0
  /// Number of CPUs.
  package internal(set) var cpus: Int
  /// Call sites of all kinds of allocations, in descending order of requested bytes.
  package internal(set) var sites: [CallSiteProfile] = []

  /// Profile of skb data, whose sizes the kernel rounds up before it requests them.
  package internal(set) var data = SkbDataProfile()

  /// Largest request that a general cache serves, in bytes.
  package static let largestSize = 1 << 17

  /// Number of all requests.
  package var requestCount: Int { requests.reduce(0, +) }

  /// Requested bytes of live objects at their peak.
  package var peakBytes: Int { zip(sizes, liveAtPeak).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// Allocations and frees of the objects of one call site.
package struct CallSiteProfile: Sendable, Hashable {
  /// Name of the call site: function and offset.
  package var name: String
  /// Name of the cache from which it allocates; nil if it allocates by size.
  package var cache: String?
  /// Number of allocations.
  package var allocations = 0
  /// Sum of the requested sizes in bytes.
  package var requestedBytes = 0
  /// Sum of the allocated sizes in bytes.
  package var allocatedBytes = 0
  /// Smallest requested size in bytes.
  package var smallest = Int.max
  /// Largest requested size in bytes.
  package var largest = 0
  /// Number of objects freed.
  package var frees = 0
  /// Remote frees: objects freed on another CPU than the allocating one (ping-pong in perf kmem).
  package var remoteFrees = 0
  /// Sum of the lifetimes of freed objects in ticks.
  package var lifetime: UInt64 = 0
  /// Mean lifetime of freed objects in ticks; 0 if none was freed.
  package var meanLifetime: Double { frees == 0 ? 0 : Double(lifetime) / Double(frees) }
  /// Maximum number of live objects.
  package var peakLive = 0
  /// Number of objects that are live now.
  var live = 0

  /// Whether all requests had the same size.
  package var isConstant: Bool { smallest == largest }
  /// Internal fragmentation: share (0...1) of allocated bytes that was not requested, as in `perf kmem stat`.
  package var fragmentation: Double {
    allocatedBytes == 0 ? 0 : 1 - Double(requestedBytes) / Double(allocatedBytes)
  }
  /// Share (0...1) of frees that are remote.
  package var remoteShare: Double { frees == 0 ? 0 : Double(remoteFrees) / Double(frees) }
}
