/// A nearly empty slab, and some of the objects that keep it from being given back.
public struct PinnedSlab: Sendable, Hashable {
  /// Number of its first page, counted from the start of machine memory.
  public var pageFrameNumber: Int
  /// Its page order.
  public var order: Int
  /// Objects that it holds room for.
  public var objects: Int
  /// Objects out of it.
  public var objectsOut: Int
  /// The first of those, in the order of their addresses.
  public var pins: [Pin]

  /// One object that keeps a slab.
  public struct Pin: Sendable, Hashable {
    /// The cache it belongs to.
    public var cache: String
    /// Whether it lives; otherwise it lies in a magazine or depot. Live, where nothing is recorded of objects.
    public var isLive = true
    /// Who allocated it; nil where nothing is recorded of objects.
    public var site: String?
    /// Bytes that were asked for; nil where that is not known.
    public var requestedBytes: Int?
    /// For how long it has lived, in ticks of the clock that captures go by; nil where that is not known.
    public var ageTicks: UInt64?
  }
}

extension SlabEngine {
  /// What keeps the emptiest slabs of a cache from being given back: slabs with three quarters of their objects free, the
  /// emptiest first.
  ///
  /// Call it while no CPU is in use: what is recorded of an object is its CPU's to write.
  /// - Parameters:
  ///   - cache: the cache, or one of those that share its slabs.
  ///   - most: slabs that are told of, and objects of each.
  /// - Complexity: O(slabs log slabs).
  public func pinnedSlabs(of cache: SlabCache, most: (slabs: Int, objects: Int) = (16, 3)) -> [PinnedSlab] {
    let pools = directory.withLock { directory in (0..<directory.pools).compactMap { table.pool(at: $0) } }
    return pools.flatMap { pool in
      pool.inspect { pool in
        pool.members.position(of: cache.index) == nil ? [] : pinnedSlabs(of: pool, most)
      }
    }.sorted { ($0.objectsOut, $0.pageFrameNumber) < ($1.objectsOut, $1.pageFrameNumber) }.prefix(most.slabs).map(
      \.self)
  }

  private func pinnedSlabs(of pool: SlabPool, _ most: (slabs: Int, objects: Int)) -> [PinnedSlab] {
    var sparse: [(slab: UnsafeMutablePointer<PageDescriptor>, frame: UInt32, out: Int)] = []
    pool.forEachSlab { slab, frame in
      let (objects, free) = (Int(slab.pointee.objectCount), Int(slab.pointee.freeCount))
      if free < objects, free * 4 >= objects * 3 { sparse.append((slab, frame, objects - free)) }
    }
    sparse.sort { ($0.out, $0.frame) < ($1.out, $1.frame) }
    return sparse.prefix(most.slabs).map { slab, frame, out in
      var pins: [PinnedSlab.Pin] = []
      slab.pointee.forEachObjectOut { if pins.count < most.objects { pins.append(pin($0, slab)) } }
      return PinnedSlab(
        pageFrameNumber: Int(frame), order: Int(slab.pointee.order), objects: Int(slab.pointee.objectCount),
        objectsOut: out, pins: pins)
    }
  }

  private func pin(_ number: Int, _ slab: UnsafeMutablePointer<PageDescriptor>) -> PinnedSlab.Pin {
    var pin = PinnedSlab.Pin(cache: caches(at: slab.pointee.owner(ofObject: number))?.name ?? "")
    guard let record = slab.pointee.records?[number] else { return pin }
    pin.isLive = record.requested != 0
    guard pin.isLive else { return pin }
    (pin.site, pin.requestedBytes) = (sites.name(of: record.site), Int(record.requested))
    #if Capture
      if let now = captureTicks { pin.ageTicks = now > record.birth ? now - record.birth : 0 }
    #endif
    return pin
  }

  #if Capture
    /// The latest time by which a CPU captured something.
    private var captureTicks: UInt64? {
      (0..<configuration.cpus).compactMap { cpu($0).state.pointee.capture?.clock.pointee.now }.max()
    }
  #endif
}
