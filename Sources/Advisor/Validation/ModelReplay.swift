import Recordings
import SlabEngine
import Telemetry
import Workloads

/// Replay of a recording that counts slabs at the times of the kernel's samples, for comparison with them.
final class ModelReplay {
  /// Slabs of a cache at one time.
  struct Count {
    var objects = 0
    var slabs = 0
    var bytes = 0
    /// Number of partial slabs by eighths of their objects in use; nil if not counted.
    var eighths: [Int]?
  }

  /// Names of the caches whose slabs are counted by occupancy.
  private let occupancyCaches: [String]
  private var player: PolicyPlayer
  private let kernel: KernelSamples
  private let start: UInt64
  private let ticksPerMicrosecond: Double

  init(
    _ recording: Recording, _ policy: Policy, _ kernel: KernelSamples, _ traffic: RecordedTraffic, isCold: Bool,
    seed: UInt64
  ) throws {
    self.kernel = kernel
    // Occupancy is compared only for the model of SLUB, because the engine's slabs differ from the kernel's.
    let countsSlabs = policy.slub != nil && kernel.initialOccupancy != nil
    occupancyCaches = countsSlabs ? traffic.caches.keys.sorted() : []
    start = traffic.start
    ticksPerMicrosecond = Double(recording.ticksPerSecond) / 1e6
    let slabBytes = kernel.initialCaches.values.reduce(0) { $0 + $1.bytes }
    guard slabBytes <= 24 << 30 else { throw ModelValidationError.tooLarge(bytes: slabBytes) }
    // The machine has enough memory, so that allocations do not fail.
    let memory = min(max(256 << 20, (slabBytes + traffic.peakBytes) * 2), EngineConfiguration.memoryRange.upperBound)
    player = try PolicyPlayer(
      recording, policy: policy, memoryBytes: memory, seed: seed, verification: .off,
      start: isCold ? nil : kernel.start,
      observations: kernel.observations)
  }

  /// Unseen frees, by the method by which the replay inferred them; nil if the policy is one of the engine.
  var unseenFrees: UnseenFreeCounts? { player.unseenFrees }

  /// Plays the recording and counts the slabs of each cache.
  /// - Parameter progress: Called after each sample, with the number of samples so far and the number of all samples.
  /// - Returns: Counts by name of the cache, before the first event and at each later sample of the kernel.
  func run(progress: (Int, Int) -> Void) throws -> [[String: Count]] {
    var counts = [count()]
    for sample in kernel.laterSamples {
      try play(until: sample.time)
      progress(counts.count, kernel.laterSamples.count)
      counts.append(count())
    }
    return counts
  }

  /// Plays the events up to a time on the recording's clock in microseconds.
  private func play(until time: UInt64) throws {
    guard time >= start else { return }
    let ticks = UInt64(Double(time - start) * max(ticksPerMicrosecond, 1))
    while try !player.isAtEnd(), try player.play(untilElapsed: ticks, upTo: 8192) > 0 {}
    player.advance(to: time)
  }

  /// Counts the slabs of each cache now.
  private func count() -> [String: Count] {
    var counts: [String: Count] = [:]
    for cache in player.sample().caches {
      let name =
        cache.isGeneral && player.slabEngine != nil ? KmallocKind.normal.cacheName(bytes: cache.objectSize) : cache.name
      counts[name] = Count(
        objects: cache.totalObjects, slabs: cache.slabsByOrder.reduce(0, +), bytes: cache.slabBytes)
    }
    for name in occupancyCaches where counts[name] != nil {
      let slabs = player.sample(mapping: name).caches.first { $0.name == name }?.slabs ?? []
      var parts = [Int](repeating: 0, count: SlabOccupancy.parts + 2)
      for slab in slabs { parts[SlabOccupancy.part(objectsInUse: slab.objectsInUse, of: slab.objects)] += 1 }
      counts[name]?.eighths = SlabOccupancy.eighths(parts)
    }
    return counts
  }
}
