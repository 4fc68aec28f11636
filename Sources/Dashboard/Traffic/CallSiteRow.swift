import Profiles

/// Call site with its figures, its growth and its live bytes over time.
struct CallSiteRow: Sendable {
  /// Name of the call site.
  let name: String
  let figures: AllocationFigures
  /// Indices of its contexts in the profile.
  let contexts: [Int]
  /// Growth of live bytes since the baseline; nil if there is no baseline.
  let growthBytes: Int?
  /// Growth of the number of live objects since the baseline; nil if there is no baseline.
  let growthObjects: Int?
  /// Live bytes over time, oldest first; nil for unknown values.
  let curve: [Int?]

  /// Creates the row of a call site of a profile.
  init(_ row: ProfileRow, since baseline: ProfileBaseline?, _ history: LiveCurves) {
    name = row.site ?? "?"
    (figures, contexts) = (row.figures, row.contexts)
    let before = baseline?.live(ofSite: name)
    growthBytes = before.map { row.figures.liveBytes - $0.bytes }
    growthObjects = before.map { row.figures.liveObjects - $0.objects }
    curve = LiveCurve.shortened(history.liveBytes(ofSite: name))
  }
}
