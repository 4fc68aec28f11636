internal import Synchronization

/// Table of caches and pools by index, which can be read without a lock. An entry is published once, with a releasing
/// store, and remains until the engine is destroyed.
struct CacheTable: ~Copyable {
  private let mapping: ReservedMapping
  private let caches: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<CacheDescriptor>?>>
  private let pools: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<GuardedPool>?>>
  static let capacity = EngineConfiguration.maximumCaches

  init() throws(EngineError) {
    mapping = try ReservedMapping(bytes: CacheTable.capacity * 2 * MemoryLayout<UnsafeMutableRawPointer?>.stride)
    // A new mapping is zero, which is "no cache" and "no pool".
    caches = mapping.start.bindMemory(
      to: Atomic<UnsafeMutablePointer<CacheDescriptor>?>.self, capacity: CacheTable.capacity)
    let rest = mapping.start + CacheTable.capacity * MemoryLayout<UnsafeMutableRawPointer?>.stride
    pools = rest.bindMemory(
      to: Atomic<UnsafeMutablePointer<GuardedPool>?>.self, capacity: CacheTable.capacity)
  }

  func cache(at index: Int) -> SlabCache? {
    guard (0..<CacheTable.capacity).contains(index) else { return nil }
    return caches[index].load(ordering: .acquiring).map { SlabCache(descriptor: $0) }
  }

  func pool(at index: Int) -> GuardedPool? {
    guard (0..<CacheTable.capacity).contains(index) else { return nil }
    return pools[index].load(ordering: .acquiring)?.pointee
  }

  func publish(_ cache: SlabCache) { caches[cache.index].store(cache.descriptor, ordering: .releasing) }

  func publish(_ pool: GuardedPool, at index: Int) {
    let box = UnsafeMutablePointer<GuardedPool>.allocate(capacity: 1)
    box.initialize(to: pool)
    pools[index].store(box, ordering: .releasing)
  }

  /// Frees every pool. The engine must not be used afterwards.
  func destroyPools() {
    var index = 0
    while index < CacheTable.capacity, let box = pools[index].load(ordering: .relaxed) {
      box.pointee.inspect { $0.destroy() }
      box.pointee.destroy()
      box.deallocate()
      index += 1
    }
  }
}
