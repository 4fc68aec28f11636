import Recordings
import SlabEngine
import Telemetry
import Workloads

extension ComparedRun {
  /// Looks at the machine while a run plays, at most.
  private static let looks = 2000
  /// Looks, a tenth of a second apart, while nothing happens.
  private static let mostIdleLooks = 64

  /// Plays `events` events of a source, each once, and looks at the machine in between.
  /// - Throws: what the source throws, `EngineError`, and `ComparisonError` when the engine's invariants are violated.
  init(
    _ source: any AllocationEventSource, events limit: Int, policy: Policy, memoryBytes: Int, pressure: Int,
    start: ReplayStart? = nil
  ) throws {
    self.init(Setting(policy: policy.name, memoryBytes: memoryBytes, pressure: pressure))
    var player = try PolicyPlayer(
      source, policy: policy, memoryBytes: memoryBytes, start: start?.state, observations: start?.observations ?? [])
    // Every other page at most; beyond half of the memory, pages from in between as well.
    let hogged = memoryBytes >> 12 * pressure / 100
    let taken = player.hogPages(hogged, fragmenting: true)
    player.hogPages(hogged - taken)
    let returnedBefore = ComparedRun.pagesReturned(player.sample())
    let ticksPerSecond = Double(source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond)
    let stride = max(1, limit / ComparedRun.looks)
    let step = UInt64(max(1, ticksPerSecond / 10))
    var (playing, elapsed, idle) = (Duration.zero, UInt64(0), 0)
    var sums = CacheMemorySums()
    while events < limit, try !player.isAtEnd() {
      let start = ContinuousClock.now
      let wanted = min(stride, limit - events)
      // Where nothing happens for long, there is no more to be seen: on to the next event.
      let played =
        try idle < ComparedRun.mostIdleLooks
        ? player.play(untilElapsed: elapsed, upTo: wanted) : player.play(upTo: 1)
      playing += start.duration(to: .now)
      events += played
      idle = played == 0 ? idle + 1 : 0
      let now = max(elapsed, player.progress.elapsedTicks)
      let snapshot = Snapshot(player.sample())
      look(snapshot, seconds: Double(now) / ticksPerSecond)
      sums.add(snapshot, seconds: Double(now) / ticksPerSecond)
      // A tenth of a second on, where nothing was due: the background has its turn.
      elapsed = played == 0 ? now + step : now
    }
    conclude(player, playing)
    caches = sums.caches
    emptySlabPages = ComparedRun.pagesReturned(player.sample()) - returnedBefore - evacuatedPages
    if let violation = player.validate().first { throw ComparisonError(run: setting, what: violation) }
  }

  private mutating func look(_ snapshot: Snapshot, seconds: Double) {
    let slabBytes = snapshot.slabAndLargeBytes
    moments.append(Moment(seconds: seconds, slabBytes: slabBytes, liveBytes: snapshot.ledger[.livePayload]))
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

  /// Pages of the slabs that were returned to the page allocator.
  private static func pagesReturned(_ sample: EngineSample) -> Int {
    sample.caches.reduce(0) { sum, cache in
      sum + cache.slabsReturnedByOrder.enumerated().reduce(0) { $0 + $1.element << $1.offset }
    }
  }

  private mutating func conclude(_ player: borrowing PolicyPlayer, _ playing: Duration) {
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

  /// The mean over the workload's time; over the moments, where no time went by.
  private func mean(_ figure: KeyPath<Moment, Int>) -> Int {
    var (sum, time) = (0.0, 0.0)
    for (before, after) in zip(moments, moments.dropFirst()) {
      let interval = max(0, after.seconds - before.seconds)
      sum += Double(before[keyPath: figure]) * interval
      time += interval
    }
    guard time > 0 else { return moments.isEmpty ? 0 : moments.reduce(0) { $0 + $1[keyPath: figure] } / moments.count }
    return Int(sum / time)
  }
}
