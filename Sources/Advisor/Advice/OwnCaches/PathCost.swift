import SlabEngine
import Workloads

/// Measured time of an allocation and free on this machine, by size and from an own cache: medians of rounds that alternate between
/// the two, on one CPU. All objects fit in its magazines.
///
/// The two differ only in instructions: the look-up of the size, and the look-up of the cache by the object's page. Cache misses that
/// smaller objects would save are not measured.
struct PathCost: Sendable, Hashable {
  /// Nanoseconds of an allocation and free by size (kmalloc and kfree).
  let generalNanoseconds: Double
  /// Nanoseconds of an allocation and free from the own cache (kmem_cache_alloc and kmem_cache_free).
  let ownNanoseconds: Double
  /// Whether the own cache was faster in at least three of four rounds.
  let isCertain: Bool

  /// Nanoseconds that the own cache saves per allocation and free; negative if it is slower.
  var savedNanoseconds: Double { generalNanoseconds - ownNanoseconds }

  private static let (objects, repetitions, rounds) = (16, 1024, 16)

  /// Measures requests of a number of bytes under a policy of the engine.
  /// - Throws: `EngineError`.
  init(bytes: Int, policy: Policy) throws {
    let engine = try SlabEngine(policy.configuration(memoryBytes: 16 << 20, cpus: 1).withoutCapture)
    let own = try engine.makeCache("own", objectSize: bytes)
    let cpu = engine.cpu(0)
    let clock = ContinuousClock()
    func time(_ body: () -> Void) -> Double {
      let start = clock.now
      body()
      return Double(start.duration(to: clock.now) / .nanoseconds(1))
    }
    var (general, named): ([Double], [Double]) = ([], [])
    for round in 0...PathCost.rounds {
      let bySize = time { PathCost.pairs(cpu, bytes: bytes) }
      let byName = time { PathCost.pairs(cpu, cache: own) }
      // The first round fills the magazines and does not count.
      guard round > 0 else { continue }
      general.append(bySize / Double(PathCost.objects * PathCost.repetitions))
      named.append(byName / Double(PathCost.objects * PathCost.repetitions))
    }
    isCertain = zip(general, named).count { $0.0 > $0.1 } * 4 >= PathCost.rounds * 3
    (generalNanoseconds, ownNanoseconds) = (general.sorted()[general.count / 2], named.sorted()[named.count / 2])
  }

  @inline(never)
  private static func pairs(_ cpu: EngineCPU, bytes: Int) {
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: objects) { live in
      for _ in 0..<repetitions {
        for index in 0..<objects {
          #if Capture
            live[index] = cpu.allocate(bytes: bytes, site: .unknown)
          #else
            live[index] = cpu.allocate(bytes: bytes)
          #endif
        }
        for index in 0..<objects {
          guard let object = live[index] else { continue }
          #if Capture
            cpu.free(object, site: .unknown)
          #else
            cpu.free(object)
          #endif
        }
      }
    }
  }

  @inline(never)
  private static func pairs(_ cpu: EngineCPU, cache: SlabCache) {
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: objects) { live in
      for _ in 0..<repetitions {
        for index in 0..<objects {
          #if Capture
            live[index] = cpu.allocate(from: cache, site: .unknown)
          #else
            live[index] = cpu.allocate(from: cache)
          #endif
        }
        for index in 0..<objects {
          guard let object = live[index] else { continue }
          #if Capture
            cpu.free(object, to: cache, site: .unknown)
          #else
            cpu.free(object, to: cache)
          #endif
        }
      }
    }
  }
}

extension EngineConfiguration {
  /// The same configuration without capture of allocations.
  fileprivate var withoutCapture: EngineConfiguration {
    #if Capture
      var configuration = self
      configuration.capturesData = false
      return configuration
    #else
      return self
    #endif
  }
}
