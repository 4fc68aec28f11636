import Profiles

/// Profile at a moment, from which the growth of live objects and bytes is computed.
struct ProfileBaseline: Sendable {
  /// Live objects and their allocated bytes.
  struct Live: Sendable {
    var objects = 0
    var bytes = 0

    mutating func add(_ figures: AllocationFigures) {
      objects += figures.liveObjects
      bytes += figures.liveBytes
    }
  }

  /// Time of the profile, as text.
  let time: String
  private let sites: [String: Live]
  /// Live objects of the general caches by requested size.
  private let sizes: [Int: Live]

  init(_ profile: AllocationProfile, time: String) {
    self.time = time
    var (sites, sizes) = ([String: Live](), [Int: Live]())
    for (context, figures) in zip(profile.contexts, profile.figures) {
      sites[context.site, default: Live()].add(figures)
      if context.isGeneral { sizes[context.requestedBytes, default: Live()].add(figures) }
    }
    (self.sites, self.sizes) = (sites, sizes)
  }

  /// Returns the live objects of a call site; none if it had not allocated.
  func live(ofSite site: String) -> Live { sites[site] ?? Live() }

  /// Returns the live bytes of general caches whose requested sizes are in a range.
  func liveBytes(ofSizes range: ClosedRange<Int>) -> Int {
    sizes.reduce(0) { $0 + (range.contains($1.key) ? $1.value.bytes : 0) }
  }

  /// Names of all call sites.
  var siteNames: some Collection<String> { sites.keys }
}
