package import Telemetry

/// Filter of caches in the language of the dashboard's filter, for commands: part of a name, a regular expression, or an expression
/// such as `waste > 1M and order >= 2`. Rates, which a single snapshot does not have, are 0.
package struct CacheFilter: @unchecked Sendable {
  // Sendable: the functions of the query use nothing but values, and the query is never changed.
  private let query: CacheQuery

  /// Error of a filter: the expected and the found text.
  package struct ParseError: Error, CustomStringConvertible {
    package let description: String
  }

  /// Parses a filter.
  package init(_ text: String) throws(ParseError) {
    do {
      query = try CacheQuery(text)
    } catch {
      throw ParseError(description: error.description)
    }
  }

  /// Returns whether a cache passes the filter.
  package func includes(_ cache: CacheSnapshot) -> Bool { query.includes(cache, CacheRates()) }
}

extension CacheColumn {
  /// Returns the figure of a column by the column's name in filters and settings; nil if no column has the name.
  package static func figure(named name: String) -> Figure? {
    CacheColumn(named: name.lowercased()).flatMap { $0.figures.first }
  }
}
