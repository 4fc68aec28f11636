import Recordings
public import Workloads

/// Boot parameters of SLUB that would use less slab memory on a recorded load, found by replay on the model of SLUB.
///
/// They act on all caches. The first half of a recording's events is searched; the second half shows whether the advice holds:
/// parameters that save less than 1 % there are not advised.
public struct BootParametersAdvice: Sendable, Encodable {
  /// Values of boot parameters that were tried.
  public struct Trial: Sendable, Encodable {
    /// The text for the kernel's command line.
    public let commandLine: String
    /// The values.
    public let parameters: SLUBParameters
    /// The gain and its price in the part that is searched.
    public let searched: Saving
    /// The same in the part that is held out.
    public let heldOut: Saving
    /// Whether the slab memory falls by at least 1 % on average in both parts, at a price that is allowed.
    public let isWorthwhile: Bool
    /// The caches whose page order changes, those whose slab memory changes most in the held-out part first.
    public let caches: [CacheChange]
  }

  /// A cache whose page order changes.
  public struct CacheChange: Sendable, Hashable, Encodable {
    /// The cache's name.
    public let cache: String
    /// The page order of its slabs before and after.
    public let order: TunablesAdvice.Change
    /// Bytes saved on average in the held-out part.
    public let meanBytes: Int

    private enum CodingKeys: String, CodingKey {
      case cache, order
      case meanBytes = "held_out_mean_bytes"
    }
  }

  /// Slab memory saved, and its price.
  public struct Saving: Sendable, Hashable, Encodable {
    /// Bytes of slabs saved on average over time; negative if there are more.
    public let meanBytes: Int
    /// Bytes of slabs saved at the peak of all caches together.
    public let peakBytes: Int
    /// Operations on nodes' lists that are added: slabs put on one or taken off.
    public let addedListOperations: Int
    /// Page allocations for slabs that are added.
    public let addedSlabAllocations: Int
    /// Page allocations of order 1 and above that are added.
    public let addedHighOrderAllocations: Int

    private enum CodingKeys: String, CodingKey {
      case meanBytes = "mean_bytes"
      case peakBytes = "peak_bytes"
      case addedListOperations = "added_list_operations"
      case addedSlabAllocations = "added_slab_allocations"
      case addedHighOrderAllocations = "added_high_order_allocations"
    }
  }

  /// What is known of merged caches, which `slab_nomerge` would keep apart.
  public enum Merging: Sendable, Hashable {
    /// The recording does not say which caches are merged.
    case unknown
    /// No cache of the recording is merged: the parameter changes nothing.
    case none
    /// These caches share slabs with others, which the events don't name; by name, the number of the others.
    case merged([String: Int])
  }

  /// Every trial of one parameter, in the order of its values.
  public let trials: [Trial]
  /// The combination of parameters that saves the most on average in the searched part; nil if no value is worthwhile.
  public let advised: Trial?
  /// The gain of the advised parameters together with all settings of caches, replayed together, in the searched and in the
  /// held-out part; nil unless both are advised.
  public let withSettings: [Saving]?
  /// What is known of merged caches.
  public let merging: Merging
  /// Caches whose page order in the recorded kernel is not that of SLUB's formula: they were replayed with the order that they
  /// have.
  public let cachesOfUnexplainedOrder: [String]

  /// - Parameters:
  ///   - base: the replay without boot parameters.
  ///   - tuning: settings of caches that are advised as well; nil if there are none.
  /// - Complexity: O(combinations of different page orders x events).
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
    // Parameters that give the same orders give the same replay.
    var replays: [[Int]: TunableReplay] = [:]
    func trial(_ parameters: SLUBParameters) throws -> Trial? {
      guard let orders = orders[parameters], orders != caches.usualOrders else { return nil }
      let result = try replays[orders] ?? replay(parameters)
      replays[orders] = result
      return Trial(parameters, base, result)
    }
    trials = try singles.compactMap(trial)
    let combined = try combinations.compactMap(trial)
    // Of equal gains the one with fewer parameters.
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
    // A replay on an empty machine knows it, too.
    merging = BootParametersAdvice.merging(
      of: Set(base.layouts.map(\.name)), try (start ?? ReplayStart(recording))?.state)
  }

  /// Values of `slab_max_order` that are tried; 3 is SLUB's own.
  private static let maximumOrders = [0, 1, 2, 4, 5]
  /// Values of `slab_min_order` that are tried; 0 is SLUB's own.
  private static let minimumOrders = [1, 2, 3]
  /// Values of `slab_min_objects` that are tried; SLUB's own depends on the number of CPUs.
  private static let minimumObjects = [1, 2, 4, 8, 16, 32, 64]

  /// The parameters that are tried one by one, and their combinations.
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

  static func merging(of caches: Set<String>, _ state: StartingState?) -> Merging {
    let known = (state?.caches ?? []).filter { caches.contains($0.name) }
    let merged = known.compactMap { cache in cache.mergedCaches.map { (cache.name, $0) } }
    guard !merged.isEmpty else { return .unknown }
    let shared = merged.filter { $0.1 > 0 }
    return shared.isEmpty ? .none : .merged(Dictionary(shared) { first, _ in first })
  }
}

/// The page orders of all caches that a recording uses.
private struct ReplayedCaches {
  /// Without boot parameters.
  let usualOrders: [Int]
  /// Under each set of boot parameters.
  let orders: [SLUBParameters: [Int]]
  /// Caches whose order SLUB's formula does not give.
  let unexplained: [String]

  init(
    _ recording: Recording, _ start: ReplayStart?, _ plain: SLUBParameters, under candidates: [SLUBParameters],
    memoryBytes: Int
  ) throws {
    var player = try SLUBPlayer(recording, parameters: plain, memoryBytes: memoryBytes, start: start?.state)
    while try !player.isAtEnd() { _ = try player.play(upTo: 8192) }
    usualOrders = player.pageOrders(under: plain)
    var orders: [SLUBParameters: [Int]] = [:]
    for parameters in candidates { orders[parameters] = player.pageOrders(under: parameters) }
    self.orders = orders
    unexplained = player.cachesOfUnexplainedOrder.sorted()
  }
}

extension BootParametersAdvice.Trial {
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
    let allowed = Double(base.searched.total.nodeListOperations) * TunablesAdvice.mostListOperations + 1000
    let isAffordable =
      Double(replay.searched.total.nodeListOperations) <= allowed
      && replay.searched.total.costlyAllocations <= base.searched.total.costlyAllocations
    isWorthwhile =
      isAffordable
      && zip([searched, heldOut], [base.searched, base.heldOut]).allSatisfy { saving, part in
        Double(saving.meanBytes) * 100 >= part.total.meanBytes && saving.meanBytes >= TunablesAdvice.leastSaving
      }
  }
}

extension BootParametersAdvice.Saving {
  init(_ before: TunableReplay.Figures, _ after: TunableReplay.Figures) {
    meanBytes = Int(before.meanBytes - after.meanBytes)
    peakBytes = before.peakBytes - after.peakBytes
    addedListOperations = after.nodeListOperations - before.nodeListOperations
    addedSlabAllocations = after.slabsMade.reduce(0, +) - before.slabsMade.reduce(0, +)
    addedHighOrderAllocations = after.highOrderAllocations - before.highOrderAllocations
  }
}

extension SLUBParameters {
  /// The parameters that differ from SLUB's own, as the kernel's command line has them.
  var commandLine: String {
    let plain = SLUBParameters(variant: variant)
    let numbers = [
      ("slab_min_order", minimumOrder, plain.minimumOrder), ("slab_max_order", maximumOrder, plain.maximumOrder),
      ("slab_min_objects", minimumObjects, plain.minimumObjects),
    ].filter { $0.1 != $0.2 }.map { "\($0.0)=\($0.1)" }
    return (numbers + (mergesCaches ? [] : ["slab_nomerge"])).joined(separator: " ")
  }
}
