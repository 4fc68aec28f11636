import Telemetry

/// The last minutes, a snapshot a second: to be looked at again. Maps of slabs are not kept.
struct SnapshotHistory: Sendable, Hashable {
  /// One moment.
  struct Moment: Sendable, Hashable {
    /// Seconds since the dashboard was opened.
    let seconds: Double
    let snapshot: Snapshot
  }

  private static let interval = 1.0
  private static let length = 300

  private(set) var moments: [Moment] = []
  /// Seconds since the dashboard was opened.
  private(set) var now = 0.0

  /// Takes in a snapshot that was taken so many seconds after the last one.
  /// - Returns: how many of the oldest moments were dropped.
  mutating func add(_ snapshot: Snapshot, seconds: Double) -> Int {
    now += seconds
    guard moments.last.map({ now - $0.seconds >= SnapshotHistory.interval }) ?? true else { return 0 }
    var kept = snapshot
    for index in kept.caches.indices { kept.caches[index].slabMap = nil }
    moments.append(Moment(seconds: now, snapshot: kept))
    let surplus = max(0, moments.count - SnapshotHistory.length)
    moments.removeFirst(surplus)
    return surplus
  }

  /// The moment nearest to so many seconds ago; nil while there is none.
  func index(secondsAgo: Double) -> Int? {
    moments.indices.min { abs(now - moments[$0].seconds - secondsAgo) < abs(now - moments[$1].seconds - secondsAgo) }
  }

  /// How long ago a moment was.
  func secondsAgo(_ index: Int) -> Double { now - moments[index].seconds }
}
