import Recordings
import SlabEngine
import Telemetry
import Workloads

/// Slab memory of a workload under a policy, from a replay.
package struct ShadowReplay: Sendable, Hashable {
  /// Bytes of pages in use at the peak.
  package private(set) var peakBytes = 0
  /// Mean bytes of slabs and large blocks over the workload's time; over the samples if the workload has no clock.
  package private(set) var meanBytes = 0
  /// Mean bytes of the slabs and large blocks that serve requests by size.
  package private(set) var meanGeneralBytes = 0
  /// Bytes of slabs and large blocks after each of the given numbers of events.
  package private(set) var slabBytes: [Int] = []
  /// Largest bytes of slabs and large blocks in the samples up to each of the given numbers of events, since the number before.
  package private(set) var highestSlabBytes: [Int] = []
  /// Bytes of the slabs and large blocks that serve requests by size, after each of the given numbers of events.
  package private(set) var generalBytes: [Int] = []
  /// Seconds of the workload's time after each of the given numbers of events.
  package private(set) var seconds: [Double] = []
  /// Bytes of slabs before the first event.
  package private(set) var startBytes = 0
  /// Bytes of the slabs that serve requests by size before the first event.
  package private(set) var startGeneralBytes = 0
  /// Magazines refilled per 1,000 allocations, at the end.
  package private(set) var refillsPerThousand = 0.0
  /// Number of times that two CPUs contended for a depot.
  package private(set) var contentions = 0
  /// Number of failed allocations.
  package private(set) var failedAllocations = 0
  /// Names of the caches that allocate from the slabs of another cache at the end, by the name of that cache.
  package private(set) var sharers: [String: [String]] = [:]

  /// Replays events and samples slab memory.
  /// - Parameters:
  ///   - eventCounts: numbers of events after which slab memory is sampled, ascending.
  ///   - verification: the objects whose contents are verified.
  ///   - facts: the facts about the source, if they are known already.
  /// - Throws: what the source throws, `EngineError`, and `AdviceError` if an object is damaged.
  init(
    _ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, sampledAfter eventCounts: [Int],
    start: ReplayStart? = nil, injection: PageFailureInjection? = nil,
    verification: ContentVerification = .sampled, facts: SourceFacts? = nil
  ) throws {
    var player = try PolicyPlayer(
      source, policy: policy, memoryBytes: memoryBytes, verification: verification, start: start?.state,
      observations: start?.observations ?? [], facts: facts)
    player.injectPageFailures(injection)
    let ticksPerSecond = Double(source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond)
    var mean = SlabMemoryMean(player.slabMemory(), ticksPerSecond)
    (startBytes, startGeneralBytes) = (mean.bytes, mean.generalBytes)
    for count in eventCounts {
      var highest = 0
      while player.progress.events < count, try !player.isAtEnd() {
        // Samples are at most a tenth of a second apart, so that slabs that the background reclaims count from then on.
        let left = min(count - player.progress.events, ShadowReplay.eventsPerSample)
        let played = try mean.isIdle ? player.play(upTo: 1) : player.play(untilElapsed: mean.ticks, upTo: left)
        mean.add(player.slabMemory(), elapsed: player.progress.elapsedTicks, played: played)
        highest = max(highest, mean.bytes)
      }
      highestSlabBytes.append(max(highest, mean.bytes))
      slabBytes.append(mean.bytes)
      generalBytes.append(mean.generalBytes)
      seconds.append(Double(player.progress.elapsedTicks) / ticksPerSecond)
    }
    if let damage = player.progress.firstMismatch {
      throw AdviceError.damagedObject(name: source.name, policy: policy.name, description: damage)
    }
    (meanBytes, meanGeneralBytes) = (mean.mean, mean.generalMean)
    addTotals(player.sample(), player.progress)
  }

  private static let eventsPerSample = 1000

  private mutating func addTotals(_ sample: EngineSample, _ progress: PlayerProgress) {
    peakBytes = sample.peakPagesInUse * sample.pageBytes
    failedAllocations = progress.failedAllocations
    let allocations = sample.caches.reduce(0) { $0 + $1.allocations }
    let refills = sample.caches.reduce(0) { $0 + $1.refills }
    refillsPerThousand = allocations == 0 ? 0 : Double(refills) * 1000 / Double(allocations)
    contentions = sample.caches.reduce(0) { $0 + $1.depotContentions }
    for cache in sample.caches where cache.allocations > 0 && cache.slabHolder != cache.name && cache.slabHolder != "" {
      sharers[cache.slabHolder, default: []].append(cache.name)
    }
  }
}

/// Mean of the slab memory over a workload's time, from samples.
private struct SlabMemoryMean {
  /// Bytes of slabs and large blocks at the latest sample.
  private(set) var bytes = 0
  /// Bytes of the slabs and large blocks that serve requests by size, at the latest sample.
  private(set) var generalBytes = 0
  /// Time up to which events may be played before the next sample, in ticks of the workload's clock.
  private(set) var ticks: UInt64 = 0
  private var area = 0.0
  private var generalArea = 0.0
  private var sum = 0.0
  private var generalSum = 0.0
  private var time = 0.0
  private var samples = 0
  /// Number of latest samples in a row before which no event was played.
  private var idleSamples = 0
  private let step: UInt64

  init(_ memory: SlabMemory, _ ticksPerSecond: Double) {
    step = UInt64(max(1, ticksPerSecond / 10))
    (bytes, generalBytes) = (memory.bytes, memory.generalBytes)
  }

  /// Whether no event was played for so long that slab memory no longer changes, so that the replay skips to the next event.
  var isIdle: Bool { idleSamples >= 64 }

  /// Adds a sample: the previous one counts for the time since then.
  mutating func add(_ memory: SlabMemory, elapsed: UInt64, played: Int) {
    let now = max(ticks, elapsed)
    area += Double(bytes) * max(0, Double(now) - time)
    generalArea += Double(generalBytes) * max(0, Double(now) - time)
    time = max(time, Double(now))
    (bytes, generalBytes) = (memory.bytes, memory.generalBytes)
    idleSamples = played == 0 ? idleSamples + 1 : 0
    ticks = played == 0 ? now + step : now
    samples += 1
    sum += Double(bytes)
    generalSum += Double(generalBytes)
  }

  /// Mean over the workload's time; over the samples if no time passed.
  var mean: Int { time > 0 ? Int(area / time) : samples == 0 ? bytes : Int(sum / Double(samples)) }
  /// Mean bytes of the slabs and large blocks that serve requests by size.
  var generalMean: Int {
    time > 0 ? Int(generalArea / time) : samples == 0 ? generalBytes : Int(generalSum / Double(samples))
  }
}
