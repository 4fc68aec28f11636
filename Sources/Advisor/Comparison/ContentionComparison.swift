import FoundationEssentials
package import Recordings
import Telemetry
import TextOutput
package import Workloads

/// Contention of the locks of pools when the same events are replayed on several threads under several policies: with shared
/// slabs, without, and with the caches of the highest rates opted out of sharing (S4 of the mail).
package struct ContentionComparison: Sendable, Encodable {
  /// Slab sharing in a run.
  package enum Sharing: String, Sendable, Encodable {
    /// Caches share slabs according to the policy.
    case asPolicy = "as the policy"
    /// No caches share slabs.
    case none
    /// Caches share slabs according to the policy, except those with the highest rates.
    case hotCachesOptOut = "hot caches apart"
  }

  /// A replay under one policy.
  package struct Run: Sendable, Encodable {
    /// Slab sharing in this run.
    package var sharing: Sharing
    /// Caches that opted out of sharing because their rates are the highest.
    package var hotCaches: [String]
    /// Result of the replay.
    package var replay: ConcurrentReplay

    /// Encodes every figure under its name.
    package func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: CodingKeys.self)
      try object.encode(replay.policy, forKey: .policy)
      try object.encode(sharing, forKey: .sharing)
      try object.encode(hotCaches, forKey: .hotCaches)
      try object.encode(replay.pools, forKey: .pools)
      for (key, value) in [
        (CodingKeys.threads, replay.threads), (.operations, replay.operations), (.nanoseconds, replay.nanoseconds),
        (.failedAllocations, replay.failedAllocations), (.peakBytes, replay.peakBytes),
        (.acquisitions, replay.acquisitions), (.contentions, replay.contentions), (.waitCycles, replay.waitCycles),
      ] { try object.encode(value, forKey: key) }
    }

    private enum CodingKeys: String, CodingKey {
      case policy, sharing, pools, threads, operations, nanoseconds
      case hotCaches = "hot_caches"
      case failedAllocations = "failed_allocations"
      case peakBytes = "peak_bytes"
      case acquisitions = "lock_acquisitions"
      case contentions = "lock_contentions"
      case waitCycles = "lock_wait_cycles"
    }
  }

  /// Runs, in the order of the policies.
  package let runs: [Run]
  /// Policies that were not replayed because they use the model of SLUB, which is single-threaded.
  package let skipped: [String]
  /// Number of operations that a run should reach by repeating the events, and maximum number of repetitions.
  private static let (wantedOperations, maximumPasses) = (4_000_000, 50)

  /// Replays up to `events` events of a source.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - events: Maximum number of events of one replay.
  ///   - policies: Policies to replay.
  ///   - memoryBytes: Machine memory in bytes.
  ///   - start: State of the caches before the first event; nil for an empty machine.
  ///   - threads: Maximum number of threads; nil for the number of CPUs of this machine. There are never more threads than the
  ///     source has CPUs.
  /// - Throws: Errors of the source, and `EngineError`.
  package init(
    of source: any AllocationEventSource, events: Int, policies: [Policy], memoryBytes: Int, start: ReplayStart? = nil,
    threads: Int? = nil
  ) throws {
    let plan = try ConcurrentPlan(
      source, upTo: events, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, memoryBytes: memoryBytes,
      start: start?.state,
      observations: start?.observations ?? [])
    let passes = max(
      1, min(ContentionComparison.maximumPasses, ContentionComparison.wantedOperations / max(1, plan.operationCount)))
    runs = try policies.filter { $0.slub == nil }.flatMap { policy in
      try ContentionComparison.settings(policy, plan.rates).map { sharing, hot, policy in
        Run(
          sharing: sharing, hotCaches: hot,
          replay: try ConcurrentReplay(plan, policy: policy, memoryBytes: memoryBytes, passes: passes))
      }
    }
    skipped = policies.filter { $0.slub != nil }.map(\.name)
  }

  private static func settings(_ policy: Policy, _ rates: CacheRates) -> [(Sharing, [String], Policy)] {
    guard policy.sharingBound != nil || policy.mergeWindow != nil else { return [(.asPolicy, [], policy)] }
    var (hotOptOut, unshared) = (policy, policy)
    let hot = rates.hotCaches(generalCacheSizes: policy.generalCacheSizes)
    hotOptOut.performance = Array(Set(policy.performance + hot)).sorted()
    (unshared.sharingBound, unshared.mergeWindow) = (nil, nil)
    return [(.asPolicy, [], policy), (.hotCachesOptOut, hot, hotOptOut), (.none, [], unshared)]
  }

  /// Encodes the runs as an array.
  package func encode(to encoder: any Encoder) throws { try runs.encode(to: encoder) }

  /// Table with a row for each run, and tables of the pools with the most contention for each policy.
  package var text: String {
    guard let first = runs.first?.replay else {
      return "locks of pools: not measured, because the model of Linux is single-threaded; add a policy of the engine"
    }
    var table = TextTable([
      "POLICY", "SHARING", "CONTENDED/ACQUIRED", "SHARE", "CYCLES WAITED", "NS/OPERATION", "PEAK KIB",
    ])
    for run in runs {
      let replay = run.replay
      table.add([
        replay.policy, run.sharing.rawValue, "\(replay.contentions)/\(replay.acquisitions)",
        ContentionComparison.percent(replay.contentions, of: replay.acquisitions), "\(replay.waitCycles)",
        String(printf: "%.1f", Double(replay.nanoseconds) / Double(max(1, replay.operations))),
        "\(replay.peakBytes >> 10)",
      ])
    }
    var lines = [
      "locks of pools: \(first.threads) threads at maximum speed (upper bound of contention), \(first.operations) operations per run"
    ]
    lines += table.lines
    for run in runs where run.sharing == .hotCachesOptOut {
      lines.append("hot caches of \(run.replay.policy): \(run.hotCaches.joined(separator: ", "))")
    }
    for run in runs where run.sharing == .asPolicy { lines += ContentionComparison.poolLines(run.replay) }
    if !skipped.isEmpty {
      lines.append(
        "not replayed on threads: \(skipped.joined(separator: ", ")) (the model of Linux is single-threaded)")
    }
    return lines.joined(separator: "\n")
  }

  private static func poolLines(_ replay: ConcurrentReplay) -> [String] {
    var table = TextTable(["CONTENDED/ACQUIRED", "SHARE", "CYCLES WAITED", "POOL OF"])
    for pool in replay.pools.prefix(6) {
      table.add([
        "\(pool.contentions)/\(pool.acquisitions)", percent(pool.contentions, of: pool.acquisitions),
        "\(pool.waitCycles)", pool.caches.joined(separator: ", "),
      ])
    }
    return ["", "\(replay.policy): pools with the most contention"] + table.lines
  }

  private static func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : String(printf: "%.3f %%", Double(part) * 100 / Double(whole))
  }
}
