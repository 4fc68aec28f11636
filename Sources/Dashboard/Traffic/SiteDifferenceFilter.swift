package import Profiles

/// Filter of the call sites of a comparison of profiles, in the language of the dashboard's filter: part of a call site or cache, a regular
/// expression, or an expression such as `cache = dentry and growth_bytes > 1M`.
package struct SiteDifferenceFilter {
  private let query: RowQuery<SiteDifference>

  /// Parses a filter.
  package init(_ text: String) throws(ProfileFilter.ParseError) {
    do {
      query = try RowQuery(text, SiteDifferenceFilter.fields)
    } catch {
      throw ProfileFilter.ParseError(description: error.description)
    }
  }

  /// Returns whether a call site passes the filter.
  package func includes(_ site: SiteDifference) -> Bool { query.includes(site) }

  private static var fields: QueryFields<SiteDifference> {
    QueryFields(
      name: { "\($0.site)\n\($0.cache)" },
      texts: [(["site"], { $0.site }), (["cache"], { $0.cache }), (["presence"], { $0.presence.rawValue })],
      figures: [
        ("growth_objects", { Double($0.growthObjects) }), ("growth_bytes", { Double($0.growthBytes) }),
        ("live_objects", { Double($0.after.liveObjects) }), ("live_bytes", { Double($0.after.liveBytes) }),
        ("alloc_objects", { Double($0.after.allocObjects) }), ("alloc_bytes", { Double($0.after.allocBytes) }),
      ])
  }
}
