internal import Glibc
internal import Synchronization

/// Slabs of one or more caches (the mail's slab_info): lists by occupancy, counts, and the number of objects in use of each
/// member cache. Accessed through `GuardedPool`, hence with the pool's lock held.
///
///     list:   0       1      2          8       9      10
///           empty   <1/8   <2/8  ...  <8/8    full   evacuating     by objects in use
///
/// Allocation uses the fullest partial slab first, so that sparse slabs become empty and can be returned; if the pool is not
/// ordered, all partial slabs are on one list. Nothing is allocated from a slab that is being evacuated.
struct SlabPool {
  static let emptyList = 0
  static let partialLists = 1...8
  static let fullList = 9
  static let evacuatingList = 10

  let index: Int
  let geometry: SlabGeometry
  /// Order settings of the pool, overrides applied. A cache with other settings does not join.
  let orders: OrderPolicy
  /// Records of the objects; nil if they have none.
  let records: ObjectRecords?
  /// Whether a free without a cache finds the cache by its page (see `CacheMap`), as long as the pool has one member.
  let isMapped: Bool
  let pages: UnsafeMutablePointer<PageDescriptor>
  let heads: UnsafeMutablePointer<UInt32>
  let lastAllocatingCPUs: UnsafeMutablePointer<Atomic<UInt16>>
  let cacheMap: CacheMap
  let ownerTags: OwnerTags
  let memoryBase: UnsafeMutableRawPointer
  /// Whether allocation uses the fullest partial slabs first; see `ReclaimPolicy`.
  let isOrdered: Bool
  /// Prepares each object of a new slab; nil if objects need no preparation.
  let prepare: (@Sendable (UnsafeMutableRawPointer) -> Void)?

  var lists = InlineArray<11, PageList>(repeating: PageList())
  var members = PoolMembers()
  var plan: OrderPlan
  /// Whether objects have owner tags. Set when a second cache joins.
  var isTagged = false
  var counts = PoolCounts()
  /// Counts of the pool's lock; see `GuardedPool`.
  var lock = LockCounters()
  /// The recent maximum of the number of slabs in use; see `reserve`.
  var recentPeak = 0
  /// Whether the engine had few free pages when the pool last grew or gave empty slabs to a reclaim.
  var isMemoryShort = false
  /// Frees that were refused because the pointer was not a live object of the cache.
  var refused: [RefusedFree] = []
  /// 2^16 * 8 / objects of a slab, by order; 0 in a pool that is not ordered, whose partial slabs are all on the first list.
  private(set) var eighthsByOrder = InlineArray<11, UInt32>(repeating: 0)
  /// Number of objects of a slab, by order.
  private(set) var objectsByOrder = InlineArray<11, Int>(repeating: 0)
  private var nextColour = 0
  /// Upper bound of a colour offset in bytes: it must fit into `PageDescriptor.firstObject` (16 bits), and a larger offset would
  /// not spread objects over more sets of a first-level cache.
  private static let largestColour = 1 << 15
  private var spares = SpareMetadata()
  /// Empty slabs to retain at least, and the share, in 256ths, of the slabs by which the pool has shrunk.
  private let leastReserve: Int
  private let burstReserve: Int
  /// Bytes of the largest slab that `protectedSlabs` counts: 1/256 of memory.
  private let largestProtectedSlab: Int

  init(
    index: Int, geometry: SlabGeometry, objectSize: Int, orders: OrderPolicy, options: CacheOptions,
    records: ObjectRecords?, reclaim: ReclaimPolicy, memory: borrowing MachineMemory
  ) {
    self.index = index
    self.geometry = geometry
    self.orders = orders
    self.records = records
    isMapped = !options.flags.isDebug
    prepare = SlabPool.preparation(options, objectSize: objectSize, geometry)
    plan = OrderPlan(orders, stride: geometry.stride)
    pages = memory.pages
    heads = memory.heads
    lastAllocatingCPUs = memory.lastAllocatingCPUs
    cacheMap = memory.cacheMap
    ownerTags = memory.ownerTags
    memoryBase = memory.base
    isOrdered = reclaim.takesFromFullest
    let mostOf64KiB = 1 << 16 / (MachineMemory.pageBytes << geometry.preferredOrder)
    leastReserve = min(reclaim.emptySlabs, mostOf64KiB)
    burstReserve = Int(reclaim.burstReserve * 256)
    largestProtectedSlab = memory.bytes >> 8
    for order in objectsByOrder.indices {
      objectsByOrder[order] = geometry.objects(inOrder: order)
      if isOrdered { eighthsByOrder[order] = SlabPool.eighths(of: objectsByOrder[order]) }
    }
  }

  private static func preparation(
    _ options: CacheOptions, objectSize: Int, _ geometry: SlabGeometry
  ) -> (@Sendable (UnsafeMutableRawPointer) -> Void)? {
    guard options.flags.isDebug else { return options.constructor }
    return { object in
      DebugPattern.setRedZones(object, bytes: objectSize, geometry, to: DebugPattern.freeRedZone)
      if options.isPoisoned { DebugPattern.poison(object, bytes: objectSize) }
      options.constructor?(object)
    }
  }

  var emptySlabs: Int { lists[SlabPool.emptyList].count }

  /// Slabs of any order.
  private(set) var slabs = 0

  /// The order that the next slab should have.
  var plannedOrder: Int { plan.plannedOrder(slabBytes: counts.slabBytes) }

  /// Returns the order that the next slab should have, given the free blocks of the page allocator.
  func plannedOrder(_ allocator: borrowing PageAllocator) -> Int {
    allocator.fittingOrder(upTo: plannedOrder, among: plan.fittingOrders)
  }

  /// Number of empty slabs to retain, so that a burst does not free and reallocate the same pages: a share of those by
  /// which the pool's slabs in use are fewer than they were of late. Slabs in use are no reason to retain empty ones: a
  /// quarter of them would stay unused in every large cache that once shrank a little.
  var reserve: Int {
    max(leastReserve, (max(0, recentPeak - (slabs - emptySlabs)) * burstReserve) >> 8, protectedSlabs)
  }

  /// Number of empty slabs that not even a reclaim takes: one while memory is short, if it is small. Other pools would give
  /// its pages to long-lived objects, and each allocation of a short-lived object would fail.
  var protectedSlabs: Int {
    let first = lists[SlabPool.emptyList].first
    guard isMemoryShort, first != PageDescriptor.none else { return 0 }
    return MachineMemory.pageBytes << Int(pages[Int(first)].order) <= largestProtectedSlab ? 1 : 0
  }

  // MARK: Slabs

  /// Returns the list for a slab of this order with `free` free objects out of `objects`.
  @inline(__always)
  func list(free: Int, objects: Int, order: Int) -> Int {
    if free == objects { return SlabPool.emptyList }
    if free == 0 { return SlabPool.fullList }
    // A multiplication and a shift replace a division.
    return 1 + min(7, ((objects - free) * Int(eighthsByOrder[order])) >> 16)
  }

  static func eighths(of objects: Int) -> UInt32 { UInt32(8 << 16 / max(objects, 1)) }

  /// Bytes of metadata that a slab of this order needs besides its descriptor: the bitmap if it does not fit in the
  /// descriptor.
  private func metadataBytes(order: Int) -> Int {
    SlabGeometry.bitmapBytes(objects: geometry.objects(inOrder: order))
  }

  /// Makes a block of pages a slab whose objects are all free.
  /// - Parameters:
  ///   - planned: the order that was planned for the slab.
  ///   - time: microseconds of the engine's clock.
  /// - Returns: false if there is no memory for the slab's metadata; the caller then still owns the block.
  mutating func adopt(_ frame: UInt32, planned: Int, at time: Int) -> Bool {
    let slab = pages + Int(frame)
    let order = Int(slab.pointee.order)
    let objects = geometry.objects(inOrder: order)
    let needed = metadataBytes(order: order)
    var metadata: UnsafeMutableRawPointer?
    if needed > 0 {
      metadata = spares.take(order: order) ?? calloc(1, needed)
      if metadata == nil { return false }
    }
    slab.pointee.poolIndex = UInt16(index)
    slab.pointee.stride = UInt32(geometry.stride)
    slab.pointee.owner = UInt16(members.first)
    slab.pointee.tagShift = isTagged ? UInt8(OwnerTags.shift(forStride: geometry.stride)) : 0
    slab.pointee.freeCount = UInt16(objects)
    slab.pointee.firstObject = UInt16(takeColour(tail: geometry.tail(ofOrder: order)) + geometry.leftRedZone)
    setUp(metadata, of: slab, objects: objects)
    slab.pointee.hasRecords = records != nil
    records?.clear(slab, frame: Int(frame))
    slab.pointee.occupancy = UInt8(SlabPool.emptyList)
    lists[SlabPool.emptyList].push(frame, in: pages)
    if let prepare { for number in 0..<objects { prepare(object(number, of: frame)) } }
    plan.recordGrowth(order: order, planned: planned, at: time)
    cacheMap.set(frame, order: order, to: cacheMapEntry)
    counts.slabsByOrder[order] += 1
    slabs += 1
    counts.totalObjects += objects
    counts.freeObjects += objects
    counts.freeObjectsInEmptySlabs += objects
    counts.slabBytes += MachineMemory.pageBytes << order
    counts.emptySlabBytes += MachineMemory.pageBytes << order
    recentPeak = max(recentPeak, slabs)
    return true
  }

  /// Sets up a slab's bitmap: all objects are free.
  private func setUp(
    _ metadata: UnsafeMutableRawPointer?, of slab: UnsafeMutablePointer<PageDescriptor>, objects: Int
  ) {
    let words = SlabGeometry.bitmapWords(objects: objects)
    if let metadata { slab.setFreeBits(metadata.bindMemory(to: UInt64.self, capacity: words)) }
    for word in 0..<words { slab.freeBits?[word] = word < objects >> 6 ? ~0 : 1 << UInt64(objects & 63) - 1 }
  }

  /// Removes one empty slab from the pool and returns its first frame; the caller frees its pages. Returns nil if no slab is
  /// empty.
  mutating func releaseEmpty() -> UInt32? {
    let frame = lists[SlabPool.emptyList].first
    guard frame != PageDescriptor.none else { return nil }
    release(emptySlab: frame)
    return frame
  }

  /// Removes a slab from the pool if it is empty; the caller frees its pages. Returns false if the frame is not an empty slab of
  /// this pool.
  mutating func release(_ frame: UInt32) -> Bool {
    let slab = pages[Int(frame)]
    guard slab.use == .slab, slab.poolIndex == UInt16(index), slab.occupancy == UInt8(SlabPool.emptyList) else {
      return false
    }
    release(emptySlab: frame)
    return true
  }

  private mutating func release(emptySlab frame: UInt32) {
    let slab = pages + Int(frame)
    let order = Int(slab.pointee.order)
    lists[SlabPool.emptyList].remove(frame, in: pages)
    cacheMap.set(frame, order: order, to: 0)
    counts.slabsByOrder[order] -= 1
    slabs -= 1
    counts.totalObjects -= objectsByOrder[order]
    counts.freeObjects -= objectsByOrder[order]
    counts.freeObjectsInEmptySlabs -= objectsByOrder[order]
    counts.slabBytes -= MachineMemory.pageBytes << order
    counts.emptySlabBytes -= MachineMemory.pageBytes << order
    recentPeak -= recentPeak >> 6
    plan.recordReturn(of: order)
    slab.pointee.isPinned = false
    releaseMetadata(of: slab)
  }

  /// Frees a slab's metadata, or retains it for the next slab of that order.
  private mutating func releaseMetadata(of slab: UnsafeMutablePointer<PageDescriptor>) {
    if let metadata = slab.bitmapMemory { spares.keep(metadata, order: Int(slab.pointee.order)) }
    slab.setFreeBits(nil)
    slab.pointee.tagShift = 0
    slab.pointee.hasRecords = false
  }

  /// Frees the metadata of all slabs. The pool must not be used afterwards.
  mutating func destroy() {
    forEachSlab { slab, _ in Glibc.free(slab.bitmapMemory) }
    spares.destroy()
  }

  /// Calls `body` with each slab, fullest list first.
  func forEachSlab(_ body: (UnsafeMutablePointer<PageDescriptor>, UInt32) -> Void) {
    for list in lists.indices.reversed() {
      lists[list].forEach(in: pages) { body(pages + Int($0), $0) }
    }
  }

  /// Returns the address of an object of a slab.
  func object(_ number: Int, of frame: UInt32) -> UnsafeMutableRawPointer {
    memoryBase + Int(frame) << MachineMemory.pageShift + Int(pages[Int(frame)].firstObject) + number * geometry.stride
  }

  /// Returns the colour offset of a new slab: that of the previous slab plus a cache line, or 0 if the tail has no room. Objects
  /// of different slabs then do not compete for the same cache sets (Bonwick 1994).
  private mutating func takeColour(tail: Int) -> Int {
    let step = max(64, geometry.alignment)
    let colour = nextColour <= min(tail, SlabPool.largestColour) ? nextColour : 0
    nextColour = colour + step
    return colour
  }
}
