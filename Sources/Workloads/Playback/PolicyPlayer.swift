package import Recordings
package import SlabEngine

/// Replays the events of a source under a policy: on the engine, or on the model of SLUB for a policy of Linux.
///
/// Commands, comparisons and advice use this type for both.
package struct PolicyPlayer: ~Copyable {
  /// Player on the engine; nil if `slub` is the player.
  private var engine: Player?
  private var slub: SLUBPlayer?
  /// Name of the policy.
  package let policyName: String
  /// Caches and call sites that the policy names and the source does not have, in words; nil if there are none.
  private let unknownNames: String?

  /// Prepares to play a source under a policy.
  /// - Parameters:
  ///   - source: the source of the events.
  ///   - policy: the policy of the replay.
  ///   - memoryBytes: machine memory in bytes.
  ///   - seed: seed of the stamps in objects and of the random choices among residents.
  ///   - verification: the objects whose contents a player on the engine verifies; the model has no object memory.
  ///   - start: the kernel's caches before the first event, whatever the policy; nil for an empty machine.
  ///   - observations: the kernel's counts of active objects during the recording: upper bounds of live objects.
  ///   - facts: the facts about the source, if they are known already; nil reads them.
  /// - Throws: `EngineError`, and the errors of the source.
  /// - Complexity: O(events) of a recording, which is read once.
  package init(
    _ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, seed: UInt64 = 0,
    verification: ContentVerification = .all, start: StartingState? = nil, observations: [KernelObservation] = [],
    facts: SourceFacts? = nil
  ) throws {
    policyName = policy.name
    unknownNames = policy.unknownNames(in: source)
    if let parameters = policy.slub {
      // The model has the same limits of memory and CPUs as the engine.
      try policy.configuration(memoryBytes: memoryBytes, cpus: source.cpuCount).check()
      slub = try SLUBPlayer(
        source, facts ?? SourceFacts(of: source), parameters: parameters, sizes: policy.generalCacheSizes,
        orders: policy.preferredGeneralOrders,
        memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
      engine = nil
    } else {
      var player = try Player(
        source, policy: policy, memoryBytes: memoryBytes, seed: seed, verification: verification, start: start,
        observations: observations, facts: facts)
      if let start { try player.populate(start, symbols: source.symbols, cpus: source.cpuCount, seed: seed) }
      engine = consume player
      slub = nil
    }
  }

  /// Reads a figure of the player, on the engine or on the model.
  private func read<Result>(
    engine ofEngine: (borrowing Player) -> Result, slub ofSLUB: (borrowing SLUBPlayer) -> Result
  ) -> Result {
    switch slub {
    case .some(let player): return ofSLUB(player)
    case .none: break
    }
    switch engine {
    case .some(let player): return ofEngine(player)
    case .none: preconditionFailure("PolicyPlayer has neither a player on the engine nor one on the model")
    }
  }

  /// Name of the source.
  package var sourceName: String { read(engine: { $0.sourceName }, slub: { $0.sourceName }) }

  /// Counts of the events played so far, and of live objects.
  package var progress: PlayerProgress {
    var progress = read(engine: { $0.progress }, slub: { $0.progress })
    if let unknownNames {
      progress.policyProblem = [unknownNames, progress.policyProblem].compactMap(\.self).joined(separator: "; ")
    }
    return progress
  }

  /// The engine; nil if the policy is replayed on the model of SLUB.
  package var slabEngine: SlabEngine? { read(engine: { $0.engine }, slub: { _ in nil }) }

  /// Unseen frees by the way in which they were inferred; nil on the engine, which infers them from reused addresses only.
  package var unseenFrees: UnseenFreeCounts? { read(engine: { _ in nil }, slub: { $0.unseenFrees }) }

  /// Cost and result of shuffling; nil if slabs are not shuffled.
  package var shuffling: ShuffleLedger? { read(engine: { $0.shuffler?.ledger }, slub: { _ in nil }) }

  /// Returns whether the last event of the source was played, so that the next one starts a new loop.
  /// - Throws: the errors of the source.
  package mutating func isAtEnd() throws -> Bool {
    if let end = try engine?.isAtEnd() { return end }
    return try slub?.isAtEnd() ?? true
  }

  /// Plays up to `count` events, fewer if a batch or the source ends before.
  /// - Returns: the number of events played; 0 only if the source has no events.
  /// - Throws: the errors of the source.
  package mutating func play(upTo count: Int) throws -> Int {
    if let played = try engine?.play(upTo: count) { return played }
    return try slub?.play(upTo: count) ?? 0
  }

  /// Plays up to `count` events, as long as no more than `ticks` ticks of the source's clock have passed since the first event.
  /// - Returns: the number of events played; 0 if the next event is later.
  /// - Throws: the errors of the source.
  package mutating func play(untilElapsed ticks: UInt64, upTo count: Int) throws -> Int {
    if let played = try engine?.play(untilElapsed: ticks, upTo: count) { return played }
    return try slub?.play(untilElapsed: ticks, upTo: count) ?? 0
  }

  /// Returns a sample of every cache and page, with a list of the slabs of the named cache.
  package func sample(mapping name: String? = nil) -> EngineSample {
    read(
      engine: { player in player.engine.sample(mapping: name.flatMap { player.engine.cache(named: $0) }) },
      slub: { $0.sample(mapping: name) })
  }

  /// Returns the slab memory. The sums are those of `sample()`, which takes far longer on a large machine.
  package func slabMemory() -> SlabMemory {
    read(engine: { $0.engine.slabMemory() }, slub: { $0.slabMemory() })
  }

  /// Returns descriptions of violated invariants and damaged objects; empty if there are none.
  package func validate() -> [String] {
    read(
      engine: { player in
        player.engine.validate().map { "\($0)" } + (player.progress.firstMismatch.map { [$0] } ?? [])
      }, slub: { $0.validate() })
  }

  /// Makes the memory hog occupy up to `count` more single pages; if `fragmenting`, the neighbour of each page stays free.
  /// - Returns: the number of pages occupied.
  @discardableResult
  package mutating func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    if let occupied = slub?.hogPages(count, fragmenting: fragmenting) { return occupied }
    return slabEngine?.hogPages(count, fragmenting: fragmenting) ?? 0
  }

  /// Does the background work of the model that is due up to a time on the source's clock, while no event is played.
  package mutating func advance(to time: UInt64) { slub?.advance(to: time) }

  /// Description of the event that was played last; nil before the first.
  package var lastEventDescription: String? {
    read(engine: { $0.lastEventDescription }, slub: { $0.lastEventDescription })
  }

  /// Returns the numbers of live objects that were allocated by size, by requested bytes, up to `largest` bytes.
  /// - Complexity: O(slots).
  package func liveSizes(upTo largest: Int) -> [Int: Int] {
    read(engine: { $0.liveSizes(upTo: largest) }, slub: { $0.liveSizes(upTo: largest) })
  }

  /// Bytes of machine memory.
  package var memoryBytes: Int {
    read(engine: { $0.engine.configuration.memoryBytes }, slub: { $0.model.pages.bytes })
  }

  /// Shuffles the engine's slabs within a budget from now on; nil stops shuffling. The model does not shuffle.
  package mutating func setShuffling(_ budget: ShuffleBudget?) { engine?.setShuffling(budget) }

  /// Frees up to `count` pages of the memory hog.
  /// - Returns: the number of pages freed.
  @discardableResult
  package mutating func releaseHogPages(_ count: Int) -> Int {
    if let released = slub?.releaseHogPages(count) { return released }
    return slabEngine?.releaseHogPages(count) ?? 0
  }

  /// Makes page allocations fail from now on; nil ends the failures.
  package mutating func injectPageFailures(_ injection: PageFailureInjection?) {
    slub?.injectPageFailures(injection)
    slabEngine?.injectPageFailures(injection)
  }
}
