import Foundation
public import Recordings
import Telemetry
import TextOutput
public import Workloads

/// What threads wait for each other at the locks of pools: the same events replayed on several threads under several
/// policies, with slabs shared, not shared, and with the hot caches opted out of sharing (S4 of the mail).
public struct ContentionComparison: Sendable, Encodable {
  /// Which caches share slabs in a run.
  public enum Sharing: String, Sendable, Encodable {
    /// As the policy says.
    case asPolicy = "as the policy"
    /// None.
    case none
    /// As the policy says, but for the caches with the highest rates.
    case hotApart = "hot caches apart"
  }

  /// A replay under one policy.
  public struct Run: Sendable, Encodable {
    /// Which caches share slabs.
    public var sharing: Sharing
    /// The caches that opted out because their rates are the highest.
    public var hotCaches: [String]
    /// What came of it.
    public var replay: ConcurrentReplay

    /// Encodes every figure under its name.
    public func encode(to encoder: any Encoder) throws {
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

  /// Runs, policy by policy.
  public let runs: [Run]
  /// Policies that are replayed on the model of Linux, which has one thread.
  public let skipped: [String]
  /// Operations that a run should have at least, and the most passes over the events to get there.
  private static let (wantedOperations, mostPasses) = (4_000_000, 50)

  /// Replays up to `events` events of a source.
  /// - Parameter threads: at most; nil for as many as this machine has CPUs. The source's CPUs are the most.
  /// - Throws: what the source throws, and `EngineError`.
  public init(
    of source: any AllocationEventSource, events: Int, policies: [Policy], memoryBytes: Int, start: ReplayStart? = nil,
    threads: Int? = nil
  ) throws {
    let plan = try ConcurrentPlan(
      source, upTo: events, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, memoryBytes: memoryBytes,
      start: start?.state,
      observations: start?.observations ?? [])
    let passes = max(
      1, min(ContentionComparison.mostPasses, ContentionComparison.wantedOperations / max(1, plan.operationCount)))
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
    var (apart, alone) = (policy, policy)
    let hot = rates.hotCaches(generalCacheSizes: policy.generalCacheSizes)
    apart.performance = Array(Set(policy.performance + hot)).sorted()
    (alone.sharingBound, alone.mergeWindow) = (nil, nil)
    return [(.asPolicy, [], policy), (.hotApart, hot, apart), (.none, [], alone)]
  }

  /// Encodes the runs as an array.
  public func encode(to encoder: any Encoder) throws { try runs.encode(to: encoder) }

  /// A table with a row a run, and the pools of each that were waited for most.
  public var text: String {
    guard let first = runs.first?.replay else {
      return "locks of pools: the model of Linux has one thread; name a policy of the engine"
    }
    var table = TextTable([
      "POLICY", "SHARING", "CONTENDED/ACQUIRED", "SHARE", "CYCLES WAITED", "NS/OPERATION", "PEAK KIB",
    ])
    for run in runs {
      let replay = run.replay
      table.add([
        replay.policy, run.sharing.rawValue, "\(replay.contentions)/\(replay.acquisitions)",
        ContentionComparison.percent(replay.contentions, of: replay.acquisitions), "\(replay.waitCycles)",
        String(format: "%.1f", Double(replay.nanoseconds) / Double(max(1, replay.operations))),
        "\(replay.peakBytes >> 10)",
      ])
    }
    var lines = [
      "locks of pools, \(first.threads) threads as fast as they go (an upper bound), \(first.operations) operations a run"
    ]
    lines += table.lines
    for run in runs where run.sharing == .hotApart {
      lines.append("hot caches of \(run.replay.policy): \(run.hotCaches.joined(separator: ", "))")
    }
    for run in runs where run.sharing == .asPolicy { lines += ContentionComparison.poolLines(run.replay) }
    if !skipped.isEmpty {
      lines.append("not replayed on threads: \(skipped.joined(separator: ", ")), on the model of Linux")
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
    return ["", "\(replay.policy): pools that were waited for most"] + table.lines
  }

  private static func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : String(format: "%.3f %%", Double(part) * 100 / Double(whole))
  }
}
