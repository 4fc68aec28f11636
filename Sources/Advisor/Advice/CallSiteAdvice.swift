/// What a cache of its own would buy a call site that asks by size (S5 of the mail).
public struct CallSiteAdvice: Sendable {
  /// What to do.
  public enum Verdict: String, Sendable {
    /// A cache of its own saves more than the cache costs.
    case convert
    /// It saves less than a cache costs.
    case leave
    /// It asks for different sizes: no one cache fits.
    case varies
  }

  /// The call site.
  public let site: CallSiteProfile
  /// Bytes of each of its objects that nobody asked for, in the class that serves them.
  public let lostPerObject: Int
  /// Bytes that a cache of its own saves when most of its objects live.
  public let savedBytes: Int
  /// Bytes that one more cache costs: half a slab, and what its magazines hold.
  public let costBytes: Int
  /// A named cache whose slabs it could draw from, wasting little: instead of slabs of its own.
  public let sharableCache: String?
  /// What to do.
  public let verdict: Verdict

  /// The arithmetic, in words.
  public var reason: String {
    switch verdict {
    case .varies: "asks for \(site.smallest) to \(site.largest) bytes"
    case .convert, .leave:
      "\(site.peakLive) objects x \(lostPerObject) bytes lost = \(savedBytes) saved, a cache costs \(costBytes)"
    }
  }

  /// Every call site that asks by size, the one with most to save first.
  static func all(_ profile: AllocationProfile, set: ClassSet, costs: ClassCosts) -> [CallSiteAdvice] {
    let caches = namedCaches(profile)
    return profile.sites.filter { $0.cache == nil && $0.largest <= AllocationProfile.largestSize }
      .map { CallSiteAdvice($0, set, costs, caches) }
      .sorted {
        ($1.savedBytes, $1.site.requestedBytes, $0.site.name) < ($0.savedBytes, $0.site.requestedBytes, $1.site.name)
      }
  }

  private init(_ site: CallSiteProfile, _ set: ClassSet, _ costs: ClassCosts, _ caches: [(name: String, bytes: Int)]) {
    self.site = site
    let own = costs.classSize(for: max(1, site.largest))
    let served = set.size(for: max(1, site.largest))
    lostPerObject = site.isConstant ? served - own : 0
    savedBytes = lostPerObject * site.peakLive
    let slab = 4096 << costs.cost(size: own, objects: Double(max(1, site.peakLive))).order
    costBytes = slab / 2 + min(4096, own * 8)
    // Within the mail's waste bound of one eighth.
    sharableCache = caches.first { $0.bytes >= own && ($0.bytes - own) * 8 <= $0.bytes }?.name
    verdict = site.isConstant ? (savedBytes > costBytes ? .convert : .leave) : .varies
  }

  /// Named caches and their objects' bytes, the smallest first.
  private static func namedCaches(_ profile: AllocationProfile) -> [(name: String, bytes: Int)] {
    var sizes: [String: Int] = [:]
    for site in profile.sites {
      guard let cache = site.cache, site.isConstant else { continue }
      sizes[cache] = site.largest
    }
    return sizes.map { ($0.key, $0.value) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
  }
}
