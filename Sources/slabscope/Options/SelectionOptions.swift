import ArgumentParser
import Dashboard
import Telemetry

/// The caches that a command prints.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Caches to print: part of a name, /regular expression/, or e.g. 'waste > 1M and order >= 2' (the dashboard's filter).",
      valueName: "expression"))
  var filter: String?

  @Option(help: "Greatest number of caches to print.")
  var limit: Int?

  func validate() throws {
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit: expected a number of at least 1") }
  }

  /// Returns the filter; nil if none is given.
  /// - Throws: a usage failure.
  func cacheFilter() throws(Failure) -> CacheFilter? {
    guard let filter else { return nil }
    do {
      return try CacheFilter(filter)
    } catch {
      throw Failure.usage("--filter: \(error)")
    }
  }

  /// Returns the filter of a comparison of profiles; nil if none is given.
  /// - Throws: a usage failure.
  func differenceFilter() throws(Failure) -> SiteDifferenceFilter? {
    guard let filter else { return nil }
    do {
      return try SiteDifferenceFilter(filter)
    } catch {
      throw Failure.usage("--filter: \(error)")
    }
  }

  /// Returns the figure of a column, by the name that it has in an export or in the dashboard.
  /// - Throws: a usage failure that lists the names.
  static func figure(_ name: String, option: String) throws(Failure) -> Figure {
    if let figure = CacheColumn.figure(named: name) { return figure }
    do {
      return try Figure.column(named: name)
    } catch {
      throw Failure.usage("\(option): \(error)")
    }
  }
}
