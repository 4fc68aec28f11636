package import Profiles

/// Cache or call site that grows on some hosts of a fleet.
package struct FleetSuspect: Sendable, Hashable {
  /// Name of the cache.
  package var cache: String
  /// Call site; nil for a cache as a whole.
  package var site: String?
  /// Hosts on which it grows, the fastest growth first.
  package var hosts: [HostGrowth]
  /// Number of hosts that have the cache or call site.
  package var presentOn: Int

  /// Whether it grows on at least half of the hosts that have it: the cause is common to them, such as a kernel or a service.
  package var isWidespread: Bool { hosts.count > 1 && 2 * hosts.count >= presentOn }
  /// Growth on all hosts in bytes per hour.
  package var growthBytesPerHour: Double { hosts.reduce(0) { $0 + $1.growthBytesPerHour } }
}

/// Growth of a cache or call site on one host.
package struct HostGrowth: Sendable, Hashable {
  /// The host.
  package var host: HostName
  /// The conclusion, as `slabscope leaks` draws it from a history.
  package var verdict: GrowthVerdict
  /// Growth of the live objects over the time that was examined.
  package var growthObjects: Int
  /// Growth of the live bytes in bytes per hour.
  package var growthBytesPerHour: Double
  /// Number of live objects at the end.
  package var liveObjects: Int
  /// Kendall's tau of the live objects against time.
  package var tau: Double
  /// Rank correlation of growth and load; nil if the host's load is not known or hardly varies.
  package var loadCorrelation: Double?
}
