import Profiles

/// Profile in view with its rows, which are computed once for each refresh.
struct ProfiledTraffic: Sendable {
  let profile: AllocationProfile
  /// Call sites, in descending order of requested bytes.
  let sites: [CallSiteRow]
  /// Time of the profile in seconds since the dashboard was opened.
  let order: Double
  /// Time since which growth is counted, as text; nil if there is none.
  let baselineTime: String?

  /// Creates the rows of a profile.
  /// - Parameters:
  ///   - groups: Call sites of the profile.
  ///   - order: Time of the profile in seconds since the dashboard was opened.
  init(
    _ profile: AllocationProfile, sites groups: [ProfileRow], at order: Double, since baseline: ProfileBaseline?,
    _ history: LiveCurves
  ) {
    (self.profile, self.order) = (profile, order)
    baselineTime = baseline?.time
    sites = groups.map { CallSiteRow($0, since: baseline, history) }.sorted {
      ($1.figures.requestedBytes, $0.name) < ($0.figures.requestedBytes, $1.name)
    }
  }
}
