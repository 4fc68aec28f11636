import Recordings
import SlabEngine
import Workloads

/// The replay whose slabs are compared: an engine filled as the kernel was, then played, and counted at given times.
final class ModelReplay {
  private var player: Player
  private let observed: ObservedSlabs
  private let traffic: RecordedCaches
  private let ticksPerMicrosecond: Double

  init(
    _ recording: Recording, _ policy: Policy, _ observed: ObservedSlabs, _ traffic: RecordedCaches
  ) throws {
    self.observed = observed
    self.traffic = traffic
    ticksPerMicrosecond = Double(recording.ticksPerSecond) / 1e6
    let populations = traffic.caches.values.compactMap { cache -> Player.Population? in
      guard let before = observed.before[cache.name], before.stride == cache.stride else { return nil }
      return Player.Population(
        name: cache.name, objectSize: cache.objectSize, stride: cache.stride, live: min(before.live, before.objects),
        total: before.objects, isGeneral: cache.isGeneral)
    }.sorted { $0.name < $1.name }
    let held = populations.reduce(0) { $0 + $1.total * $1.stride }
    guard held <= 24 << 30 else { throw ModelValidationError.tooLarge(bytes: held) }
    // Never short: a model of a machine whose memory suffices.
    let memory = max(256 << 20, (held + traffic.peakBytes) * 2)
    player = try Player(recording, policy: policy, memoryBytes: min(memory, 64 << 30))
    for population in populations { try player.populate(population) }
  }

  /// Plays, and counts before the first event and at each of the observed moments.
  func run() throws -> [[String: ObservedSlabs.Count]] {
    var counts = [count()]
    for moment in observed.moments {
      try play(until: moment.time)
      counts.append(count())
    }
    return counts
  }

  /// Plays the events up to a time on the recording's clock, in this loop.
  private func play(until time: UInt64) throws {
    guard time >= traffic.start else { return }
    let ticks = UInt64(Double(time - traffic.start) * max(ticksPerMicrosecond, 1))
    while try !player.isAtEnd(), try player.play(untilElapsed: ticks, upTo: 8192) > 0 {}
  }

  private func count() -> [String: ObservedSlabs.Count] {
    var counts: [String: ObservedSlabs.Count] = [:]
    for cache in player.engine.sample().caches {
      let name = cache.isGeneral ? "kmalloc-\(cache.objectSize)" : cache.name
      counts[name] = ObservedSlabs.Count(
        live: cache.liveObjects, objects: cache.totalObjects, slabs: cache.slabsByOrder.reduce(0, +),
        stride: cache.stride)
    }
    return counts
  }
}
