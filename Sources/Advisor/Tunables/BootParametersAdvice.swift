import Recordings
package import Workloads

/// Recommended boot parameters of SLUB, which apply to all caches, found by replay of a recording on the model of SLUB.
///
/// The values are chosen by the slab memory that they save in the first half of the events (the searched part) and are
/// recommended only if they also save at least 1 % in the second half (the held-out part).
package struct BootParametersAdvice: Sendable, Encodable {
  /// Result of one combination of boot parameters.
  package struct Trial: Sendable, Encodable {
    /// Text for the kernel's command line.
    package let commandLine: String
    /// Values of the parameters.
    package let parameters: SLUBParameters
    /// Saving and cost in the searched part.
    package let searched: Saving
    /// Saving and cost in the held-out part.
    package let heldOut: Saving
    /// Whether the mean slab memory falls by at least 1 % in both parts at an acceptable cost.
    package let isWorthwhile: Bool
    /// Caches whose page order changes, in descending order of the change of their mean slab memory in the held-out part.
    package let caches: [CacheChange]
  }

  /// Change of the page order of a cache.
  package struct CacheChange: Sendable, Hashable, Encodable {
    /// Name of the cache.
    package let cache: String
    /// Page order of the slabs before and after the change.
    package let order: TunablesAdvice.Change
    /// Mean saving in the held-out part in bytes.
    package let meanBytes: Int

    private enum CodingKeys: String, CodingKey {
      case cache, order
      case meanBytes = "held_out_mean_bytes"
    }
  }

  /// Slab memory saved, and its cost.
  package struct Saving: Sendable, Hashable, Encodable {
    /// Time-weighted mean of the bytes of slabs saved; negative if slab memory increases.
    package let meanBytes: Int
    /// Decrease of the peak of slab memory of all caches, in bytes.
    package let peakBytes: Int
    /// Additional operations on nodes' partial lists: slabs added or removed.
    package let addedListOperations: Int
    /// Additional page allocations for slabs.
    package let addedSlabAllocations: Int
    /// Additional page allocations of order 1 and above.
    package let addedHighOrderAllocations: Int

    private enum CodingKeys: String, CodingKey {
      case meanBytes = "mean_bytes"
      case peakBytes = "peak_bytes"
      case addedListOperations = "added_list_operations"
      case addedSlabAllocations = "added_slab_allocations"
      case addedHighOrderAllocations = "added_high_order_allocations"
    }
  }

  /// Knowledge about merged caches, which `slab_nomerge` would separate.
  package enum Merging: Sendable, Hashable {
    /// The recording does not contain which caches are merged.
    case unknown
    /// No cache of the recording is merged, so `slab_nomerge` has no effect.
    case none
    /// Number of other caches merged into each cache, by name. The events do not distinguish merged caches.
    case merged([String: Int])
  }

  /// Trials of single parameters.
  package let trials: [Trial]
  /// Recommended trial: the worthwhile one with the largest mean saving in the searched part; nil if none is worthwhile.
  package let advised: Trial?
  /// Savings of the recommended boot parameters combined with the recommended settings of caches, in the searched and in the
  /// held-out part; nil unless both are recommended.
  package let withSettings: [Saving]?
  /// Knowledge about merged caches.
  package let merging: Merging
  /// Names of caches whose recorded page order differs from that of SLUB's formula. They were replayed with the recorded order.
  package let cachesOfUnexplainedOrder: [String]

  /// Replays all combinations of boot parameters.
  /// - Parameters:
  ///   - base: Replay without boot parameters.
  ///   - tuning: Recommended settings of caches; nil if there are none.
  ///   - heldOutFrom: Index of the first event of the held-out part.
  /// - Complexity: O(combinations with different page orders × events).
  init(
    for recording: Recording, start: ReplayStart?, base: TunableReplay, tuning: SLUBTuning?, heldOutFrom: Int,
    memoryBytes: Int
  ) throws {
    let plain = SLUBParameters(variant: start?.state.variant ?? .cpuSlabs)
    func replay(_ parameters: SLUBParameters, _ tuning: SLUBTuning = SLUBTuning()) throws -> TunableReplay {
      try TunableReplay(
        recording, start: start, tuning: tuning, parameters: parameters, heldOutFrom: heldOutFrom,
        memoryBytes: memoryBytes)
    }
    let (singles, combinations) = BootParametersAdvice.candidates(plain)
    let caches = try ReplayedCaches(recording, start, plain, under: singles + combinations, memoryBytes: memoryBytes)
    let orders = caches.orders
    cachesOfUnexplainedOrder = caches.unexplained
    // Parameters that result in the same page orders share a replay.
    var replays: [[Int]: TunableReplay] = [:]
    func trial(_ parameters: SLUBParameters) throws -> Trial? {
      guard let orders = orders[parameters], orders != caches.defaultOrders else { return nil }
      let result = try replays[orders] ?? replay(parameters)
      replays[orders] = result
      return Trial(parameters, base, result)
    }
    trials = try singles.compactMap(trial)
    let combined = try combinations.compactMap(trial)
    // If savings are equal, the trial with fewer parameters is recommended.
    advised = (trials + combined).filter(\.isWorthwhile).reduce(nil) { best, trial in
      trial.searched.meanBytes > best?.searched.meanBytes ?? 0 ? trial : best
    }
    if let advised, let tuning {
      let both = try replay(advised.parameters, tuning)
      withSettings = [
        Saving(base.searched.total, both.searched.total), Saving(base.heldOut.total, both.heldOut.total),
      ]
    } else {
      withSettings = nil
    }
    // The samples of the recording are read even if the replay starts on an empty machine.
    merging = BootParametersAdvice.merging(
      of: Set(base.layouts.map(\.name)), try (start ?? ReplayStart(recording))?.state)
  }

  /// Values of `slab_max_order` to try; the default is 3.
  private static let maximumOrders = [0, 1, 2, 4, 5]
  /// Values of `slab_min_order` to try; the default is 0.
  private static let minimumOrders = [1, 2, 3]
  /// Values of `slab_min_objects` to try; the default depends on the number of CPUs.
  private static let minimumObjects = [1, 2, 4, 8, 16, 32, 64]

  /// Returns the single parameters and the combinations of parameters to try.
  private static func candidates(
    _ plain: SLUBParameters
  ) -> (singles: [SLUBParameters], combinations: [SLUBParameters]) {
    func changing<Value>(_ path: WritableKeyPath<SLUBParameters, Value>, to values: [Value]) -> [SLUBParameters] {
      values.map { value in
        var parameters = plain
        parameters[keyPath: path] = value
        return parameters
      }
    }
    let combinations = maximumOrders.flatMap { maximum in
      minimumObjects.map { objects in
        var parameters = plain
        (parameters.maximumOrder, parameters.minimumObjects) = (maximum, objects)
        return parameters
      }
    }
    return (
      changing(\.minimumOrder, to: minimumOrders) + changing(\.maximumOrder, to: maximumOrders)
        + changing(\.minimumObjects, to: minimumObjects), combinations
    )
  }

  /// Returns the knowledge about merged caches among `caches`.
  static func merging(of caches: Set<String>, _ state: StartingState?) -> Merging {
    let known = (state?.caches ?? []).filter { caches.contains($0.name) }
    let merged = known.compactMap { cache in cache.mergedCaches.map { (cache.name, $0) } }
    guard !merged.isEmpty else { return .unknown }
    let shared = merged.filter { $0.1 > 0 }
    return shared.isEmpty ? .none : .merged(Dictionary(shared) { first, _ in first })
  }
}

/// Page orders of all caches of a recording under different boot parameters.
private struct ReplayedCaches {
  /// Page order of each cache without boot parameters.
  let defaultOrders: [Int]
  /// Page order of each cache under each combination of boot parameters.
  let orders: [SLUBParameters: [Int]]
  /// Names of caches whose recorded page order differs from that of SLUB's formula.
  let unexplained: [String]

  init(
    _ recording: Recording, _ start: ReplayStart?, _ plain: SLUBParameters, under candidates: [SLUBParameters],
    memoryBytes: Int
  ) throws {
    var player = try SLUBPlayer(recording, parameters: plain, memoryBytes: memoryBytes, start: start?.state)
    while try !player.isAtEnd() { _ = try player.play(upTo: 8192) }
    defaultOrders = player.pageOrders(under: plain)
    var orders: [SLUBParameters: [Int]] = [:]
    for parameters in candidates { orders[parameters] = player.pageOrders(under: parameters) }
    self.orders = orders
    unexplained = player.cachesOfUnexplainedOrder.sorted()
  }
}

extension BootParametersAdvice.Trial {
  /// Compares a replay under boot parameters with the one without.
  init(_ parameters: SLUBParameters, _ base: TunableReplay, _ replay: TunableReplay) {
    self.parameters = parameters
    commandLine = parameters.commandLine
    searched = BootParametersAdvice.Saving(base.searched.total, replay.searched.total)
    heldOut = BootParametersAdvice.Saving(base.heldOut.total, replay.heldOut.total)
    let before = Dictionary(base.layouts.map { ($0.name, $0.order) }) { first, _ in first }
    caches = replay.layouts.compactMap { layout -> BootParametersAdvice.CacheChange? in
      guard let order = before[layout.name], order != layout.order else { return nil }
      let saved =
        (base.heldOut.caches[layout.name]?.meanBytes ?? 0) - (replay.heldOut.caches[layout.name]?.meanBytes ?? 0)
      return BootParametersAdvice.CacheChange(
        cache: layout.name, order: TunablesAdvice.Change(from: order, to: layout.order), meanBytes: Int(saved))
    }.sorted { (-abs($0.meanBytes), $0.cache) < (-abs($1.meanBytes), $1.cache) }
    let allowed = Double(base.searched.total.nodeListOperations) * TunablesAdvice.maximumListOperationsFactor + 1000
    let isAffordable =
      Double(replay.searched.total.nodeListOperations) <= allowed
      && replay.searched.total.costlyAllocations <= base.searched.total.costlyAllocations
    isWorthwhile =
      isAffordable
      && zip([searched, heldOut], [base.searched, base.heldOut]).allSatisfy { saving, part in
        Double(saving.meanBytes) * 100 >= part.total.meanBytes && saving.meanBytes >= TunablesAdvice.minimumSaving
      }
  }
}

extension BootParametersAdvice.Saving {
  init(_ before: TunableReplay.Figures, _ after: TunableReplay.Figures) {
    meanBytes = Int(before.meanBytes - after.meanBytes)
    peakBytes = before.peakBytes - after.peakBytes
    addedListOperations = after.nodeListOperations - before.nodeListOperations
    addedSlabAllocations = after.slabAllocations.reduce(0, +) - before.slabAllocations.reduce(0, +)
    addedHighOrderAllocations = after.highOrderAllocations - before.highOrderAllocations
  }
}

extension SLUBParameters {
  /// Parameters that differ from the defaults, as text for the kernel's command line.
  var commandLine: String {
    let plain = SLUBParameters(variant: variant)
    let numbers = [
      ("slab_min_order", minimumOrder, plain.minimumOrder), ("slab_max_order", maximumOrder, plain.maximumOrder),
      ("slab_min_objects", minimumObjects, plain.minimumObjects),
    ].filter { $0.1 != $0.2 }.map { "\($0.0)=\($0.1)" }
    return (numbers + (mergesCaches ? [] : ["slab_nomerge"])).joined(separator: " ")
  }
}
