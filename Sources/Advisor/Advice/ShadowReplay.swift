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
  /// Bytes of slabs and large blocks after each of the moments, and those of them that serve requests by size.
  public private(set) var heldBytes: [Int] = []
  /// Bytes that serve requests by size.
  public private(set) var generalBytes: [Int] = []
  /// Seconds of the workload's time at each of the moments.
  public private(set) var seconds: [Double] = []
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
  init(_ source: any AllocationEventSource, policy: Policy, memoryBytes: Int, moments: [Int]) throws {
    var player = try Player(source, policy: policy, memoryBytes: memoryBytes, isShadow: true)
    let ticksPerSecond = Double(source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond)
    var sample = player.engine.sample()
    for moment in moments {
      while player.progress.events < moment, try !player.isAtEnd() {
        if try player.play(upTo: moment - player.progress.events) == 0 { break }
      }
      sample = player.engine.sample()
      let general = sample.caches.reduce(0) { $1.isGeneral ? $0 + $1.slabBytes : $0 }
      let named = sample.caches.reduce(0) { $1.isGeneral ? $0 : $0 + $1.slabBytes }
      heldBytes.append(general + named + sample.largeBlockBytes)
      generalBytes.append(general + sample.largeBlockBytes)
      seconds.append(Double(player.progress.elapsedTicks) / ticksPerSecond)
    }
    conclude(sample, player.progress)
  }

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
    meanBytes = mean()
  }

  private func mean() -> Int {
    var (sum, time) = (0.0, 0.0)
    for index in heldBytes.indices.dropFirst() {
      let interval = max(0, seconds[index] - seconds[index - 1])
      sum += Double(heldBytes[index - 1]) * interval
      time += interval
    }
    if time > 0 { return Int(sum / time) }
    return heldBytes.isEmpty ? 0 : heldBytes.reduce(0, +) / heldBytes.count
  }
}
