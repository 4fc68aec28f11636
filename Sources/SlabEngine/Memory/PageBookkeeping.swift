/// The engine's buddy page allocator without memory behind its pages, for models that only count.
///
/// Blocks are named by the number of their first page. Failure injection and the page hog act on it as they act on an
/// engine, so that memory pressure reaches a model in the same way. One thread uses it at a time.
public struct PageBookkeeping: ~Copyable {
  private let memory: MachineMemory
  private var pages: MachinePages

  /// Every page is free.
  /// - Parameter bytes: memory of the machine, rounded down to whole pages.
  /// - Throws: `EngineError.reservation` if the page descriptors can't be reserved.
  public init(bytes: Int) throws(EngineError) {
    memory = try MachineMemory(pages: bytes >> MachineMemory.pageShift)
    pages = MachinePages(allocator: PageAllocator(managing: memory))
  }

  /// Bytes of a page.
  public static let pageBytes = MachineMemory.pageBytes
  /// The highest order that is served.
  public static let maximumOrder = PageAllocator.maximumOrder

  /// Bytes of the machine's memory.
  public var bytes: Int { memory.bytes }
  /// Pages in free blocks.
  public var freePages: Int { pages.allocator.freePages }
  /// Free blocks of each order 0...10.
  public var freeBlocksByOrder: [Int] { pages.allocator.freeBlocksByOrder }
  /// The most pages that were ever in use at once.
  public var peakPagesInUse: Int { memory.pageCount - min(pages.allocator.fewestFreePages, memory.pageCount) }
  /// Pages that the page hog holds.
  public var hogPages: Int { pages.hog.count }
  /// Allocations that were made to fail.
  public var injectedFailures: Int { pages.injector?.injected ?? 0 }

  /// Allocates a block of 2^order pages; returns its first page, or nil if no block is free or a failure is injected.
  public mutating func allocate(order: Int) -> UInt32? {
    guard order <= PageAllocator.maximumOrder else { return nil }
    return pages.allocate(order: order, for: .slab)
  }

  /// Frees the block that starts at a page.
  public mutating func free(_ page: UInt32) { pages.allocator.free(page) }

  /// Makes page allocations fail from here on; nil ends that.
  public mutating func injectFailures(_ injection: PageFailureInjection?) {
    pages.injector = injection.map(PageFailureInjector.init)
  }

  /// Gives up to `count` single pages to the page hog, as `SlabEngine.hogPages` does.
  /// - Returns: pages taken.
  @discardableResult
  public mutating func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    pages.takeHogPages(count, fragmenting: fragmenting, in: memory)
  }

  /// Frees up to `count` of the page hog's pages, the last taken first.
  /// - Returns: pages freed.
  @discardableResult
  public mutating func releaseHogPages(_ count: Int) -> Int { pages.releaseHogPages(count, in: memory) }
}
