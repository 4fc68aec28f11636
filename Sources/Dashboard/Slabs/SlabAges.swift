import Telemetry

/// Ages of the selected cache's slabs, from the snapshots that list them. A slab of the first such snapshot has an unknown age and
/// counts as older.
struct SlabAges: Sendable, Hashable {
  /// Identity of a slab: a slab of another order at the same pages is another slab.
  private struct SlabIdentity: Sendable, Hashable {
    let frame: Int
    let order: Int
  }

  /// Range of ages.
  enum Age: Int, Sendable, Hashable, CaseIterable {
    case second, tenSeconds, minute, older

    /// Name on the screen.
    var title: String {
      switch self {
      case .second: "under a second"
      case .tenSeconds: "under 10 s"
      case .minute: "under a minute"
      case .older: "older"
      }
    }
  }

  private var cache: String?
  private var firstSeen: [SlabIdentity: Double] = [:]
  private var now = 0.0

  /// Adds the slabs of the selected cache, `seconds` after the previous call; nil if the snapshot does not list them.
  mutating func add(_ slabs: [SlabSnapshot]?, of cache: String?, seconds: Double) {
    now += seconds
    guard let slabs else { return }
    // The slabs of a cache's first list may have any age.
    let unknown = cache == self.cache && !firstSeen.isEmpty ? now : -Double.infinity
    var seen: [SlabIdentity: Double] = [:]
    seen.reserveCapacity(slabs.count)
    for slab in slabs {
      let identity = SlabIdentity(frame: slab.pageFrameNumber, order: slab.order)
      seen[identity] = (cache == self.cache ? firstSeen[identity] : nil) ?? unknown
    }
    (self.cache, firstSeen) = (cache, seen)
  }

  /// Returns the age of a slab, or, if it is known, that of its oldest object.
  func age(of slab: SlabSnapshot) -> Age {
    if let oldest = slab.oldestMicroseconds { return SlabAges.age(seconds: Double(oldest) / 1e6) }
    let seen = firstSeen[SlabIdentity(frame: slab.pageFrameNumber, order: slab.order)] ?? now
    return SlabAges.age(seconds: now - seen)
  }

  private static func age(seconds: Double) -> Age {
    seconds < 1 ? .second : seconds < 10 ? .tenSeconds : seconds < 60 ? .minute : .older
  }
}
