import Telemetry

/// Growth of the caches' slab memory over the last minute.
struct GrowthHistory: Sendable, Hashable {
  /// Caches at one time.
  private struct Sample: Sendable, Hashable {
    let seconds: Double
    let caches: [CacheSnapshot]
  }

  /// Seconds between samples.
  private static let interval = 5.0
  /// Seconds that the growth covers.
  private static let span = 60.0

  private var samples: [Sample] = []
  private var now = 0.0
  /// Growth in bytes by cache; caches without growth are left out.
  private var growths: [String: Int] = [:]
  /// Caches of the latest snapshot.
  private var latest: [CacheSnapshot] = []
  /// Whether the latest snapshot lists the same caches in the same order as the first sample.
  private var isSameOrder = false

  /// Returns the bytes by which a cache's slab memory grew within the last minute, or since the first snapshot.
  func growth(of cache: String) -> Int { growths[cache] ?? 0 }

  /// Adds a snapshot, `seconds` after the previous one.
  /// - Complexity: O(caches), which compares references. Growth is computed of the caches that changed since the previous snapshot,
  ///   and every five seconds of those that changed within the last minute.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    now += seconds
    var isFirstNew = samples.isEmpty
    if samples.last.map({ now - $0.seconds >= GrowthHistory.interval }) ?? true {
      samples.append(Sample(seconds: now, caches: snapshot.caches))
      // The first sample that remains is at least a minute old, if any is.
      while samples.count > 1, now - samples[1].seconds >= GrowthHistory.span {
        samples.removeFirst()
        isFirstNew = true
      }
    }
    let changed = isFirstNew || !isSameOrder ? nil : snapshot.caches.changes(since: latest)
    latest = snapshot.caches
    if let changed { return measure(changed) }
    growths.removeAll(keepingCapacity: true)
    let changedSinceFirst = latest.changes(since: samples[0].caches)
    isSameOrder = changedSinceFirst != nil
    if let changedSinceFirst { measure(changedSinceFirst) } else { measureByName() }
  }

  /// Measures the growth of caches that have the same index in the latest snapshot and in the first sample.
  private mutating func measure(_ indices: [Int]) {
    for index in indices {
      let growth = latest[index].slabBytes - samples[0].caches[index].slabBytes
      growths[latest[index].name] = growth == 0 ? nil : growth
    }
  }

  /// Measures the growth of all caches; a cache that the first sample does not have has grown from nothing.
  private mutating func measureByName() {
    let before = Dictionary(samples[0].caches.map { ($0.name, $0.slabBytes) }, uniquingKeysWith: { first, _ in first })
    for cache in latest { growths[cache.name] = cache.slabBytes - (before[cache.name] ?? 0) }
  }
}
