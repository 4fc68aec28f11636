/// Filter of events by the name of the cache. Objects of kmalloc are also found by the name of their size class, such as
/// `kmalloc-512`.
package struct CacheFilter: Sendable {
  private let pattern: @Sendable (String) -> Bool
  /// Results of the predicate, by name.
  private var known: [String: Bool] = [:]

  /// Creates a filter.
  /// - Parameter matches: Predicate on the name of a cache. It is called once for each name.
  package init(_ matches: @escaping @Sendable (String) -> Bool) { pattern = matches }

  /// Returns whether the filter selects a cache.
  package mutating func matches(_ name: String) -> Bool {
    if let answer = known[name] { return answer }
    let answer = pattern(name)
    known[name] = answer
    return answer
  }
}
