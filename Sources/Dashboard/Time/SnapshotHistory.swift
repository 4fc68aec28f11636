import Telemetry

/// Snapshots of the last ten minutes, one per second, without slab maps.
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

  private var entries: [Entry] = []
  /// Caches of the oldest snapshot.
  private var oldest: [CacheSnapshot] = []
  /// Caches of the latest snapshot.
  private var latest: [CacheSnapshot] = []
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
    var caches = snapshot.caches
    for index in caches.indices where caches[index].slabMap != nil { caches[index].slabMap = nil }
    entries.append(Entry(seconds: now, frame: frame, change: change(to: caches)))
    latest = caches
    if entries.count == 1 { oldest = caches }
    guard entries.count > SnapshotHistory.capacity else { return 0 }
    entries.removeFirst()
    entries[0].change.apply(to: &oldest)
    return 1
  }

  private func change(to caches: [CacheSnapshot]) -> Change {
    guard caches.count == latest.count else { return .all(caches) }
    var changed: [(Int, CacheSnapshot)] = []
    for index in caches.indices where !SnapshotHistory.isUnchanged(index, caches, latest) {
      if caches[index] != latest[index] { changed.append((index, caches[index])) }
    }
    return .some(changed)
  }

  /// Returns whether all counters of a cache are the same as before. The full comparison, which has to copy the cache, is needed for
  /// few of thousands of caches only.
  @inline(__always)
  private static func isUnchanged(_ index: Int, _ new: [CacheSnapshot], _ old: [CacheSnapshot]) -> Bool {
    new[index].activeObjects == old[index].activeObjects && new[index].totalObjects == old[index].totalObjects
      && new[index].slabs == old[index].slabs && new[index].slabBytes == old[index].slabBytes
      && new[index].requestedBytes == old[index].requestedBytes && new[index].allocations == old[index].allocations
      && new[index].objectsInMagazines == old[index].objectsInMagazines && new[index].refills == old[index].refills
      && new[index].flushes == old[index].flushes && new[index].failedAllocations == old[index].failedAllocations
      && new[index].emptySlabs == old[index].emptySlabs && new[index].fullSlabs == old[index].fullSlabs
      && new[index].partialSlabs == old[index].partialSlabs && new[index].slabsOnCPUs == old[index].slabsOnCPUs
      && new[index].freeBytesInPartialSlabs == old[index].freeBytesInPartialSlabs
      && new[index].slabsByOccupancy == old[index].slabsByOccupancy
      && new[index].kernelSlabs == old[index].kernelSlabs
      && new[index].name == old[index].name && new[index].slabHolder == old[index].slabHolder
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
