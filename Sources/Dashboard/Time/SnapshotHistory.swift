import Telemetry

/// Snapshots of the last ten minutes, one per second, without slab maps. They are fewer if many caches change each second, so that the
/// memory is bounded.
///
/// Most caches do not change from one second to the next. The oldest snapshot is therefore kept whole, and of each later one only
/// the caches that changed: a few hundred caches of a host need some kilobytes per snapshot instead of hundreds.
struct SnapshotHistory: Sendable {
  private struct Entry: Sendable {
    /// Seconds since the start of the history.
    let seconds: Double
    /// Snapshot without its caches.
    let frame: Snapshot
    let change: Change
  }

  /// Change of the caches since the snapshot before.
  private enum Change: Sendable {
    /// The caches that changed, with their indices.
    case some([(index: Int, cache: CacheSnapshot)])
    /// All caches, because their number changed.
    case all([CacheSnapshot])

    /// Number of caches that are kept for the change.
    var count: Int {
      switch self {
      case .all(let all): all.count
      case .some(let changed): changed.count
      }
    }

    func apply(to caches: inout [CacheSnapshot]) {
      switch self {
      case .all(let all): caches = all
      case .some(let changed): for (index, cache) in changed { caches[index] = cache }
      }
    }
  }

  private static let interval = 1.0
  /// Number of snapshots that are kept.
  private static let capacity = 600
  /// Number of snapshots that are kept however many caches changed.
  private static let fewest = 10
  /// Number of changed caches that are kept in all snapshots together: about 1 KB each.
  private static let cacheCapacity = 6000

  private var entries: [Entry] = []
  /// Number of changed caches in `entries`.
  private var cacheCount = 0
  /// Caches of the oldest snapshot.
  private var oldest: [CacheSnapshot] = []
  /// Caches of the latest snapshot, without slab maps.
  private var latest: [CacheSnapshot] = []
  /// Caches of the latest snapshot as they were added.
  private var latestAdded: [CacheSnapshot] = []
  /// Seconds since the dashboard was opened.
  private(set) var now = 0.0

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }

  /// Adds a snapshot, `seconds` after the previous one.
  /// - Returns: Number of old snapshots that were dropped.
  mutating func add(_ snapshot: Snapshot, seconds: Double) -> Int {
    now += seconds
    guard entries.last.map({ now - $0.seconds >= SnapshotHistory.interval }) ?? true else { return 0 }
    var frame = snapshot
    frame.caches = []
    entries.append(Entry(seconds: now, frame: frame, change: change(to: snapshot.caches)))
    cacheCount += entries[entries.count - 1].change.count
    if entries.count == 1 { oldest = latest }
    var dropped = 0
    while entries.count > SnapshotHistory.capacity
      || cacheCount > SnapshotHistory.cacheCapacity && entries.count > SnapshotHistory.fewest
    {
      cacheCount -= entries.removeFirst().change.count
      entries[0].change.apply(to: &oldest)
      dropped += 1
    }
    return dropped
  }

  /// Makes caches the latest ones, without slab maps.
  /// - Returns: The change from the latest caches before.
  private mutating func change(to caches: [CacheSnapshot]) -> Change {
    defer { latestAdded = caches }
    guard let indices = caches.changes(since: latestAdded) else {
      latest = caches.map(SnapshotHistory.withoutSlabMap)
      return .all(latest)
    }
    var changed: [(Int, CacheSnapshot)] = []
    for index in indices {
      let cache = SnapshotHistory.withoutSlabMap(caches[index])
      guard cache != latest[index] else { continue }
      latest[index] = cache
      changed.append((index, cache))
    }
    return .some(changed)
  }

  private static func withoutSlabMap(_ cache: CacheSnapshot) -> CacheSnapshot {
    guard cache.slabMap != nil else { return cache }
    var cache = cache
    cache.slabMap = nil
    return cache
  }

  /// Calls `body` with each snapshot of a range and the seconds since the one before.
  /// - Complexity: O(changed caches up to the last snapshot).
  func forEach(from first: Int, through last: Int, _ body: (Snapshot, _ seconds: Double) -> Void) {
    var caches = oldest
    for index in 0...last {
      if index > 0 { entries[index].change.apply(to: &caches) }
      guard index >= first else { continue }
      var snapshot = entries[index].frame
      snapshot.caches = caches
      body(snapshot, index == 0 ? 0 : entries[index].seconds - entries[index - 1].seconds)
    }
  }

  /// Returns the index of the snapshot whose age is nearest to `secondsAgo`; nil if there is none.
  func index(secondsAgo: Double) -> Int? {
    entries.indices.min { abs(self.secondsAgo($0) - secondsAgo) < abs(self.secondsAgo($1) - secondsAgo) }
  }

  /// Returns the age of a snapshot in seconds.
  func secondsAgo(_ index: Int) -> Double { now - entries[index].seconds }
}
