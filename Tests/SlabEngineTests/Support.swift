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

extension SlabEngine {
  /// Removes `count` free objects from the slabs of a cache one at a time, and adds slabs if necessary. No magazine is
  /// involved, so that a test controls the occupancy of each slab.
  func takeFromSlabs(_ count: Int, of cache: SlabCache, cpu: Int = 0) -> [UnsafeMutableRawPointer] {
    var object = memory.base
    return (0..<count).compactMap { _ in removeObjects(1, into: &object, from: cache, cpu: cpu) == 1 ? object : nil }
  }

  /// Returns objects to their slabs one at a time.
  func returnToSlabs(_ objects: some Sequence<UnsafeMutableRawPointer>, of cache: SlabCache) {
    for object in objects { returnObject(object, to: cache) }
  }

  /// Returns the first page of the slab that contains an object.
  func slab(of object: UnsafeMutableRawPointer) -> UInt32 { memory.location(of: object)!.frame }
}

/// Creates a cache of which three of four objects were freed, in all its slabs.
func makeFragmentedCache(_ engine: SlabEngine, _ owner: ObjectOwner, objects: Int) throws -> SlabCache {
  let cache = try engine.makeCache("sparse", objectSize: 500, options: CacheOptions(mover: owner.mover))
  let cpu = engine.cpu(0)
  for number in 0..<objects { owner.add(try #require(cpu.allocate(from: cache)), as: number) }
  for number in 0..<objects where number % 4 != 0 { cpu.free(owner.remove(number)!, to: cache) }
  cpu.drain(cache)
  engine.shrink(cache)
  return cache
}

/// Owner of objects, with a lock that its mover takes as well. Each object starts with its number.
final class ObjectOwner: Sendable {
  private struct OwnedObjects {
    var objects: [Int: UnsafeMutableRawPointer] = [:]
    var numbers: [UnsafeMutableRawPointer: Int] = [:]
  }

  private let owned = Guarded(OwnedObjects())

  deinit { owned.destroy() }

  func add(_ object: UnsafeMutableRawPointer, as number: Int) {
    object.storeBytes(of: number, as: Int.self)
    owned.withLock { owned in
      owned.objects[number] = object
      owned.numbers[object] = number
    }
  }

  func remove(_ number: Int) -> UnsafeMutableRawPointer? {
    owned.withLock { owned in
      guard let object = owned.objects.removeValue(forKey: number) else { return nil }
      owned.numbers[object] = nil
      return object
    }
  }

  var mover: ObjectMover {
    { [self] move in
      owned.withLock { owned in
        guard let number = owned.numbers.removeValue(forKey: move.from) else { return .dontKnow }
        move.perform()
        owned.numbers[move.to] = number
        owned.objects[number] = move.to
        return .yes
      }
    }
  }

  /// Whether each object still contains its number.
  var isIntact: Bool {
    owned.withLock { $0.objects.allSatisfy { $0.value.load(as: Int.self) == $0.key } }
  }

  func churn(on cpu: EngineCPU, _ cache: SlabCache, seed: UInt64, steps: Int) {
    var random = SplitMix64(state: seed)
    for step in 0..<steps {
      if Int.random(in: 0..<3, using: &random) == 0, let object = cpu.allocate(from: cache) {
        add(object, as: step)
      } else if let object = remove(Int.random(in: 0...step, using: &random)) {
        cpu.free(object, to: cache)
      }
    }
  }
}
