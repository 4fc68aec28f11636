import Testing

@testable import SlabEngine

/// Creates an engine with little memory.
func makeEngine(
  megabytes: Int = 8, cpus: Int = 2, sizes: [Int] = (3...13).map { 1 << $0 }, sharing: Double? = nil,
  orders: OrderPolicy = OrderPolicy(), captures: Bool = false
) throws -> SlabEngine {
  var configuration = EngineConfiguration(
    memoryBytes: megabytes << 20, cpus: cpus, generalCacheSizes: sizes, orders: orders, sharingBound: sharing)
  #if Capture
    configuration.capturesData = captures
  #endif
  return try SlabEngine(configuration)
}

extension SlabEngine {
  /// Returns the cache that serves a request of this many bytes; nil if it was never created.
  func generalCache(forBytes bytes: Int) -> SlabCache? {
    cacheIncludingDestroyed(at: CPUCache.index(atOffset: general.offset(forBytes: bytes)))
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): reproducible random numbers for property tests.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension EngineSample {
  /// Returns the sample of the cache with this name.
  func cache(_ name: String) throws -> CacheSample { try #require(caches.first { $0.name == name }) }
}

/// Collector of an engine's faults, in the order of their reports.
final class FaultCollector: Sendable {
  private let faults = Guarded<[AllocationFault]>([])

  init(_ engine: SlabEngine) {
    engine.setFaultHandler { [self] fault in faults.withLock { $0.append(fault) } }
  }

  deinit { faults.destroy() }

  var all: [AllocationFault] { faults.withLock { $0 } }
}
