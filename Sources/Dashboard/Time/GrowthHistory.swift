import Telemetry

/// Growth of the caches' slab memory over the last minute.
struct GrowthHistory: Sendable, Hashable {
  /// Slab memory of the caches at one time, in the order of the snapshot.
  private struct Sample: Sendable, Hashable {
    let seconds: Double
    let names: [String]
    let bytes: [Int]
  }

  /// Seconds between samples.
  private static let interval = 5.0
  /// Seconds that the growth covers.
  private static let span = 60.0

  private var samples: [Sample] = []
  private var now = 0.0
  /// Growth in bytes by cache; caches without growth are left out.
  private var growths: [String: Int] = [:]

  /// Returns the bytes by which a cache's slab memory grew within the last minute, or since the first snapshot.
  func growth(of cache: String) -> Int { growths[cache] ?? 0 }

  /// Adds a snapshot, `seconds` after the previous one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    now += seconds
    if samples.last.map({ now - $0.seconds >= GrowthHistory.interval }) ?? true {
      let indices = snapshot.caches.indices
      samples.append(
        Sample(
          seconds: now, names: indices.map { snapshot.caches[$0].name },
          bytes: indices.map { snapshot.caches[$0].slabBytes }))
      // The first sample that remains is at least a minute old, if any is.
      while samples.count > 1, now - samples[1].seconds >= GrowthHistory.span { samples.removeFirst() }
    }
    guard let first = samples.first else { return }
    growths.removeAll(keepingCapacity: true)
    // Nearly always a cache has the same index as before; only otherwise a dictionary is built.
    var bytesByName: [String: Int]?
    for index in snapshot.caches.indices {
      let bytes = snapshot.caches[index].slabBytes
      if index < first.names.count, first.names[index] == snapshot.caches[index].name {
        if bytes != first.bytes[index] { growths[first.names[index]] = bytes - first.bytes[index] }
        continue
      }
      let name = snapshot.caches[index].name
      let known = bytesByName ?? Dictionary(zip(first.names, first.bytes), uniquingKeysWith: { first, _ in first })
      bytesByName = known
      growths[name] = bytes - (known[name] ?? 0)
    }
  }
}
