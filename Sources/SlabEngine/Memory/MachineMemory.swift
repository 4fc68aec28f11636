internal import Glibc
internal import Synchronization

/// Memory of the simulated machine: one reserved mapping for the pages, and a separate array with one descriptor per
/// page. The page of a pointer is found by a shift, and pages that hold objects contain no metadata.
///
/// The mapping is aligned to the largest block, so that a block of order n is aligned to its own size. The operating
/// system backs a page when it is first touched.
@usableFromInline
struct MachineMemory: ~Copyable {
  @usableFromInline static let pageShift = 12
  @usableFromInline static let pageBytes = 1 << pageShift
  static let largestBlockBytes = pageBytes << PageAllocator.maximumOrder

  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let pages: UnsafeMutablePointer<PageDescriptor>
  /// First page of the block to which a page belongs; valid for blocks in use.
  @usableFromInline let heads: UnsafeMutablePointer<UInt32>
  @usableFromInline let cacheMap: CacheMap
  let ownerTags: OwnerTags
  /// For the first page of a slab: the CPU that last allocated objects from the slab. Written with the pool's lock
  /// held, read without a lock: any value that is read names a CPU to which remote frees may be returned.
  let lastAllocatingCPUs: UnsafeMutablePointer<Atomic<UInt16>>
  let pageCount: Int
  private let memoryMapping: ReservedMapping
  private let descriptorMapping: ReservedMapping
  private let mapMapping: ReservedMapping
  private let tagMapping: ReservedMapping

  var bytes: Int { pageCount << MachineMemory.pageShift }

  init(pages pageCount: Int) throws(EngineError) {
    let objects = try ReservedMapping(bytes: pageCount << MachineMemory.pageShift + MachineMemory.largestBlockBytes)
    let descriptors = try ReservedMapping(bytes: pageCount * MemoryLayout<PageDescriptor>.stride)
    let mapBytes = pageCount * MemoryLayout<UInt32>.stride
    let map = try ReservedMapping(bytes: 2 * mapBytes + mapBytes / 2)
    let tags = try ReservedMapping(bytes: OwnerTags.bytes(forMemory: pageCount << MachineMemory.pageShift))
    memoryMapping = objects
    descriptorMapping = descriptors
    mapMapping = map
    tagMapping = tags
    self.pageCount = pageCount
    base = memoryMapping.start.alignedUp(toMultipleOf: MachineMemory.largestBlockBytes)
    // A new mapping is zero, and zero is a valid PageDescriptor, so that binding the memory initialises it.
    pages = descriptorMapping.start.bindMemory(to: PageDescriptor.self, capacity: pageCount)
    heads = mapMapping.start.bindMemory(to: UInt32.self, capacity: pageCount)
    // Zero means "no cache", and an atomic has the storage of its value.
    cacheMap = CacheMap(entries: (mapMapping.start + mapBytes).bindMemory(to: Atomic<Int32>.self, capacity: pageCount))
    ownerTags = OwnerTags(at: tagMapping.start, forMemory: pageCount << MachineMemory.pageShift, pages: pages)
    lastAllocatingCPUs = (mapMapping.start + 2 * mapBytes).bindMemory(to: Atomic<UInt16>.self, capacity: pageCount)
  }

  /// Releases the memory of a block's pages to the operating system. The pages are zero when they are next touched.
  func releaseToSystem(_ frame: UInt32, order: Int) -> Bool {
    madvise(address(ofPage: Int(frame)), MachineMemory.pageBytes << order, MADV_DONTNEED) == 0
  }

  /// The block in use that contains an address.
  struct BlockLocation {
    let frame: UInt32
    let slab: UnsafeMutablePointer<PageDescriptor>
    let offset: Int

    /// Number of the object that starts at the address. If none starts there, the number of an object nearby, which may
    /// be out of range.
    var object: Int { slab.pointee.index(atOffset: offset) }
  }

  /// Returns the block that contains an address; nil if the address is outside of machine memory.
  func location(of address: UnsafeMutableRawPointer) -> BlockLocation? {
    let offset = address - base
    guard (0..<bytes).contains(offset) else { return nil }
    let frame = heads[offset >> MachineMemory.pageShift]
    return BlockLocation(
      frame: frame, slab: pages + Int(frame), offset: offset - Int(frame) << MachineMemory.pageShift)
  }

  /// Returns the address of a page's first byte.
  func address(ofPage frame: Int) -> UnsafeMutableRawPointer { base + frame << MachineMemory.pageShift }
}

/// Reserved address space, which is zero when first read and is unmapped when the value is destroyed.
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
