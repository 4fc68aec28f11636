internal import Synchronization

/// General caches (kmalloc), of which sizes are added and retired at run time (S3).
extension SlabEngine {
  /// Sizes of the general caches in service, in ascending order.
  public var generalCacheSizes: [Int] { general.sizes }

  /// Adds a general cache for requests of up to `size` bytes. Other threads may allocate meanwhile; the next request
  /// that fits is served by the new cache. If the size was retired, its former cache is put back into service.
  /// - Returns: The general cache.
  /// - Throws: `EngineError.generalCacheSizes` if the size is not a multiple of 8 in range, is a power of two, or is in
  ///   service; the errors of `makeCache(_:objectSize:options:)`.
  /// - Complexity: O(caches + sizes x CPUs).
  @discardableResult
  public func addGeneralCache(size: Int) throws(EngineError) -> SlabCache {
    guard GeneralCaches.isServable(size), size < general.largest, size.nonzeroBitCount != 1 else {
      throw .generalCacheSizes(
        "\(size) cannot be added; use a multiple of 8 below \(general.largest) that is not a power of two")
    }
    return try addGeneralCache(size: size, sharing: nil)
  }

  /// Retires a general-cache size. Other threads may allocate meanwhile. Requests are served by the next larger size
  /// from now on; live objects of the retired cache are freed as usual.
  /// - Throws: `EngineError.generalCacheSizes` if the size is not in service, is a power of two, at which lookups
  ///   start, or serves the requests of a missing power of two.
  /// - Complexity: O(sizes).
  public func retireGeneralCache(size: Int) throws(EngineError) {
    guard size.nonzeroBitCount != 1 else {
      throw .generalCacheSizes("\(size) cannot be retired: lookups start at the powers of two")
    }
    guard general.retire(size: size) else {
      throw .generalCacheSizes("\(size) is not in service, or serves the requests of a missing power of two")
    }
    journal.withLock { $0.retire(size, at: time) }
  }

  /// Adds a general cache that shares the slabs of `host`; if `host` is nil, it has its own slabs or shares those of a
  /// cache of similar size.
  @discardableResult
  func addGeneralCache(size: Int, sharing host: SlabCache?) throws(EngineError) -> SlabCache {
    if let node = general.find(size), size.nonzeroBitCount != 1 {
      if let host, !sharers(of: host).contains(where: { $0.index == node.pointee.cacheIndex }) {
        throw .generalCacheSizes("\(size) has slabs of its own, in service or retired")
      }
      let (publication, retries) = general.publish(size: size, cacheIndex: node.pointee.cacheIndex)
      guard publication == .revived else { throw .generalCacheSizes("\(size) is in service already") }
      journal.withLock { $0.add(size, at: time, retries: retries, exported: host) }
      return cacheIncludingDestroyed(at: node.pointee.cacheIndex)!
    }
    let cache = try makeCache(
      SlabEngine.generalCacheName(size), objectSize: size, isGeneral: true, options: CacheOptions(), joining: host)
    // No cache had this name, so that no other thread adds this size at the same time.
    let (publication, retries) = general.publish(size: size, cacheIndex: cache.index)
    assert(publication == .added, "one name, one node")
    journal.withLock { journal in
      journal.add(size, at: time, retries: retries, exported: host)
      updateJournal(&journal)
    }
    return cache
  }

  /// Sets the workload's current time in microseconds. The engine records with it when sizes are added and retired.
  public func setTime(microseconds: Int) { clock.store(microseconds, ordering: .relaxed) }

  private var time: Int { clock.load(ordering: .relaxed) }

  /// Records the aliases for missing powers of two in the journal. Called while the engine is created.
  func recordAliases() {
    journal.withLock { journal in
      general.forEachNode { node, _ in
        if node.pointee.isAlias { journal.add(node.pointee.size, at: 0, retries: 0, exported: nil) }
      }
      updateJournal(&journal)
    }
  }

  /// Updates the journal with the current positions of the nodes.
  func updateJournal(_ journal: inout GeneralCacheJournal) {
    journal.update(general) { allocations(from: $0) }
  }

  /// Returns the number of objects that all CPUs have allocated from a cache.
  func allocations(from cacheIndex: Int) -> Int {
    guard let cache = cacheIncludingDestroyed(at: cacheIndex) else { return 0 }
    return (0..<configuration.cpus).reduce(0) { sum, cpu in
      sum + cpuCache(ofCPU: cpu, cache: cache).counters.pointee.allocations.load(ordering: .relaxed)
    }
  }

  /// Returns the name of the general cache for a size, as Linux names them: `kmalloc-64`, `kmalloc-2k`.
  public static func generalCacheName(_ size: Int) -> String {
    size >= 1024 && size % 1024 == 0 ? "kmalloc-\(size >> 10)k" : "kmalloc-\(size)"
  }
}
