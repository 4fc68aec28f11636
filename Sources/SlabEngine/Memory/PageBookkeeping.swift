/// The engine's buddy page allocator without memory behind its pages, for models that only count pages.
///
/// A block is identified by the number of its first page. Failure injection and the memory hog act as in an engine, so
/// that memory pressure affects a model in the same way. The value must be used by one thread at a time.
public struct PageBookkeeping: ~Copyable {
  private let memory: MachineMemory
  private var pages: MachinePages

  /// Creates a machine whose pages are all free.
  /// - Parameter bytes: Size of the machine's memory, rounded down to whole pages.
  /// - Throws: `EngineError.reservation` if the address space of the page descriptors cannot be reserved.
  public init(bytes: Int) throws(EngineError) {
    memory = try MachineMemory(pages: bytes >> MachineMemory.pageShift)
    pages = MachinePages(allocator: PageAllocator(managing: memory))
  }

  /// Size of a page in bytes.
  public static let pageBytes = MachineMemory.pageBytes
  /// Highest page order.
  public static let maximumOrder = PageAllocator.maximumOrder

  /// Size of the machine's memory in bytes.
  public var bytes: Int { memory.bytes }
  /// Number of pages in free blocks.
  public var freePages: Int { pages.allocator.freePages }
  /// Number of free blocks of each order 0...10.
  public var freeBlocksByOrder: [Int] { pages.allocator.freeBlocksByOrder }
  /// Largest number of pages that were in use at the same time.
  public var peakPagesInUse: Int { memory.pageCount - min(pages.allocator.fewestFreePages, memory.pageCount) }
  /// Number of pages of the memory hog.
  public var hogPages: Int { pages.hog.count }
  /// Number of page allocations that failed by injection.
  public var injectedFailures: Int { pages.injector?.injected ?? 0 }

  /// Allocates a block of 2^order pages, and returns its first page; nil if no block is free or a failure is injected.
  /// - Complexity: O(orders + pages of the block).
  public mutating func allocate(order: Int) -> UInt32? {
    guard order <= PageAllocator.maximumOrder else { return nil }
    return pages.allocate(order: order, for: .slab)
  }

  /// Frees the block that starts at a page.
  public mutating func free(_ page: UInt32) { pages.allocator.free(page) }

  /// Injects page allocation failures from now on; nil stops the injection.
  public mutating func injectFailures(_ injection: PageFailureInjection?) {
    pages.injector = injection.map(PageFailureInjector.init)
  }

  /// Allocates up to `count` single pages for the memory hog; see `SlabEngine.hogPages(_:fragmenting:)`.
  /// - Returns: The number of pages allocated.
  @discardableResult
  public mutating func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    pages.takeHogPages(count, fragmenting: fragmenting, in: memory)
  }

  /// Frees up to `count` pages of the memory hog, the most recently allocated first.
  /// - Returns: The number of pages freed.
  @discardableResult
  public mutating func releaseHogPages(_ count: Int) -> Int { pages.releaseHogPages(count, in: memory) }
}
