import Recordings
import SlabEngine
import Telemetry
import Workloads

/// The replay whose slabs are compared with a kernel's: filled as the kernel was, then played, and counted at given times.
final class ModelReplay {
  /// A cache at a moment.
  struct Count {
    var objects = 0
    var slabs = 0
    var bytes = 0
    /// Partial slabs by eighths of their objects in use; nil if they were not counted.
    var eighths: [Int]?
  }

  /// Caches whose slabs are counted by occupancy.
  private let mapped: [String]
  private var player: PolicyPlayer
  private let account: KernelSamples
  private let start: UInt64
  private let ticksPerMicrosecond: Double

  init(
    _ recording: Recording, _ policy: Policy, _ account: KernelSamples, _ traffic: RecordedCaches, isCold: Bool,
    seed: UInt64
  ) throws {
    self.account = account
    // The engine's slabs are not the kernel's.
    let countsSlabs = policy.slub != nil && account.occupancyBefore != nil
    mapped = countsSlabs ? traffic.caches.keys.sorted() : []
    start = traffic.start
    ticksPerMicrosecond = Double(recording.ticksPerSecond) / 1e6
    let held = account.before.values.reduce(0) { $0 + $1.bytes }
    guard held <= 24 << 30 else { throw ModelValidationError.tooLarge(bytes: held) }
    // A model of a machine that has enough memory.
    let memory = min(max(256 << 20, (held + traffic.peakBytes) * 2), EngineConfiguration.memoryRange.upperBound)
    player = try PolicyPlayer(
      recording, policy: policy, memoryBytes: memory, seed: seed, isShadow: true, start: isCold ? nil : account.start,
      observations: account.observations)
  }

  /// Frees that the recording does not report, by how they were found; nil if the policy is the engine's.
  var unseenFrees: UnseenFreeCounts? { player.unseenFrees }

  /// Plays, and counts before the first event and at each of the account's moments.
  func run() throws -> [[String: Count]] {
    var counts = [count()]
    for moment in account.moments {
      try play(until: moment.time)
      counts.append(count())
    }
    return counts
  }

  /// Plays the events up to a time on the recording's clock, in this loop.
  private func play(until time: UInt64) throws {
    guard time >= start else { return }
    let ticks = UInt64(Double(time - start) * max(ticksPerMicrosecond, 1))
    while try !player.isAtEnd(), try player.play(untilElapsed: ticks, upTo: 8192) > 0 {}
    player.advance(to: time)
  }

  private func count() -> [String: Count] {
    var counts: [String: Count] = [:]
    for cache in player.sample().caches {
      let name =
        cache.isGeneral && player.slabEngine != nil ? KmallocKind.normal.cacheName(bytes: cache.objectSize) : cache.name
      counts[name] = Count(
        objects: cache.totalObjects, slabs: cache.slabsByOrder.reduce(0, +), bytes: cache.slabBytes)
    }
    for name in mapped where counts[name] != nil {
      let slabs = player.sample(mapping: name).caches.first { $0.name == name }?.slabs ?? []
      var parts = [Int](repeating: 0, count: SlabOccupancy.parts + 2)
      for slab in slabs { parts[SlabOccupancy.part(objectsInUse: slab.objectsInUse, of: slab.objects)] += 1 }
      counts[name]?.eighths = SlabOccupancy.eighths(parts)
    }
    return counts
  }
}
