import Recordings
import SlabEngine
import Telemetry
import Workloads

/// What a source's events hold under a policy: played by a shadow, which does everything but touch the objects.
public struct ShadowReplay: Sendable, Hashable {
  /// Bytes of pages in use, at the moment when they were most.
  public private(set) var peakBytes = 0
  /// Bytes of pages in use, on average over the workload's time (over the moments, where no time goes by).
  public private(set) var meanBytes = 0
  /// Bytes of slabs and large blocks that serve requests by size, on average likewise.
  public private(set) var meanGeneralBytes = 0
  /// Bytes of slabs and large blocks after each of the moments, and those of them that serve requests by size.
  public private(set) var heldBytes: [Int] = []
  /// Bytes that serve requests by size.
  public private(set) var generalBytes: [Int] = []
  /// Seconds of the workload's time at each of the moments.
  public private(set) var seconds: [Double] = []
  /// Bytes of slabs before the first event.
  public private(set) var startBytes = 0
  /// Bytes before the first event that serve requests by size.
  public private(set) var startGeneralBytes = 0
  /// Magazines refilled, per 1,000 allocations, at the end.
  public private(set) var refillsPerThousand = 0.0
  /// Times that two CPUs met at a depot.
  public private(set) var contentions = 0
  /// Allocations that were refused.
  public private(set) var failedAllocations = 0
  /// Caches that draw from others' slabs at the end, by the holder's name.
  public private(set) var sharers: [String: [String]] = [:]

  /// Plays events and looks after each of `moments` of them, ascending.
  /// - Throws: what the source throws, and `EngineError`.
  init(
    _ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, moments: [Int], start: ReplayStart? = nil,
    injection: PageFailureInjection? = nil
  ) throws {
    var player = try PolicyPlayer(
      source, policy: policy, memoryBytes: memoryBytes, isShadow: true, start: start?.state,
      observations: start?.observations ?? [])
    player.injectPageFailures(injection)
    let ticksPerSecond = Double(source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond)
    var clock = MeanHeld(player.sample(), ticksPerSecond)
    (startBytes, startGeneralBytes) = (clock.held, clock.general)
    for moment in moments {
      while player.progress.events < moment, try !player.isAtEnd() {
        // A tenth of a second at most, so that what the background gives back counts from then on.
        let left = min(moment - player.progress.events, ShadowReplay.eventsPerLook)
        let played = try clock.isIdle ? player.play(upTo: 1) : player.play(untilElapsed: clock.ticks, upTo: left)
        clock.look(player.sample(), elapsed: player.progress.elapsedTicks, played: played)
      }
      heldBytes.append(clock.held)
      generalBytes.append(clock.general)
      seconds.append(Double(player.progress.elapsedTicks) / ticksPerSecond)
    }
    (meanBytes, meanGeneralBytes) = (clock.mean, clock.meanGeneral)
    conclude(player.sample(), player.progress)
  }

  private static let eventsPerLook = 1000

  private mutating func conclude(_ sample: EngineSample, _ progress: PlayerProgress) {
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

/// Bytes held over a workload's time, as they are looked at.
private struct MeanHeld {
  private(set) var held = 0
  private(set) var general = 0
  /// Up to when events may be played, in ticks of the workload's time.
  private(set) var ticks: UInt64 = 0
  private var area = 0.0
  private var generalArea = 0.0
  private var generalSum = 0.0
  private var time = 0.0
  private var looks = 0
  private var sum = 0.0
  /// Looks in a row at which nothing had happened.
  private var idle = 0
  private let step: UInt64

  init(_ sample: EngineSample, _ ticksPerSecond: Double) {
    step = UInt64(max(1, ticksPerSecond / 10))
    take(sample)
  }

  /// Whether nothing happens for so long that there is no more to be seen: on to the next event.
  var isIdle: Bool { idle >= 64 }

  mutating func look(_ sample: EngineSample, elapsed: UInt64, played: Int) {
    let now = max(ticks, elapsed)
    area += Double(held) * max(0, Double(now) - time)
    generalArea += Double(general) * max(0, Double(now) - time)
    time = max(time, Double(now))
    take(sample)
    idle = played == 0 ? idle + 1 : 0
    ticks = played == 0 ? now + step : now
    looks += 1
    sum += Double(held)
    generalSum += Double(general)
  }

  private mutating func take(_ sample: EngineSample) {
    general = sample.caches.reduce(sample.largeBlockBytes) { $1.isGeneral ? $0 + $1.slabBytes : $0 }
    held = sample.caches.reduce(sample.largeBlockBytes) { $0 + $1.slabBytes }
  }

  /// Over the workload's time; over the looks, where no time goes by.
  var mean: Int { time > 0 ? Int(area / time) : looks == 0 ? held : Int(sum / Double(looks)) }
  var meanGeneral: Int { time > 0 ? Int(generalArea / time) : looks == 0 ? general : Int(generalSum / Double(looks)) }
}
