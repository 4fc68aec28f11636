import Telemetry

/// Activity of the last seconds, from which rates per second are computed.
struct ActivityHistory: Sendable {
  /// Activity at one time, in seconds since the first snapshot.
  private struct Sample: Sendable, Hashable {
    let seconds: Double
    let activity: Activity
  }

  /// Seconds over which rates are measured: short enough to follow a burst, long enough to read the figures.
  private static let rateSpan = 2.0
  /// Seconds for which failed allocations are reported.
  static let failureSpan = 5.0

  private var samples: [Sample] = []
  private var totals = CacheTotals()

  /// Latest activity; nil before the first snapshot.
  var latest: Activity? { samples.last?.activity }

  /// Adds a snapshot, `seconds` after the previous one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    let now = (samples.last?.seconds ?? 0) + seconds
    totals.update(to: snapshot.caches)
    samples.append(Sample(seconds: now, activity: Activity(snapshot, totals)))
    // The first sample that remains is at least as old as the longest span, if any is.
    while samples.count > 2, now - samples[1].seconds >= ActivityHistory.failureSpan { samples.removeFirst() }
  }

  /// Returns the change of a total per second over the last seconds; nil if the total is not known or there is no earlier one.
  func rate(_ total: (Activity) -> Int?) -> Double? {
    guard let last = samples.last, let first = first(within: ActivityHistory.rateSpan), first.seconds < last.seconds,
      let now = total(last.activity), let before = total(first.activity)
    else { return nil }
    return Double(now - before) / (last.seconds - first.seconds)
  }

  /// Returns the growth of a total within the last `failureSpan` seconds; 0 if the total is not known.
  func recentGrowth(_ total: (Activity) -> Int?) -> Int {
    guard let last = samples.last, let first = first(within: ActivityHistory.failureSpan),
      let now = total(last.activity), let before = total(first.activity)
    else { return 0 }
    return max(0, now - before)
  }

  /// Returns the oldest sample of the last `span` seconds, but at least the one before the latest.
  private func first(within span: Double) -> Sample? {
    guard let last = samples.last, samples.count > 1 else { return nil }
    return samples.dropLast().first { last.seconds - $0.seconds <= span } ?? samples[samples.count - 2]
  }
}
