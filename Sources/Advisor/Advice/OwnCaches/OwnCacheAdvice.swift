import Profiles
import TextOutput
package import Workloads

/// Own caches for call sites that allocate by size (S5 of the mail): the best candidates by bytes and by allocation rate, each replayed
/// on the engine and compared with the same policy without the cache.
package struct OwnCacheAdvice: Sendable {
  /// An own cache for a call site, with the results of its replay and measurement.
  package struct Proposal: Sendable {
    /// Call site and name of the cache, as in a policy's key `own`.
    package let cache: Policy.OwnCache
    /// Bytes of each request.
    package let bytes: Int
    /// Allocations per second of the workload's time; nil if the workload has no clock.
    package let allocationsPerSecond: Double?
    /// Change of the mean slab memory in bytes in the replay; negative if memory is saved.
    package let meanChange: Int
    /// Change of the pages in use at the peak in bytes in the replay; negative if memory is saved.
    package let peakChange: Int
    /// Measured nanoseconds of an allocation and free by size.
    package let generalNanoseconds: Double
    /// Measured nanoseconds of an allocation and free from the own cache.
    package let ownNanoseconds: Double
    /// Whether the own cache was faster in at least three of four rounds of the measurement.
    package let isFasterForCertain: Bool

    /// Result of the replay and the measurement.
    package enum Verdict: String, Sendable {
      /// The cache saves memory and time.
      case proven
      /// The cache saves memory, and no saving of time was measured.
      case provenByBytes = "proven by bytes"
      /// The cache saves time and takes at most a page more slab memory.
      case provenByRate = "proven by rate"
      /// The cache saves neither, or saves time but takes more memory.
      case refuted = "not proven"
    }

    /// Result of the replay and the measurement. Changes of the slab memory by a page or less do not count.
    package var verdict: Verdict {
      let (savesBytes, losesBytes) = (meanChange < -4096, meanChange > 4096)
      if savesBytes { return isFasterForCertain ? .proven : .provenByBytes }
      return isFasterForCertain && !losesBytes && (allocationsPerSecond ?? 0) >= OwnCacheAdvice.leastRate
        ? .provenByRate : .refuted
    }

    /// Nanoseconds saved per second of the workload's time; nil if the workload has no clock.
    package var savedNanosecondsPerSecond: Double? {
      allocationsPerSecond.map { $0 * (generalNanoseconds - ownNanoseconds) }
    }

    /// The proposal in one line.
    package var text: String {
      let memory = "\(ByteCount.change(Int(meanChange))) mean"
      let path = String(printf: "%+.1f ns per allocation and free", ownNanoseconds - generalNanoseconds)
      let rate =
        savedNanosecondsPerSecond.map {
          String(printf: " (%.0f/s: %.1f us per second)", allocationsPerSecond ?? 0, $0 / 1000)
        } ?? ""
      return "own cache for \(cache.site), \(bytes) bytes: \(memory), \(path)\(rate), \(verdict.rawValue)"
    }
  }

  /// Allocations per second below which a faster path does not justify a cache.
  static let leastRate = 1000.0
  /// Number of call sites that are proposed by bytes, and by rate.
  private static let proposalsPerMeasure = 4

  /// Policy under which the proposals were replayed.
  package let policy: Policy
  /// Proposals, largest saving of slab memory first.
  package let proposals: [Proposal]
  /// Change of the mean slab memory with all proven caches together in bytes; nil if none is proven.
  package let meanChangeTogether: Int?

  /// The policy with all proven caches.
  package var advised: Policy {
    var advised = policy
    advised.own += proven.map(\.cache)
    return advised
  }

  /// Proposals that the replay or the measurement confirmed.
  package var proven: [Proposal] { proposals.filter { $0.verdict != .refuted } }

  /// Selects call sites, replays an own cache for each, and measures its path.
  /// - Parameter base: the policy. The model of Linux cannot have own caches, so of a policy of Linux the sizes are replayed on the
  ///   engine.
  /// - Throws: what the source throws, and `EngineError`.
  init(_ profile: AllocationProfile, base: Policy, _ runner: ReplayRunner) throws {
    let policy = OwnCacheAdvice.enginePolicy(base)
    self.policy = policy
    func request(_ own: [Policy.OwnCache]) -> ReplayRequest {
      var request = ReplayRequest(policy: policy)
      request.policy.own += own
      return request
    }
    let candidates = OwnCacheAdvice.candidates(profile, policy).map { site in
      (site: site, cache: Policy.OwnCache(site: site.name, name: String(site.name.prefix { $0 != "+" })))
    }
    guard !candidates.isEmpty else {
      (proposals, meanChangeTogether) = ([], nil)
      return
    }
    let replays = try runner.run([request([])] + candidates.map { request([$0.cache]) })
    let before = replays[0]
    let seconds = profile.hasClock ? profile.seconds : 0
    // The measurements are timings, so that nothing else runs meanwhile.
    let proposals = try zip(candidates, replays.dropFirst()).map { candidate, after in
      let (site, cache) = candidate
      let cost = try PathCost(bytes: max(1, site.largest), policy: policy)
      return Proposal(
        cache: cache, bytes: site.largest,
        allocationsPerSecond: seconds > 0 ? Double(site.figures.allocObjects) / seconds : nil,
        meanChange: after.meanBytes - before.meanBytes, peakChange: after.peakBytes - before.peakBytes,
        generalNanoseconds: cost.generalNanoseconds, ownNanoseconds: cost.ownNanoseconds,
        isFasterForCertain: cost.isCertain)
    }.sorted { ($0.meanChange, $0.cache.site) < ($1.meanChange, $1.cache.site) }
    self.proposals = proposals
    let proven = proposals.filter { $0.verdict != .refuted }
    meanChangeTogether =
      try proven.isEmpty ? nil : runner.run([request(proven.map(\.cache))])[0].meanBytes - before.meanBytes
  }

  /// Returns the policy itself, or the sizes of a policy of Linux as a policy of the engine.
  private static func enginePolicy(_ base: Policy) -> Policy {
    guard base.slub != nil else { return base }
    var policy = Policy.powerOfTwo
    (policy.name, policy.summary) = ("\(base.name)'s sizes", "the sizes of \(base.name) on the engine")
    policy.generalCacheSizes = base.generalCacheSizes
    return policy
  }

  /// Returns the call sites that request one size: those with the most bytes of rounding when most of their objects are live, and
  /// those that allocate most often.
  private static func candidates(_ profile: AllocationProfile, _ policy: Policy) -> [CallSiteDemand] {
    let largest = policy.generalCacheSizes.last ?? 0
    let known = Set(policy.own.map(\.site))
    let sites = CallSiteDemand.all(in: profile).filter {
      $0.isConstant && $0.largest > 0 && $0.largest <= largest && !known.contains($0.name)
    }
    func roundingBytes(_ site: CallSiteDemand) -> Int {
      let size = policy.generalCacheSizes.first { $0 >= site.largest } ?? site.largest
      return (size - (site.largest + 7) & ~7) * site.peakLive
    }
    let byBytes = sites.filter { roundingBytes($0) >= 4096 }.sorted {
      (roundingBytes($1), $0.name) < (roundingBytes($0), $1.name)
    }.prefix(proposalsPerMeasure)
    let byRate = sites.sorted {
      ($1.figures.allocObjects, $0.name) < ($0.figures.allocObjects, $1.name)
    }.prefix(proposalsPerMeasure)
    return byBytes + byRate.filter { site in !byBytes.contains { $0.name == site.name } }
  }
}

extension OwnCacheAdvice {
  /// The proposals as lines for a terminal.
  var lines: [String] {
    guard !proposals.isEmpty else { return [] }
    var lines = ["own caches, replayed on the engine under \(policy.name)"] + proposals.map { "  " + $0.text }
    if let change = meanChangeTogether {
      let caches = proven.map { "{site = \"\($0.cache.site)\", name = \"\($0.cache.name)\"}" }.joined(separator: ", ")
      lines.append(
        "  all proven caches together: \(ByteCount.change(Int(change))) mean; in a policy of the engine:")
      lines.append("  own = [\(caches)]")
    }
    return lines + [""]
  }
}
