internal import Synchronization

extension SlabEngine {
  /// The sizes that kmalloc serves from caches at present, ascending.
  public var generalCacheSizes: [Int] { general.sizes }

  /// Adds a general cache for requests of up to `size` bytes while other threads allocate; the next request that it
  /// fits is served by it. A size that was retired comes back with its cache.
  /// - Throws: a size that is no multiple of 8 within the range, or in service already.
  @discardableResult
  public func addGeneralCache(size: Int) throws(EngineError) -> SlabCache {
    guard GeneralCaches.isServable(size), size < general.largest, size.nonzeroBitCount != 1 else {
      throw .generalCacheSizes(
        "\(size) can't be added; use multiples of 8 below \(general.largest) between the powers of two")
    }
    return try addGeneralCache(size: size, sharing: nil)
  }

  /// Takes a general cache's size out of service while other threads allocate: requests go to the next larger size, and
  /// its objects drain as they are freed.
  /// - Throws: when the size is not in service, or a power of two, which look-ups start from.
  public func retireGeneralCache(size: Int) throws(EngineError) {
    guard size.nonzeroBitCount != 1 else {
      throw .generalCacheSizes("\(size) can't be retired: look-ups start from the powers of two")
    }
    guard general.retire(size: size) else {
      throw .generalCacheSizes("\(size) is not in service, or stands in for a power of two")
    }
    journal.withLock { $0.retire(size, at: time) }
  }

  /// Adds a general cache that draws from the slabs of `host`, or else from its own or those its size lets it share.
  @discardableResult
  func addGeneralCache(size: Int, sharing host: SlabCache?) throws(EngineError) -> SlabCache {
    if let node = general.find(size), size.nonzeroBitCount != 1 {
      if let host, !sharers(of: host).contains(where: { $0.index == node.pointee.cacheIndex }) {
        throw .generalCacheSizes("\(size) has slabs of its own, in service or retired")
      }
      let (publication, retries) = general.publish(size: size, cacheIndex: node.pointee.cacheIndex)
      guard publication == .revived else { throw .generalCacheSizes("\(size) is in service already") }
      journal.withLock { $0.add(size, at: time, retries: retries, exported: host) }
      return caches(at: node.pointee.cacheIndex)!
    }
    let cache = try makeCache(
      SlabEngine.generalCacheName(size), objectSize: size, isGeneral: true, options: CacheOptions(), joining: host)
    // The name was free, so nobody else adds this size at the moment.
    let (publication, retries) = general.publish(size: size, cacheIndex: cache.index)
    assert(publication == .added, "one name, one node")
    journal.withLock { journal in
      journal.add(size, at: time, retries: retries, exported: host)
      updateWalks(&journal)
    }
    return cache
  }

  /// Sets the clock by which the engine notes when sizes are added and retired: microseconds of the workload's time.
  public func setTime(microseconds: Int) { clock.store(microseconds, ordering: .relaxed) }

  private var time: Int { clock.load(ordering: .relaxed) }

  /// Enters the powers of two that have no cache of their own. Only while the engine is made.
  func noteGaps() {
    journal.withLock { journal in
      general.forEachNode { node, _ in
        if node.pointee.standsIn { journal.add(node.pointee.size, at: 0, retries: 0, exported: nil) }
      }
      updateWalks(&journal)
    }
  }

  /// Brings the journal up to date with the nodes' positions.
  func updateWalks(_ journal: inout GeneralCacheJournal) {
    journal.update(general) { allocations(from: $0) }
  }

  /// Objects allocated from a cache so far, on all CPUs.
  func allocations(from cacheIndex: Int) -> Int {
    guard let cache = caches(at: cacheIndex) else { return 0 }
    return (0..<configuration.cpus).reduce(0) { sum, cpu in
      sum + line(ofCPU: cpu, cache: cache).counters.pointee.allocations.load(ordering: .relaxed)
    }
  }

  /// What kmalloc's caches are called: `kmalloc-64`, `kmalloc-2k`.
  public static func generalCacheName(_ size: Int) -> String {
    size >= 1024 && size % 1024 == 0 ? "kmalloc-\(size >> 10)k" : "kmalloc-\(size)"
  }
}
