package import Profiles
package import Telemetry

/// Source of the figures that an exporter serves: the running kernel, or a simulated machine. Only one thread at a time uses it.
package protocol FigureSource: AnyObject {
  /// Name of the source for people, such as `Linux 6.18.44`.
  var title: String { get }
  /// Reads the figures. An exporter calls this at each scrape.
  func figures() -> ExportedFigures
  /// Reads the profile of the traffic since the start; nil if the source has none. An exporter calls this at its interval.
  func profile() -> AllocationProfile?
  /// Does what must be done about once a second between two scrapes, such as adapting the sampling of events.
  func maintain()
}

/// Figures of a machine at one time.
package struct ExportedFigures: Sendable {
  /// Part of the figures that may be missing without the other.
  package enum Part: String, Sendable, CaseIterable {
    /// Caches and their slabs.
    case slabs
    /// Allocations and call sites.
    case traffic
  }

  /// Quality and cost of the watch of a running kernel's traffic.
  package struct Watch: Sendable, Hashable {
    /// Allocations and frees since the start.
    package var events = 0
    /// Events that were lost.
    package var lostEvents = 0
    /// Objects that were not followed to their free, because too many are live.
    package var objectsNotFollowed = 0
    /// One object in this number is followed to its free.
    package var sampling = 1
    /// Share of the time of all CPUs that counting takes, in percent; nil until it has been measured.
    package var overheadPercent: Double?

    /// Creates the quality of a watch that begins.
    package init() {}
  }

  /// State of memory. Without caches if they cannot be read.
  package var snapshot: Snapshot
  /// Watch of the traffic; nil for a simulated machine, and if the traffic is not watched.
  package var watch: Watch?
  /// Reasons why a part is missing, and the remedies, each in one line.
  package var problems: [Part: String] = [:]

  /// Creates figures without problems.
  package init(_ snapshot: Snapshot) { self.snapshot = snapshot }
}
