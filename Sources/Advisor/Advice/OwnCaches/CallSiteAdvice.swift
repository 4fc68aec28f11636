import Profiles

/// Own cache for a call site that allocates by size (S5 of the mail): bytes that it would save and cost.
package struct CallSiteAdvice: Sendable {
  /// Advice for a call site.
  package enum Verdict: String, Sendable {
    /// An own cache saves more bytes than it costs.
    case convert
    /// An own cache saves at most the bytes that it costs.
    case leave
    /// The call site requests different sizes, which one cache cannot serve.
    case varies
  }

  /// The call site.
  package let site: CallSiteDemand
  /// Bytes of each object that rounding up to its class takes.
  package let lostPerObject: Int
  /// Bytes that an own cache saves when most of the call site's objects are live.
  package let savedBytes: Int
  /// Bytes that one more cache costs: half a slab and the free objects in its magazines.
  package let costBytes: Int
  /// Name of a cache whose slabs the own cache could share with little waste; nil if there is none.
  package let sharableCache: String?
  /// Advice for the call site.
  package let verdict: Verdict

  /// The figures that the verdict follows from.
  package var reason: String {
    switch verdict {
    case .varies: "requests \(site.smallest) to \(site.largest) bytes"
    case .convert, .leave:
      "\(site.peakLive) objects x \(lostPerObject) bytes of rounding = \(savedBytes) saved, a cache costs \(costBytes)"
    }
  }

  /// Returns advice for every call site that allocates by size, largest saving first.
  static func all(_ profile: AllocationProfile, set: ClassSet, costs: ClassCosts) -> [CallSiteAdvice] {
    let caches = namedCaches(profile)
    return CallSiteDemand.all(in: profile).filter { $0.largest <= SizeDemand.largestSize }
      .map { CallSiteAdvice($0, set, costs, caches) }
      .sorted {
        ($1.savedBytes, $1.site.figures.requestedBytes, $0.site.name)
          < ($0.savedBytes, $0.site.figures.requestedBytes, $1.site.name)
      }
  }

  private init(_ site: CallSiteDemand, _ set: ClassSet, _ costs: ClassCosts, _ caches: [(name: String, bytes: Int)]) {
    self.site = site
    let own = costs.classSize(for: max(1, site.largest))
    let served = set.size(for: max(1, site.largest))
    lostPerObject = site.isConstant ? served - own : 0
    savedBytes = lostPerObject * site.peakLive
    let slab = 4096 << costs.cost(size: own, objects: Double(max(1, site.peakLive))).order
    costBytes = slab / 2 + min(4096, own * 8)
    // One eighth is the mail's waste bound.
    sharableCache = caches.first { $0.bytes >= own && ($0.bytes - own) * 8 <= $0.bytes }?.name
    verdict = site.isConstant ? (savedBytes > costBytes ? .convert : .leave) : .varies
  }

  /// Returns the named caches that have objects of one size, smallest first.
  private static func namedCaches(_ profile: AllocationProfile) -> [(name: String, bytes: Int)] {
    var sizes: [String: Set<Int>] = [:]
    for context in profile.contexts where !context.isGeneral && context.cache != AllocationContext.unknownCache {
      sizes[context.cache, default: []].insert(context.requestedBytes)
    }
    return sizes.filter { $0.value.count == 1 }.map { ($0.key, $0.value.first ?? 0) }.sorted {
      ($0.1, $0.0) < ($1.1, $1.0)
    }
  }
}
