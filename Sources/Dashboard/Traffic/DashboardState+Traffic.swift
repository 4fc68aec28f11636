import Profiles
import Telemetry

/// The latest profile.
extension DashboardState {
  /// Age in seconds from which a profile is not the profile of the snapshot in view any more.
  private static let longestProfileAge = 3.0

  /// Adopts the profile of a refresh, if it has one.
  /// - Parameter seconds: Seconds since the previous refresh.
  mutating func updateTraffic(seconds: Double) {
    updateStart()
    let isIdle = status.isPaused && status.history == nil
    guard let profile = details.profile, let moment = momentInView else {
      return liveCurves.advance(isIdle ? 0 : seconds)
    }
    let groups = profile.rows(by: .site)
    liveCurves.add(groups, profile, seconds: isIdle ? 0 : seconds)
    if start?.profile == nil { start?.profile = ProfileBaseline(profile, time: moment.time) }
    if let mark = marked, mark.profile == nil { marked?.profile = ProfileBaseline(profile, time: moment.time) }
    traffic = ProfiledTraffic(profile, sites: groups, at: history.now, since: baseline?.profile, liveCurves)
  }

  /// Whether the next sample must include the profile: the page in view shows it, or the moment from which growth is counted has
  /// none yet.
  package var needsProfile: Bool {
    view.needsProfile || (status.source.has(.callSites) && snapshot != nil && baseline?.profile == nil)
  }

  /// Counts growth and curves of a recorded history from the first of the snapshots before the one in view.
  mutating func begin(
    with snapshots: [(Snapshot, seconds: Double)], _ profiles: [(AllocationProfile, seconds: Double)]
  ) {
    guard let first = snapshots.first else { return }
    let seconds = snapshots.dropFirst().reduce(0) { $0 + $1.seconds }
    let time = "\(NumberFormat.time(microseconds: Int(seconds * 1e6))) before"
    // Relative to the snapshot in view, whose position in the history arrives with the next refresh.
    start = MarkedMoment(
      snapshot: first.0, profile: profiles.first.map { ProfileBaseline($0.0, time: time) }, time: time,
      seconds: -seconds, order: Double(1 - snapshots.count))
    isStartRelative = true
    for (profile, seconds) in profiles { liveCurves.add(profile.rows(by: .site), profile, seconds: seconds) }
  }

  /// Sets the first moment of the source, or places that of a recorded history in time.
  private mutating func updateStart() {
    guard let moment = momentInView else { return }
    guard let relative = start else { return start = moment }
    guard isStartRelative else { return }
    isStartRelative = false
    start = MarkedMoment(
      snapshot: relative.snapshot, profile: relative.profile, time: relative.time,
      seconds: moment.seconds.flatMap { seconds in relative.seconds.map { seconds + $0 } },
      order: moment.order + relative.order)
  }

  /// Computes the growth in the latest profile again, after the mark has changed.
  mutating func rebuildTraffic() {
    guard let traffic else { return }
    self.traffic = ProfiledTraffic(
      traffic.profile, sites: traffic.profile.rows(by: .site), at: traffic.order, since: baseline?.profile,
      liveCurves)
  }

  /// Profile of the snapshot in view, as a baseline of growth; nil if no profile is recent enough.
  func currentProfile(at time: String) -> ProfileBaseline? {
    guard let traffic, history.now - traffic.order <= DashboardState.longestProfileAge, shownIndex == nil else {
      return nil
    }
    return ProfileBaseline(traffic.profile, time: time)
  }

  /// Note for a title that figures are scaled from a sample; empty if they are not.
  func scalingNote(_ figures: String) -> String { status.watch?.scalingNote(figures) ?? "" }

  /// Text in place of call sites if no profile is known.
  var emptyProfileText: String {
    details.profileNotice ?? status.source.refusal(of: .callSites)
      ?? "No object was allocated yet, or this program was built without data capture."
  }
}
