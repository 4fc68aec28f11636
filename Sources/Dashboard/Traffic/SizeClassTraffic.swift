import Profiles

/// Growth and call sites of the requests that a size class serves, from the profile.
struct SizeClassTraffic: Sendable {
  /// Growth of live bytes since the baseline; nil if there is no baseline.
  let growthBytes: Int?
  /// Live bytes over time, oldest first; nil for unknown values.
  let curve: [Int?]

  /// - Parameter sizes: Requested sizes that the class serves.
  init(
    _ profile: AllocationProfile, sizes: ClosedRange<Int>, since baseline: ProfileBaseline?, _ history: LiveCurves
  ) {
    let bytes = zip(profile.contexts, profile.figures).reduce(0) { sum, context in
      context.0.isGeneral && sizes.contains(context.0.requestedBytes) ? sum + context.1.liveBytes : sum
    }
    growthBytes = baseline.map { bytes - $0.liveBytes(ofSizes: sizes) }
    curve = LiveCurve.shortened(history.liveBytes(ofSizes: sizes))
  }

  /// Returns the lines of a popup with the call sites of the requests, the most live objects first.
  static func callSiteLines(_ profile: AllocationProfile?, sizes: ClosedRange<Int>) -> [RowText.Line] {
    guard let profile else { return [] }
    let rows = profile.rows(by: .site) { $0.isGeneral && sizes.contains($0.requestedBytes) }.sorted {
      ($1.figures.liveObjects, $1.figures.allocObjects, $0.site ?? "")
        < ($0.figures.liveObjects, $0.figures.allocObjects, $1.site ?? "")
    }
    let shown = rows.prefix(16)
    return [.heading("Call sites: live objects, allocated objects")]
      + (shown.isEmpty ? [.sentence("No call site has requested these sizes.")] : [])
      + shown.map { row in
        .figure(
          row.site ?? "?",
          "\(NumberFormat.count(row.figures.liveObjects)) live of \(NumberFormat.count(row.figures.allocObjects))")
      } + (rows.count > shown.count ? [.sentence("and \(rows.count - shown.count) more")] : [])
  }
}
