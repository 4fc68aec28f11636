public import Recordings
public import SlabEngine

/// A player of a policy: on the engine, or on the model of SLUB if the policy is one of Linux.
///
/// Commands, comparisons and advice play through this type and can't tell which of the two they drive.
public struct PolicyPlayer: ~Copyable {
  /// The player, if the policy is the engine's; else nil, and `slub` is the player.
  private var engine: Player?
  private var slub: SLUBPlayer?
  /// The policy's name.
  public let policyName: String

  /// Gets ready to play a source under a policy.
  /// - Parameters:
  ///   - isShadow: whether the engine leaves objects' memory alone; the model has none.
  ///   - start: what the kernel's caches held before the first event, under any policy; nil for an empty machine.
  ///   - observations: what the kernel said of its caches meanwhile: bounds for the objects that live.
  /// - Throws: `EngineError`, and what the source throws.
  /// - Complexity: O(events) of a recording, which is read through once.
  public init(
    _ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, seed: UInt64 = 0, isShadow: Bool = false,
    start: StartingState? = nil, observations: [KernelObservation] = []
  ) throws {
    policyName = policy.name
    if let parameters = policy.slub {
      // An engine of that memory would be refused, too.
      try policy.configuration(memoryBytes: memoryBytes, cpus: source.cpuCount).check()
      slub = try SLUBPlayer(
        source, parameters: parameters, sizes: policy.generalCacheSizes, orders: policy.orders.byStride,
        memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
      engine = nil
    } else {
      var player = try Player(
        source, policy: policy, memoryBytes: memoryBytes, seed: seed, isShadow: isShadow, start: start,
        observations: observations)
      if let start { try player.populate(start, symbols: source.symbols, cpus: source.cpuCount, seed: seed) }
      engine = consume player
      slub = nil
    }
  }

  /// Reads a figure of whichever player there is.
  private func read<Result>(
    engine ofEngine: (borrowing Player) -> Result, slub ofSLUB: (borrowing SLUBPlayer) -> Result
  ) -> Result {
    switch slub {
    case .some(let player): return ofSLUB(player)
    case .none: break
    }
    switch engine {
    case .some(let player): return ofEngine(player)
    case .none: preconditionFailure("a policy's player has neither an engine nor a model")
    }
  }

  /// What is played.
  public var sourceName: String { read(engine: { $0.sourceName }, slub: { $0.sourceName }) }

  /// What happened so far.
  public var progress: PlayerProgress { read(engine: { $0.progress }, slub: { $0.progress }) }

  /// The engine; nil if the policy is replayed on the model of SLUB.
  public var slabEngine: SlabEngine? { read(engine: { $0.engine }, slub: { _ in nil }) }

  /// Frees that the source did not report, by how they were found; nil on the engine, which finds them by address only.
  public var unseenFrees: UnseenFreeCounts? { read(engine: { _ in nil }, slub: { $0.unseenFrees }) }

  /// The shuffler's account; nil if the policy has none.
  public var shuffling: ShuffleLedger? { read(engine: { $0.shuffler?.ledger }, slub: { _ in nil }) }

  /// Whether the last event of the source was played: the next one would start it anew.
  public mutating func isAtEnd() throws -> Bool {
    if let end = try engine?.isAtEnd() { return end }
    return try slub?.isAtEnd() ?? true
  }

  /// Plays up to `count` events, fewer where a source's batch or the source itself ends.
  /// - Returns: events played; 0 only for a source without events.
  public mutating func play(upTo count: Int) throws -> Int {
    if let played = try engine?.play(upTo: count) { return played }
    return try slub?.play(upTo: count) ?? 0
  }

  /// Plays events as long as no more than `ticks` ticks of the source's clock have gone by since the first event.
  /// - Returns: events played; 0 when the next one is later.
  public mutating func play(untilElapsed ticks: UInt64, upTo count: Int) throws -> Int {
    if let played = try engine?.play(untilElapsed: ticks, upTo: count) { return played }
    return try slub?.play(untilElapsed: ticks, upTo: count) ?? 0
  }

  /// A sample of every cache and page, the slabs of the named cache one by one.
  public func sample(mapping name: String? = nil) -> EngineSample {
    read(
      engine: { player in player.engine.sample(mapping: name.flatMap { player.engine.cache(named: $0) }) },
      slub: { $0.sample(mapping: name) })
  }

  /// Violated invariants and damaged objects, in words; empty if there are none.
  public func validate() -> [String] {
    read(
      engine: { player in
        player.engine.validate().map { "\($0)" } + (player.progress.firstMismatch.map { [$0] } ?? [])
      }, slub: { $0.validate() })
  }

  /// Gives up to `count` single pages to the page hog; the page beside each stays free if `fragmenting`.
  /// - Returns: pages taken.
  @discardableResult
  public mutating func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    if let taken = slub?.hogPages(count, fragmenting: fragmenting) { return taken }
    return slabEngine?.hogPages(count, fragmenting: fragmenting) ?? 0
  }

  /// Does what is due up to a time on the source's clock, while no event is played.
  public mutating func advance(to time: UInt64) { slub?.advance(to: time) }

  /// What the event that was played last did, in words.
  public var lastEventInWords: String? { read(engine: { $0.lastEventInWords }, slub: { $0.lastEventInWords }) }

  /// Live objects that were asked for by size, by bytes asked for: up to `largest`.
  /// - Complexity: O(slots).
  public func liveSizes(upTo largest: Int) -> [Int: Int] {
    read(engine: { $0.liveSizes(upTo: largest) }, slub: { $0.liveSizes(upTo: largest) })
  }

  /// Bytes of machine memory.
  public var memoryBytes: Int {
    read(engine: { $0.engine.configuration.memoryBytes }, slub: { $0.model.pages.bytes })
  }

  /// Shuffles the engine's slabs from here on, or no more. The model has nothing to shuffle.
  public mutating func setShuffling(_ budget: ShuffleBudget?) { engine?.setShuffling(budget) }

  /// Frees up to `count` of the page hog's pages.
  /// - Returns: pages freed.
  @discardableResult
  public mutating func releaseHogPages(_ count: Int) -> Int {
    if let released = slub?.releaseHogPages(count) { return released }
    return slabEngine?.releaseHogPages(count) ?? 0
  }

  /// Makes page allocations fail from here on; nil ends that.
  public mutating func injectPageFailures(_ injection: PageFailureInjection?) {
    slub?.injectPageFailures(injection)
    slabEngine?.injectPageFailures(injection)
  }
}
