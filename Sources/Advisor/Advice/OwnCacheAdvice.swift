import Foundation
import Recordings
import Telemetry
public import Workloads

/// Caches of their own for call sites that ask by size (S5 of the mail): the most promising by bytes and by rate, each
/// replayed on the engine beside the same policy without it.
public struct OwnCacheAdvice: Sendable {
  /// One call site's cache, and what came of it.
  public struct Proposal: Sendable {
    /// The call site and the cache's name, as a policy's key `own` takes them.
    public let cache: Policy.OwnCache
    /// Bytes of each request.
    public let bytes: Int
    /// Allocations a second of the workload's time; nil if no time goes by.
    public let allocationsPerSecond: Double?
    /// Change of the slab memory on average, in bytes, replayed; negative is less.
    public let meanChange: Int
    /// Change of the pages in use at the peak, in bytes, replayed.
    public let peakChange: Int
    /// Nanoseconds that a pair of allocation and free by size takes, measured.
    public let generalNanoseconds: Double
    /// Nanoseconds that a pair takes from the own cache, measured.
    public let ownNanoseconds: Double
    /// Whether three of four rounds of the measurement had the own cache ahead.
    public let isFasterForCertain: Bool

    /// What the replay and the measurement showed.
    public enum Verdict: String, Sendable {
      /// Less memory, and less time.
      case proven
      /// Less memory at no loss of time that could be measured.
      case provenByBytes = "proven by bytes"
      /// Less time, for at most a page of slab memory.
      case provenByRate = "proven by rate"
      /// Neither, or the one at the other's cost.
      case refuted = "not proven"
    }

    /// What the replay and the measurement showed. A page of slab memory is the least that a change can be told by.
    public var verdict: Verdict {
      let (savesBytes, losesBytes) = (meanChange < -4096, meanChange > 4096)
      if savesBytes { return isFasterForCertain ? .proven : .provenByBytes }
      return isFasterForCertain && !losesBytes && (allocationsPerSecond ?? 0) >= OwnCacheAdvice.leastRate
        ? .provenByRate : .refuted
    }

    /// Nanoseconds saved a second of the workload's time; nil if no time goes by.
    public var savedNanosecondsPerSecond: Double? {
      allocationsPerSecond.map { $0 * (generalNanoseconds - ownNanoseconds) }
    }

    /// The proposal in one line.
    public var text: String {
      let kibibytes = String(format: "%+.0f KiB mean", Double(meanChange) / 1024)
      let path = String(format: "%+.1f ns an allocation and free", ownNanoseconds - generalNanoseconds)
      let rate =
        savedNanosecondsPerSecond.map {
          String(format: " (%.0f/s: %.1f us a second)", allocationsPerSecond ?? 0, $0 / 1000)
        } ?? ""
      return "own cache for \(cache.site), \(bytes) bytes: \(kibibytes), \(path)\(rate), \(verdict.rawValue)"
    }
  }

  /// Allocations a second below which a shorter path is not worth a cache.
  static let leastRate = 1000.0
  /// Call sites proposed by each of the two measures.
  private static let most = 4

  /// The policy that the proposals were replayed under.
  public let policy: Policy
  /// The proposals, those that save most bytes first.
  public let proposals: [Proposal]
  /// Change of the slab memory on average with all proven caches together, in bytes; nil if none is proven.
  public let meanChangeTogether: Int?

  /// The policy with every proven cache.
  public var advised: Policy {
    var advised = policy
    advised.own += proven.map(\.cache)
    return advised
  }

  /// The proposals that the replay confirmed.
  public var proven: [Proposal] { proposals.filter { $0.verdict != .refuted } }

  /// Proposes, measures and replays.
  /// - Parameter base: the policy; if it is one of Linux, whose model knows no further caches, its sizes on the engine.
  /// - Throws: what the source throws, and `EngineError`.
  init(
    for source: any AllocationEventSource, _ profile: AllocationProfile, base: Policy, memoryBytes: Int,
    start: ReplayStart?
  ) throws {
    let policy = OwnCacheAdvice.engine(base)
    self.policy = policy
    func replay(_ own: [Policy.OwnCache]) throws -> ShadowReplay {
      var policy = policy
      policy.own += own
      return try ShadowReplay(
        source, policy: policy, memoryBytes: memoryBytes, moments: profile.intervalEnds, start: start)
    }
    let candidates = OwnCacheAdvice.candidates(profile, policy)
    guard !candidates.isEmpty else {
      (proposals, meanChangeTogether) = ([], nil)
      return
    }
    let before = try replay([])
    let proposals = try candidates.map { site in
      let name = String(site.name.prefix { $0 != "+" })
      let cache = Policy.OwnCache(site: site.name, name: name)
      let after = try replay([cache])
      let cost = try PathCost(bytes: max(1, site.largest), policy: policy)
      return Proposal(
        cache: cache, bytes: site.largest,
        allocationsPerSecond: profile.seconds > 0 ? Double(site.allocations) / profile.seconds : nil,
        meanChange: after.meanBytes - before.meanBytes, peakChange: after.peakBytes - before.peakBytes,
        generalNanoseconds: cost.generalNanoseconds, ownNanoseconds: cost.ownNanoseconds,
        isFasterForCertain: cost.isCertain)
    }.sorted { ($0.meanChange, $0.cache.site) < ($1.meanChange, $1.cache.site) }
    self.proposals = proposals
    let proven = proposals.filter { $0.verdict != .refuted }
    meanChangeTogether = try proven.isEmpty ? nil : replay(proven.map(\.cache)).meanBytes - before.meanBytes
  }

  /// A policy that the engine plays: of Linux's policies, their sizes.
  private static func engine(_ base: Policy) -> Policy {
    guard base.slub != nil else { return base }
    var policy = Policy.powerOfTwo
    (policy.name, policy.summary) = ("\(base.name)'s sizes", "the sizes of \(base.name) on the engine")
    policy.generalCacheSizes = base.generalCacheSizes
    return policy
  }

  /// Call sites of one size: those whose objects lose most bytes to rounding when most of them live, and those that allocate
  /// most often.
  private static func candidates(_ profile: AllocationProfile, _ policy: Policy) -> [CallSiteProfile] {
    let largest = policy.generalCacheSizes.last ?? 0
    let known = Set(policy.own.map(\.site))
    let sites = profile.sites.filter {
      $0.cache == nil && $0.isConstant && $0.largest > 0 && $0.largest <= largest && !known.contains($0.name)
    }
    func lost(_ site: CallSiteProfile) -> Int {
      let size = policy.generalCacheSizes.first { $0 >= site.largest } ?? site.largest
      return (size - (site.largest + 7) & ~7) * site.peakLive
    }
    let byBytes = sites.filter { lost($0) >= 4096 }.sorted { (lost($1), $0.name) < (lost($0), $1.name) }.prefix(most)
    let byRate = sites.sorted { ($1.allocations, $0.name) < ($0.allocations, $1.name) }.prefix(most)
    return byBytes + byRate.filter { site in !byBytes.contains { $0.name == site.name } }
  }
}

extension OwnCacheAdvice {
  /// The proposals as lines for a terminal.
  var lines: [String] {
    guard !proposals.isEmpty else { return [] }
    var lines = ["caches of their own, replayed on the engine under \(policy.name)"] + proposals.map { "  " + $0.text }
    if let change = meanChangeTogether {
      let caches = proven.map { "{site = \"\($0.cache.site)\", name = \"\($0.cache.name)\"}" }.joined(separator: ", ")
      lines.append(
        String(
          format: "  all that are proven together: %+.0f KiB mean; in a policy of the engine:", Double(change) / 1024))
      lines.append("  own = [\(caches)]")
    }
    return lines + [""]
  }
}
