import Telemetry

/// Filter of the cache table, in the language of `RowQuery`: part of a name, a regular expression, or an expression over figures.
struct CacheQuery {
  /// Cache with the rates that some figures need.
  struct Subject {
    let cache: CacheSnapshot
    let rates: CacheRates
  }

  private let query: RowQuery<Subject>

  /// Figures of the sortable columns, and two that have no column.
  private static var fields: QueryFields<Subject> {
    let columns = CacheColumn.allCases.filter { $0.isSortable && $0 != .name }
    var figures: [QueryFields<Subject>.Figure] = columns.map { column in
      (column.rawValue, { column.value(of: $0.cache, $0.rates) })
    }
    figures.append(("total", { Double($0.cache.totalObjects) }))
    figures.append(("order", { Double($0.cache.slabsByOrder.lastIndex { $0 > 0 } ?? 0) }))
    return QueryFields(
      name: { $0.cache.name }, texts: [(["name", "cache"], { $0.cache.name })], figures: figures,
      currentName: { CacheColumn(named: $0)?.rawValue ?? $0 })
  }

  /// Parses a filter.
  /// - Throws: `QueryError`, which names the expected and the found text.
  init(_ text: String) throws(QueryError) { query = try RowQuery(text, CacheQuery.fields) }

  /// Returns whether a cache passes the filter.
  func includes(_ cache: CacheSnapshot, _ cacheRates: CacheRates) -> Bool {
    query.includes(Subject(cache: cache, rates: cacheRates))
  }
}
