/// The slabs that a cache draws from (the mail's slab_info): their lists by occupancy, their counts. Reached through
/// its `Guarded`, hence with the pool's lock held.
///
///     list:   0       1      2          8       9
///           empty   <1/8   <2/8  ...  <8/8    full          by objects out of the slab
///
/// Allocation takes from the fullest partial slab first, so that sparse slabs run empty and can be returned.
struct SlabPool {
  static let emptyList = 0
  static let partialLists = 1...8
  static let fullList = 9

  let geometry: SlabGeometry
  let cacheIndex: UInt32
  /// Whether each object's requested size is kept (general caches: their requests differ).
  let tracksRequests: Bool
  let pages: UnsafeMutablePointer<PageDescriptor>
  let memoryBase: UnsafeMutableRawPointer

  private(set) var lists = InlineArray<10, PageList>(repeating: PageList())
  private(set) var slabsByOrder = InlineArray<11, Int>(repeating: 0)
  /// Objects that all slabs hold room for, and those in partial and in empty slabs that are free.
  private(set) var totalObjects = 0
  private(set) var freeObjectsInPartialSlabs = 0
  private(set) var freeObjectsInEmptySlabs = 0
  private(set) var slabBytes = 0
  private(set) var emptySlabBytes = 0
  /// Tails of the slabs that are not empty.
  private(set) var tailBytes = 0
  private(set) var slabsGrown = 0
  private(set) var slabsReturned = 0
  /// Slabs of a lower order than the preferred one, taken since memory bore no more.
  private(set) var orderFallbacks = 0
  /// Objects put back that were not out, or were not objects: each a caller's error, refused.
  private(set) var badFrees = 0
  private var nextColour = 0

  init(
    geometry: SlabGeometry, cacheIndex: Int, tracksRequests: Bool, memory: borrowing MachineMemory
  ) {
    self.geometry = geometry
    self.cacheIndex = UInt32(cacheIndex)
    self.tracksRequests = tracksRequests
    pages = memory.pages
    memoryBase = memory.base
  }

  /// Objects out of the slabs: live, or in a magazine.
  var objectsOut: Int { totalObjects - freeObjectsInPartialSlabs - freeObjectsInEmptySlabs }

  var emptySlabs: Int { lists[SlabPool.emptyList].count }

  // MARK: Objects

  /// Takes up to `count` objects, from the fullest slabs first, and returns how many it got.
  /// - Complexity: O(count), plus a bitmap's words per slab touched.
  mutating func take(_ count: Int, into slots: Magazine.Slots) -> Int {
    var taken = 0
    while taken < count, let frame = fullestWithFreeObjects() {
      let slab = pages + Int(frame)
      let got = takeBits(of: slab, upTo: count - taken, into: slots + taken)
      setFreeCount(of: frame, to: Int(slab.pointee.freeCount) - got)
      taken += got
    }
    return taken
  }

  /// Puts objects back into their slabs.
  mutating func put(_ slots: Magazine.Slots, count: Int) {
    for slot in 0..<count {
      let object = slots[slot]
      let frame = pages[(object - memoryBase) >> MachineMemory.pageShift].head
      let slab = pages + Int(frame)
      let index = slab.pointee.index(of: object)
      let (word, bit) = (index >> 6, UInt64(1) << UInt64(index & 63))
      guard
        slab.pointee.use == .slab, slab.pointee.cacheIndex == cacheIndex, index < slab.pointee.objectCount,
        slab.pointee.firstObject! + index * geometry.stride == object, slab.pointee.freeBits![word] & bit == 0
      else {
        badFrees += 1
        continue
      }
      slab.pointee.freeBits![word] |= bit
      setFreeCount(of: frame, to: Int(slab.pointee.freeCount) + 1)
    }
  }

  private func fullestWithFreeObjects() -> UInt32? {
    var list = SlabPool.partialLists.upperBound
    while list >= SlabPool.emptyList {
      if lists[list].count > 0 { return lists[list].first }
      list -= 1
    }
    return nil
  }

  private func takeBits(
    of slab: UnsafeMutablePointer<PageDescriptor>, upTo wanted: Int, into slots: Magazine.Slots
  ) -> Int {
    let bits = slab.pointee.freeBits!
    var taken = 0
    var word = 0
    while taken < wanted, word < SlabGeometry.bitmapWords(objects: Int(slab.pointee.objectCount)) {
      var free = bits[word]
      while free != 0, taken < wanted {
        slots[taken] = slab.pointee.firstObject! + (word << 6 + free.trailingZeroBitCount) * geometry.stride
        free &= free &- 1
        taken += 1
      }
      bits[word] = free
      word += 1
    }
    return taken
  }

  // MARK: Slabs

  /// The list that a slab with `free` of `objects` free belongs on.
  static func list(free: Int, objects: Int) -> Int {
    if free == objects { return emptyList }
    if free == 0 { return fullList }
    return 1 + (objects - free) * 8 / objects
  }

  /// Makes a slab of a block of pages, all its objects free. `metadata` is zeroed memory of `metadataBytes`, which the
  /// slab owns from here on.
  mutating func adopt(_ frame: UInt32, metadata: UnsafeMutableRawPointer) {
    let slab = pages + Int(frame)
    let order = Int(slab.pointee.order)
    let objects = geometry.objects(inOrder: order)
    let words = SlabGeometry.bitmapWords(objects: objects)
    slab.pointee.cacheIndex = cacheIndex
    slab.pointee.objectCount = UInt32(objects)
    slab.pointee.freeCount = UInt32(objects)
    slab.pointee.reciprocal = geometry.reciprocal
    slab.pointee.colour = UInt32(takeColour(tail: geometry.tail(ofOrder: order)))
    slab.pointee.firstObject = memoryBase + Int(frame) << MachineMemory.pageShift + Int(slab.pointee.colour)
    let bits = metadata.bindMemory(to: UInt64.self, capacity: words)
    for word in 0..<words { bits[word] = word < objects >> 6 ? ~0 : 1 << UInt64(objects & 63) - 1 }
    slab.pointee.freeBits = bits
    slab.pointee.requested =
      tracksRequests ? (metadata + words * 8).bindMemory(to: UInt16.self, capacity: objects) : nil
    slab.pointee.occupancy = UInt8(SlabPool.emptyList)
    lists[SlabPool.emptyList].push(frame, in: pages)
    slabsByOrder[order] += 1
    slabsGrown += 1
    if order < geometry.preferredOrder { orderFallbacks += 1 }
    totalObjects += objects
    slabBytes += MachineMemory.pageBytes << order
    account(slab, sign: 1)
  }

  /// Bytes of metadata that a slab of this order needs: its bitmap, and requested sizes where they are kept.
  func metadataBytes(order: Int) -> Int {
    let objects = geometry.objects(inOrder: order)
    return SlabGeometry.bitmapWords(objects: objects) * 8 + (tracksRequests ? objects * 2 : 0)
  }

  /// Gives up an empty slab, if there is one: its pages and its metadata are the caller's to free.
  mutating func releaseEmpty() -> (frame: UInt32, metadata: UnsafeMutableRawPointer)? {
    let frame = lists[SlabPool.emptyList].first
    guard frame != PageDescriptor.none else { return nil }
    let slab = pages + Int(frame)
    let order = Int(slab.pointee.order)
    account(slab, sign: -1)
    lists[SlabPool.emptyList].remove(frame, in: pages)
    slabsByOrder[order] -= 1
    slabsReturned += 1
    totalObjects -= Int(slab.pointee.objectCount)
    slabBytes -= MachineMemory.pageBytes << order
    let metadata = UnsafeMutableRawPointer(slab.pointee.freeBits!)
    slab.pointee.freeBits = nil
    slab.pointee.requested = nil
    slab.pointee.firstObject = nil
    return (frame, metadata)
  }

  /// Calls `body` with each slab, fullest list first.
  func forEachSlab(_ body: (UnsafeMutablePointer<PageDescriptor>, UInt32) -> Void) {
    for list in lists.indices.reversed() {
      lists[list].forEach(in: pages) { body(pages + Int($0), $0) }
    }
  }

  /// Records how many objects of a slab are free, and moves it to the list where it now belongs.
  private mutating func setFreeCount(of frame: UInt32, to free: Int) {
    let slab = pages + Int(frame)
    let old = Int(slab.pointee.occupancy)
    let new = SlabPool.list(free: free, objects: Int(slab.pointee.objectCount))
    account(slab, sign: -1)
    slab.pointee.freeCount = UInt32(free)
    slab.pointee.occupancy = UInt8(new)
    account(slab, sign: 1)
    guard new != old else { return }
    lists[old].remove(frame, in: pages)
    lists[new].push(frame, in: pages)
  }

  /// Adds a slab to (`sign` 1) or takes it from (-1) the sums that depend on its free count.
  private mutating func account(_ slab: UnsafeMutablePointer<PageDescriptor>, sign: Int) {
    let order = Int(slab.pointee.order)
    let free = Int(slab.pointee.freeCount) * sign
    if slab.pointee.occupancy == SlabPool.emptyList {
      freeObjectsInEmptySlabs += free
      emptySlabBytes += MachineMemory.pageBytes << order * sign
    } else {
      freeObjectsInPartialSlabs += free
      tailBytes += geometry.tail(ofOrder: order) * sign
    }
  }

  /// The next slab's first object starts further in by a cache line, as far as the tail allows, so that objects of
  /// different slabs don't compete for the same cache sets (Bonwick 1994).
  private mutating func takeColour(tail: Int) -> Int {
    let step = max(64, geometry.alignment)
    let colour = nextColour <= tail ? nextColour : 0
    nextColour = colour + step
    return colour
  }
}
