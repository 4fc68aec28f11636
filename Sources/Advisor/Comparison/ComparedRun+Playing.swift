package import Recordings
import SlabEngine
import Telemetry
package import Workloads

extension ComparedRun {
  /// Approximate number of samples of a run without idle times.
  private static let sampleCount = 2000
  /// Maximum number of consecutive samples without an event, 0.1 s apart; then the replay skips to the next event.
  private static let maximumIdleSamples = 64

  /// Plays the first `limit` events of a source and samples the machine in between.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - limit: Maximum number of events.
  ///   - policy: Policy of the machine.
  ///   - memoryBytes: Machine memory in bytes.
  ///   - pressure: Percentage of the memory that the memory hog allocates first.
  ///   - seed: Seed of the random choices among the objects that lived before the first event.
  ///   - start: State of the caches before the first event; nil for an empty machine.
  ///   - verification: Objects whose contents are verified.
  ///   - facts: Facts about the source, if they are known already.
  ///   - progress: Called repeatedly, with the number of events played since the last call.
  /// - Throws: Errors of the source, `EngineError`, and ``ComparisonError`` if an invariant of the engine is violated.
  package init(
    _ source: any AllocationEventSource, events limit: Int, policy: Policy, memoryBytes: Int, pressure: Int,
    seed: UInt64 = 0, start: ReplayStart? = nil, verification: ContentVerification = .sampled,
    facts: SourceFacts? = nil, progress: (Int) -> Void = { _ in }
  ) throws {
    self.init(Setting(policy: policy.name, memoryBytes: memoryBytes, pressure: pressure))
    var player = try PolicyPlayer(
      source, policy: policy, memoryBytes: memoryBytes, seed: seed, verification: verification, start: start?.state,
      observations: start?.observations ?? [], facts: facts)
    // At most every other page can be allocated with a free page beside it; the rest is allocated anywhere.
    let hogged = memoryBytes >> 12 * pressure / 100
    let fragmenting = player.hogPages(hogged, fragmenting: true)
    player.hogPages(hogged - fragmenting)
    let returnedBefore = ComparedRun.pagesReturned(player.sample())
    let ticksPerSecond = Double(source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond)
    let stride = max(1, limit / ComparedRun.sampleCount)
    let step = UInt64(max(1, ticksPerSecond / 10))
    var (playing, elapsed, idle) = (Duration.zero, UInt64(0), 0)
    var sums = CacheMemorySums()
    while events < limit, try !player.isAtEnd() {
      let start = ContinuousClock.now
      let wanted = min(stride, limit - events)
      // After a long time without events the machine no longer changes, so the replay skips to the next event.
      let played =
        try idle < ComparedRun.maximumIdleSamples
        ? player.play(untilElapsed: elapsed, upTo: wanted) : player.play(upTo: 1)
      playing += start.duration(to: .now)
      events += played
      progress(played)
      idle = played == 0 ? idle + 1 : 0
      let now = max(elapsed, player.progress.elapsedTicks)
      let snapshot = Snapshot(player.sample())
      record(snapshot, seconds: Double(now) / ticksPerSecond)
      sums.add(snapshot, seconds: Double(now) / ticksPerSecond)
      // If no event was due, time advances by 0.1 s, so that background work such as the shuffler can run.
      elapsed = played == 0 ? now + step : now
    }
    recordTotals(player, playing)
    caches = sums.caches
    emptySlabPages = ComparedRun.pagesReturned(player.sample()) - returnedBefore - evacuatedPages
    if let violation = player.validate().first { throw ComparisonError(run: setting, violation: violation) }
  }

  /// Appends a sample, and records the state of the machine if slab memory is at its maximum so far.
  private mutating func record(_ snapshot: Snapshot, seconds: Double) {
    let slabBytes = snapshot.slabAndLargeBytes
    samples.append(Sample(seconds: seconds, slabBytes: slabBytes, liveBytes: snapshot.ledger[.livePayload]))
    guard slabBytes > peakSlabBytes else { return }
    peakSlabBytes = slabBytes
    ledgerAtPeak = snapshot.ledger
    slabsByOrder = snapshot.caches.reduce(into: [Int](repeating: 0, count: 11)) { sums, cache in
      for order in sums.indices { sums[order] += cache.slabsByOrder[order] }
    }
    highOrderPages = slabsByOrder.indices.dropFirst().reduce(0) { $0 + slabsByOrder[$1] << $1 }
    let free = snapshot.pageBlocksFreeByOrder.enumerated().map { $0.element << $0.offset }
    let (all, usable) = (free.reduce(0, +), free.dropFirst(3).reduce(0, +))
    unusableFreeIndex = all == 0 ? 0 : Double(all - usable) / Double(all)
  }

  /// Returns the number of pages of slabs that were returned to the page allocator.
  private static func pagesReturned(_ sample: EngineSample) -> Int {
    sample.caches.reduce(0) { sum, cache in
      sum + cache.slabsReturnedByOrder.enumerated().reduce(0) { $0 + $1.element << $1.offset }
    }
  }

  /// Records the figures that are totals of the run.
  private mutating func recordTotals(_ player: borrowing PolicyPlayer, _ playing: Duration) {
    let caches = player.sample().caches
    orderFallbacks = caches.reduce(0) { $0 + $1.fallbacksByOrder.reduce(0, +) }
    orderRefusals = caches.reduce(0) { $0 + $1.refusalsByOrder.reduce(0, +) }
    failedAllocations = player.progress.failedAllocations
    let (allocations, refills) = caches.reduce((0, 0)) { ($0.0 + $1.allocations, $0.1 + $1.refills) }
    refillsPerThousand = allocations == 0 ? 0 : Double(refills) * 1000 / Double(allocations)
    #if Capture
      remoteFrees = player.slabEngine?.captureReport()?.remoteFrees
    #endif
    if let ledger = player.shuffling {
      let total = ledger.total
      (evacuatedObjects, evacuatedBytes, evacuatedPages) = (total.objectsMoved, total.bytesMoved, total.pagesEvacuated)
      shuffledPages = total.pagesReclaimed
    }
    nanosecondsPerEvent = Double(playing / .nanoseconds(1)) / Double(max(events, 1))
    meanSlabBytes = mean(\.slabBytes)
    meanLiveBytes = mean(\.liveBytes)
  }

  /// Returns the time-weighted mean of a figure; the mean of all samples if they have the same time.
  private func mean(_ figure: KeyPath<Sample, Int>) -> Int {
    var (sum, time) = (0.0, 0.0)
    for (before, after) in zip(samples, samples.dropFirst()) {
      let interval = max(0, after.seconds - before.seconds)
      sum += Double(before[keyPath: figure]) * interval
      time += interval
    }
    guard time > 0 else { return samples.isEmpty ? 0 : samples.reduce(0) { $0 + $1[keyPath: figure] } / samples.count }
    return Int(sum / time)
  }
}
