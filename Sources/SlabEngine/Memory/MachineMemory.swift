internal import Glibc
internal import Synchronization

/// The machine's memory: one reserved mapping, and one descriptor per page in an array of its own, so that pointer to
/// page is a shift and no metadata lies on pages that hold objects.
///
/// The mapping is aligned to the largest block, hence a block of order n is aligned to its own size. Pages are backed by
/// the system when first touched.
@usableFromInline
struct MachineMemory: ~Copyable {
  @usableFromInline static let pageShift = 12
  @usableFromInline static let pageBytes = 1 << pageShift
  static let largestBlockBytes = pageBytes << PageAllocator.maximumOrder

  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let pages: UnsafeMutablePointer<PageDescriptor>
  /// The first page of the block that a page belongs to; valid for blocks in use.
  @usableFromInline let heads: UnsafeMutablePointer<UInt32>
  @usableFromInline let cacheMap: CacheMap
  /// Of a slab's first page: the CPU that last took objects from the slab. Written with the pool locked, read without;
  /// whichever value is read names a CPU that may have the slab's objects back.
  let homes: UnsafeMutablePointer<Atomic<UInt16>>
  let pageCount: Int
  private let memoryMapping: ReservedMapping
  private let descriptorMapping: ReservedMapping
  private let mapMapping: ReservedMapping

  var bytes: Int { pageCount << MachineMemory.pageShift }

  init(pages pageCount: Int) throws(EngineError) {
    let objects = try ReservedMapping(bytes: pageCount << MachineMemory.pageShift + MachineMemory.largestBlockBytes)
    let descriptors = try ReservedMapping(bytes: pageCount * MemoryLayout<PageDescriptor>.stride)
    let mapBytes = pageCount * MemoryLayout<UInt32>.stride
    let map = try ReservedMapping(bytes: 2 * mapBytes + mapBytes / 2)
    memoryMapping = objects
    descriptorMapping = descriptors
    mapMapping = map
    self.pageCount = pageCount
    base = memoryMapping.start.alignedUp(toMultipleOf: MachineMemory.largestBlockBytes)
    // A fresh mapping is zero, and zero is a valid PageDescriptor (see there), so binding is all it takes.
    pages = descriptorMapping.start.bindMemory(to: PageDescriptor.self, capacity: pageCount)
    heads = mapMapping.start.bindMemory(to: UInt32.self, capacity: pageCount)
    // Zero is "no cache", and an atomic's storage is its value's.
    cacheMap = CacheMap(entries: (mapMapping.start + mapBytes).bindMemory(to: Atomic<UInt32>.self, capacity: pageCount))
    homes = (mapMapping.start + 2 * mapBytes).bindMemory(to: Atomic<UInt16>.self, capacity: pageCount)
  }

  /// Gives the pages of a block back to the system; they read as zero when next touched.
  func returnToSystem(_ frame: UInt32, order: Int) -> Bool {
    madvise(address(ofPage: Int(frame)), MachineMemory.pageBytes << order, MADV_DONTNEED) == 0
  }

  /// A place in a slab, or in another block in use: its first page, and how far into it the place is.
  struct Place {
    let frame: UInt32
    let slab: UnsafeMutablePointer<PageDescriptor>
    let offset: Int

    /// The number of the object that starts here, or a neighbour's where none does.
    var object: Int { slab.pointee.index(atOffset: offset) }
  }

  /// Where an address is; nil outside machine memory.
  func place(of address: UnsafeMutableRawPointer) -> Place? {
    let offset = address - base
    guard (0..<bytes).contains(offset) else { return nil }
    let frame = heads[offset >> MachineMemory.pageShift]
    return Place(
      frame: frame, slab: pages + Int(frame), offset: offset - Int(frame) << MachineMemory.pageShift)
  }

  /// The address of a page's first byte.
  func address(ofPage frame: Int) -> UnsafeMutableRawPointer { base + frame << MachineMemory.pageShift }
}

/// Address space reserved from the system, zero when first read, unmapped with its owner.
struct ReservedMapping: ~Copyable {
  let start: UnsafeMutableRawPointer
  private let bytes: Int

  init(bytes: Int) throws(EngineError) {
    let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { throw .reservation(bytes: bytes) }
    start = mapped
    self.bytes = bytes
  }

  deinit { munmap(start, bytes) }
}
