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
  }

  /// Adds a general cache that draws from the slabs of `host`, or else from its own or those its size lets it share.
  @discardableResult
  func addGeneralCache(size: Int, sharing host: SlabCache?) throws(EngineError) -> SlabCache {
    if let node = general.find(size), size.nonzeroBitCount != 1 {
      if let host, !sharers(of: host).contains(where: { $0.index == node.pointee.cacheIndex }) {
        throw .generalCacheSizes("\(size) has slabs of its own, in service or retired")
      }
      guard general.publish(size: size, cacheIndex: node.pointee.cacheIndex) == .revived else {
        throw .generalCacheSizes("\(size) is in service already")
      }
      return caches(at: node.pointee.cacheIndex)!
    }
    let cache = try makeCache(
      SlabEngine.generalCacheName(size), objectSize: size, isGeneral: true, options: CacheOptions(), joining: host)
    // The name was free, so nobody else adds this size at the moment.
    let publication = general.publish(size: size, cacheIndex: cache.index)
    assert(publication == .added, "one name, one node")
    return cache
  }

  /// What kmalloc's caches are called: `kmalloc-64`, `kmalloc-2k`.
  static func generalCacheName(_ size: Int) -> String {
    size >= 1024 && size % 1024 == 0 ? "kmalloc-\(size >> 10)k" : "kmalloc-\(size)"
  }
}
