import Telemetry

/// The last minutes, a snapshot a second: to be looked at again. Maps of slabs are not kept.
///
/// Most caches are from one second to the next as they were. So the oldest moment is kept whole, and of each later one what
/// changed: a host's few hundred caches take some kilobytes a moment instead of hundreds.
struct SnapshotHistory: Sendable {
  private struct Moment: Sendable {
    /// Seconds since the dashboard was opened.
    let seconds: Double
    /// All but the caches.
    let frame: Snapshot
    let change: Change
  }

  /// What became of the caches since the moment before.
  private enum Change: Sendable {
    case some([(index: Int, cache: CacheSnapshot)])
    case all([CacheSnapshot])

    func apply(to caches: inout [CacheSnapshot]) {
      switch self {
      case .all(let all): caches = all
      case .some(let changed): for (index, cache) in changed { caches[index] = cache }
      }
    }
  }

  private static let interval = 1.0
  /// Moments that are kept.
  private static let length = 600

  private var moments: [Moment] = []
  /// The caches of the oldest moment, and of the latest.
  private var oldest: [CacheSnapshot] = []
  private var latest: [CacheSnapshot] = []
  /// Seconds since the dashboard was opened.
  private(set) var now = 0.0

  var count: Int { moments.count }
  var isEmpty: Bool { moments.isEmpty }

  /// Takes in a snapshot that was taken so many seconds after the last one.
  /// - Returns: how many of the oldest moments were dropped.
  mutating func add(_ snapshot: Snapshot, seconds: Double) -> Int {
    now += seconds
    guard moments.last.map({ now - $0.seconds >= SnapshotHistory.interval }) ?? true else { return 0 }
    var frame = snapshot
    frame.caches = []
    var caches = snapshot.caches
    for index in caches.indices where caches[index].slabMap != nil { caches[index].slabMap = nil }
    moments.append(Moment(seconds: now, frame: frame, change: change(to: caches)))
    latest = caches
    if moments.count == 1 { oldest = caches }
    guard moments.count > SnapshotHistory.length else { return 0 }
    moments.removeFirst()
    moments[0].change.apply(to: &oldest)
    return 1
  }

  private func change(to caches: [CacheSnapshot]) -> Change {
    guard caches.count == latest.count else { return .all(caches) }
    var changed: [(Int, CacheSnapshot)] = []
    for index in caches.indices where !SnapshotHistory.isAsItWas(index, caches, latest) {
      if caches[index] != latest[index] { changed.append((index, caches[index])) }
    }
    return .some(changed)
  }

  /// Whether nothing has moved in a cache, as far as its counters tell: of thousands, most need no closer look, for which
  /// they would have to be copied.
  @inline(__always)
  private static func isAsItWas(_ index: Int, _ new: [CacheSnapshot], _ old: [CacheSnapshot]) -> Bool {
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

  /// Goes through some moments, each with the seconds since the one before.
  /// - Complexity: O(what changed up to the last of them).
  func forEach(from first: Int, through last: Int, _ body: (Snapshot, _ seconds: Double) -> Void) {
    var caches = oldest
    for index in 0...last {
      if index > 0 { moments[index].change.apply(to: &caches) }
      guard index >= first else { continue }
      var snapshot = moments[index].frame
      snapshot.caches = caches
      body(snapshot, index == 0 ? 0 : moments[index].seconds - moments[index - 1].seconds)
    }
  }

  /// The moment nearest to so many seconds ago; nil while there is none.
  func index(secondsAgo: Double) -> Int? {
    moments.indices.min { abs(self.secondsAgo($0) - secondsAgo) < abs(self.secondsAgo($1) - secondsAgo) }
  }

  /// How long ago a moment was.
  func secondsAgo(_ index: Int) -> Double { now - moments[index].seconds }
}
