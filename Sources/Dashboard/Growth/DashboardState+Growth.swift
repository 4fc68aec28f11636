import Profiles
import Telemetry

/// The mark, and the growth from it to the moment in view.
extension DashboardState {
  /// Moment from which growth is counted: the user's mark or, if there is none, the first moment.
  var baseline: MarkedMoment? { marked ?? start }

  /// The moment in view; nil before the first snapshot.
  var momentInView: MarkedMoment? {
    guard let snapshot else { return nil }
    if let position = status.history {
      return MarkedMoment(
        snapshot: snapshot, time: position.time, seconds: position.localSeconds, order: Double(position.index))
    }
    return MarkedMoment(
      snapshot: snapshot, time: NumberFormat.time(microseconds: snapshot.timeMicroseconds),
      seconds: Double(snapshot.timeMicroseconds) / 1e6, order: history.now - (secondsAgo ?? 0))
  }

  /// Marks the moment in view; removes the mark if the moment is the marked one.
  mutating func mark() -> [DashboardEffect] {
    guard var moment = momentInView else { return [] }
    if let marked, marked.order == moment.order {
      self.marked = nil
      notice = ("The mark is removed: growth is counted from the start, \(start?.time ?? "")", false)
    } else {
      moment.profile = currentProfile(at: moment.time)
      marked = moment
      let key = keys.bindings.first { $0.action == .page(.growth) }?.keys.first.map { "\($0.name) shows" }
      notice = ("\(moment.time) is marked: \(key ?? "the page growth shows") what grew since", false)
    }
    rebuildTraffic()
    // The next sample includes the profile of the marked moment.
    return [.show(view)]
  }

  /// The earlier and the later of the baseline and the moment in view; nil before the first snapshot.
  private var interval: (before: MarkedMoment, after: MarkedMoment, seconds: Double)? {
    guard let baseline, let moment = momentInView else { return nil }
    let isLater = baseline.order > moment.order
    let seconds = moment.seconds.flatMap { one in baseline.seconds.map { abs(one - $0) } } ?? 0
    return (isLater ? moment : baseline, isLater ? baseline : moment, seconds)
  }

  /// Times of the interval for a title: `from 20.0s (mark) to 31.0s`; nil before the first snapshot.
  var growthTimes: String? {
    guard let interval else { return nil }
    func text(_ moment: MarkedMoment) -> String {
      moment.order == baseline?.order ? "\(moment.time) (\(marked == nil ? "start" : "mark"))" : moment.time
    }
    return "from \(text(interval.before)) to \(text(interval.after))"
  }

  /// Time that the growth of call sites is counted from, for a title: `since 20.0s`, or `compared with 20.0s` if the marked moment is
  /// later than the one in view; nil if no profile of that time is known.
  var siteBaselineText: String? {
    guard let baseline, let time = baseline.profile?.time, let moment = momentInView else { return nil }
    return (baseline.order > moment.order ? "compared with " : "since ") + time
  }

  /// Growth of the slab memory of the caches.
  var cacheGrowth: GrowthRows {
    guard let interval else { return GrowthRows([], seconds: 0) }
    let difference = SnapshotDifference(
      from: interval.before.snapshot, named: interval.before.time, to: interval.after.snapshot,
      named: interval.after.time)
    return GrowthRows(
      difference.caches.map { ($0.name, $0.growthBytes, $0.growthObjects, $0.afterBytes) }, seconds: interval.seconds)
  }

  /// Change of the live bytes of the call sites from the baseline to the moment in view; nil if no profile is known.
  var siteGrowth: GrowthRows? {
    guard let traffic, let interval, let profile = baseline?.profile else { return nil }
    var changes: [GrowthRows.Change] = traffic.sites.map { site in
      let before = profile.live(ofSite: site.name)
      return (
        site.name, site.figures.liveBytes - before.bytes, site.figures.liveObjects - before.objects,
        site.figures.liveBytes
      )
    }
    let known = Set(traffic.sites.map(\.name))
    for name in profile.siteNames where !known.contains(name) {
      let live = profile.live(ofSite: name)
      changes.append((name, -live.bytes, -live.objects, 0))
    }
    return GrowthRows(changes, seconds: interval.seconds)
  }
}
