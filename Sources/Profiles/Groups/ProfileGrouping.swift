/// Property by which the contexts of a profile are grouped into rows.
package enum ProfileGrouping: String, Sendable, CaseIterable {
  /// Call site.
  case site
  /// Cache.
  case cache
  /// Call site and cache.
  case siteAndCache = "site-cache"
  /// Requested and allocated bytes.
  case size
  /// CPU that allocates.
  case cpu
  /// Call stack.
  case stack
  /// All properties: each context is a row.
  case context
}
