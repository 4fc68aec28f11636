import Telemetry

/// Since when the selected cache's slabs are there, as far as somebody looked: a slab that was there at the first look is
/// older than that by an unknown time.
struct SlabAges: Sendable, Hashable {
  /// A slab, by where it lies: one of another order in its place is another slab.
  private struct Place: Sendable, Hashable {
    let frame: Int
    let order: Int
  }

  /// How old a slab is, roughly.
  enum Age: Int, Sendable, Hashable, CaseIterable {
    case second, tenSeconds, minute, older

    /// In words.
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
  private var firstSeen: [Place: Double] = [:]
  private var now = 0.0

  /// Takes in the slabs of the cache that is looked at, so many seconds after the last look at it or another.
  mutating func add(_ slabs: [SlabSnapshot]?, of cache: String?, seconds: Double) {
    now += seconds
    guard let slabs else { return }
    // Those of the first look may be of any age.
    let unknown = cache == self.cache && !firstSeen.isEmpty ? now : -Double.infinity
    var seen: [Place: Double] = [:]
    seen.reserveCapacity(slabs.count)
    for slab in slabs {
      let place = Place(frame: slab.pageFrameNumber, order: slab.order)
      seen[place] = (cache == self.cache ? firstSeen[place] : nil) ?? unknown
    }
    (self.cache, firstSeen) = (cache, seen)
  }

  /// How old a slab is.
  func age(of slab: SlabSnapshot) -> Age {
    let seen = firstSeen[Place(frame: slab.pageFrameNumber, order: slab.order)] ?? now
    let seconds = now - seen
    return seconds < 1 ? .second : seconds < 10 ? .tenSeconds : seconds < 60 ? .minute : .older
  }
}
