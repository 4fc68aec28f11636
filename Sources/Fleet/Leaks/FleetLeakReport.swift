import Profiles

/// Result of a search for leaks in a fleet.
package struct FleetLeakReport: Sendable, Hashable {
  /// Caches and call sites that grow, those with the most growth first.
  package var suspects: [FleetSuspect]
  /// Number of hosts with series.
  package var hosts: Int
  /// Number of hosts without series at the start of the range, which were not judged.
  package var shortHosts: Int
  /// Seconds that were examined.
  package var seconds: Double
  /// Number of series whose growth was judged point by point, because they are larger at the end of each third than at its start.
  package var judged: Int
  /// Caches and call sites whose growth follows the load of their hosts, with the number of hosts.
  package var followsLoad: [String: Int]
  /// Caches that the kernel fills on purpose, or whose growth is coming to an end, with the number of hosts.
  package var fillingUp: [String: Int]
  /// Number of hosts whose load is not known, of those that have a suspect.
  package var hostsWithoutLoad: Int

  /// Creates a report. The suspects are sorted.
  package init(
    _ suspects: [FleetSuspect], hosts: Int, shortHosts: Int, seconds: Double, judged: Int,
    followsLoad: [String: Int] = [:], fillingUp: [String: Int] = [:], hostsWithoutLoad: Int = 0
  ) {
    self.suspects = suspects.sorted {
      ($0.growthBytesPerHour, $1.cache, $1.site ?? "") > ($1.growthBytesPerHour, $0.cache, $0.site ?? "")
    }
    (self.hosts, self.shortHosts, self.seconds, self.judged) = (hosts, shortHosts, seconds, judged)
    (self.followsLoad, self.fillingUp, self.hostsWithoutLoad) = (followsLoad, fillingUp, hostsWithoutLoad)
  }

  /// Hosts with a suspect, in alphabetical order.
  package var suspectHosts: [HostName] { Set(suspects.flatMap(\.hosts).map(\.host)).sorted() }
}
