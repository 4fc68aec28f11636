internal import Glibc

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
  let pageCount: Int
  private let memoryMapping: ReservedMapping
  private let descriptorMapping: ReservedMapping

  var bytes: Int { pageCount << MachineMemory.pageShift }

  init(pages pageCount: Int) throws(EngineError) {
    let objects = try ReservedMapping(bytes: pageCount << MachineMemory.pageShift + MachineMemory.largestBlockBytes)
    let descriptors = try ReservedMapping(bytes: pageCount * MemoryLayout<PageDescriptor>.stride)
    memoryMapping = objects
    descriptorMapping = descriptors
    self.pageCount = pageCount
    base = memoryMapping.start.alignedUp(toMultipleOf: MachineMemory.largestBlockBytes)
    // A fresh mapping is zero, and zero is a valid PageDescriptor (see there), so binding is all it takes.
    pages = descriptorMapping.start.bindMemory(to: PageDescriptor.self, capacity: pageCount)
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
