package import Advisor
package import Workloads

/// The one set of general caches that takes the least slab memory on all hosts together, and its cost on each host.
///
/// The classes are those that advice on the merged profiles of the same hosts gives: the optimiser gets the same sums.
package struct FleetAdvice: Sendable {
  /// Parameters of the advisor.
  package let options: AdviceOptions
  /// Demand of all hosts together.
  package let demand: SizeDemand
  /// Number of hosts.
  package let hostCount: Int
  /// Advised classes, ascending.
  package let classes: [ClassOptimizer.Class]
  /// Slab memory against the number of classes, by the model.
  package let curve: ClassCurve
  /// The base policy with the advised sizes and page orders.
  package let policy: Policy
  /// Costs of each host, the largest share above the host's own best first; empty if the hosts' demands are not known.
  package let hosts: [HostCost]
  /// Share of the bytes of live objects that rounding up to the advised sizes takes.
  package let roundingShare: Double
  /// Share of the bytes of live objects that rounding up to the base policy's sizes takes.
  package let baseRoundingShare: Double
  /// Slab memory of the sum of all hosts with the advised sizes, as if they were one.
  package let sumBytes: Int
  /// Slab memory of the sum of all hosts with the base policy's sizes, as if they were one.
  package let sumBaseBytes: Int

  /// Derives the advice.
  /// - Throws: `AdviceError`.
  /// - Complexity: O(hosts x classes x sizes^2 / 8).
  package init(_ fleet: FleetDemand, _ options: AdviceOptions) throws(AdviceError) {
    (self.options, demand, hostCount) = (options, fleet.fleet, fleet.hostCount)
    curve = try ClassCurve(for: [demand], options)
    classes = curve.classes(upTo: options.classes)
    policy = Advice.policy(classes, options.base, of: "\(fleet.hostCount) hosts")
    let (sizes, baseSizes) = (policy.generalCacheSizes, options.base.generalCacheSizes)
    let weights = demand.objectiveWeights(options.objective)
    roundingShare = ClassSet(name: "", sizes: sizes).roundingShare(demand.sizes, weights)
    baseRoundingShare = ClassSet(name: "", sizes: baseSizes).roundingShare(demand.sizes, weights)
    sumBytes = Advice.modelledBytes(sizes, demand, options)
    sumBaseBytes = Advice.modelledBytes(baseSizes, demand, options)
    var limited = options
    limited.classes = options.classes ?? classes.count
    hosts = fleet.hosts.filter { $0.demand.requestCount > 0 }
      .map { FleetAdvice.cost($0.name, $0.demand, sizes: sizes, limited) }
      .sorted { one, other in
        one.extraShare == other.extraShare ? one.host < other.host : one.extraShare > other.extraShare
      }
  }

  private static func cost(
    _ host: HostName, _ demand: SizeDemand, sizes: [Int], _ options: AdviceOptions
  ) -> HostCost {
    let fleetBytes = Advice.modelledBytes(sizes, demand, options)
    // A host with a handful of objects has no best set of its own; any set serves them.
    let own = (try? ClassCurve(for: [demand], options))?.points.filter { $0.classes.count <= options.classes ?? .max }
      .map { Advice.modelledBytes(Advice.policy($0.classes, options.base, of: "").generalCacheSizes, demand, options) }
    return HostCost(
      host: host, objects: demand.liveAtPeak.reduce(0, +), fleetBytes: fleetBytes,
      ownBytes: min(own?.min() ?? fleetBytes, fleetBytes),
      baseBytes: Advice.modelledBytes(options.base.generalCacheSizes, demand, options))
  }

  /// Slab memory of the hosts with the advised sizes: the sum over hosts, or of their sum if the hosts' demands are not known.
  package var fleetBytes: Int { hosts.isEmpty ? sumBytes : hosts.reduce(0) { $0 + $1.fleetBytes } }
  /// Slab memory of the hosts with the base policy's sizes.
  package var baseBytes: Int { hosts.isEmpty ? sumBaseBytes : hosts.reduce(0) { $0 + $1.baseBytes } }
  /// Slab memory of the hosts with each host's own best set; nil if the hosts' demands are not known.
  package var ownBytes: Int? { hosts.isEmpty ? nil : hosts.reduce(0) { $0 + $1.ownBytes } }

  /// Whether the saving is too small to change anything: less than 1 %.
  package var isSavingNegligible: Bool { baseBytes - fleetBytes < max(65_536, baseBytes / 100) }
}
