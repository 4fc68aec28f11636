/// Options of an exporter.
package struct ExporterOptions: Sendable {
  /// Largest number of time series of a scrape.
  package var maximumSeries = ExporterOptions.defaultMaximumSeries
  /// Number of call sites by live bytes, and by the rate of allocations, that have time series of their own.
  package var sites = ExporterOptions.defaultSites
  /// Seconds between two readings of the profile.
  package var interval = ExporterOptions.defaultInterval
  /// Returns whether a cache is exported; nil for all.
  package var includesCache: (@Sendable (String) -> Bool)?
  /// Version of the program.
  package var version = ""

  package static let defaultMaximumSeries = 2000
  package static let defaultSites = 50
  package static let defaultInterval = 15.0

  /// Creates the default options.
  package init() {}
}

/// Error of an exporter.
package struct ExporterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Problem and remedy, in one line.
  package let description: String
}
