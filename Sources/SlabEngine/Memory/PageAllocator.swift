/// The buddy page allocator (Knowlton 1965; Linux, mm/page_alloc.c): blocks of 2^order pages, split on demand, merged
/// with their buddy when freed.
/// Part of `MachinePages`, hence reached only with the page lock held.
struct PageAllocator {
  /// The largest block is 2^10 pages: 4 MiB.
  static let maximumOrder = 10

  private let pages: UnsafeMutablePointer<PageDescriptor>
  private let pageCount: Int
  /// Free blocks per order.
  private(set) var lists = InlineArray<11, PageList>(repeating: PageList())
  private(set) var freePages = 0

  init(managing memory: borrowing MachineMemory) {
    pages = memory.pages
    pageCount = memory.pageCount
    var frame = 0
    while frame < pageCount {
      // The largest aligned block that still fits: memory need not be a multiple of 4 MiB.
      var order = min(PageAllocator.maximumOrder, frame.trailingZeroBitCount)
      while frame + 1 << order > pageCount { order -= 1 }
      insert(UInt32(frame), order: order)
      freePages += 1 << order
      frame += 1 << order
    }
  }

  /// Takes a block of 2^order pages; nil when no block of that order or above is free.
  /// - Complexity: O(orders), and O(pages of the block) to mark them.
  mutating func allocate(order: Int, for use: PageDescriptor.Use) -> UInt32? {
    guard order <= PageAllocator.maximumOrder else { return nil }
    guard var found = (order...PageAllocator.maximumOrder).first(where: { lists[$0].count > 0 }) else { return nil }
    let frame = lists[found].first
    lists[found].remove(frame, in: pages)
    while found > order {
      found -= 1
      insert(frame + 1 << UInt32(found), order: found)
    }
    freePages -= 1 << order
    claim(frame, order: order, for: use)
    return frame
  }

  /// Returns a block and merges it with its buddies.
  mutating func free(_ block: UInt32) {
    var order = Int(pages[Int(block)].order)
    var frame = block
    freePages += 1 << order
    for page in Int(frame)..<(Int(frame) + 1 << order) { pages[page].use = .unclaimed }
    while order < PageAllocator.maximumOrder {
      let buddy = frame ^ 1 << UInt32(order)
      guard Int(buddy) + 1 << order <= pageCount, pages[Int(buddy)].use == .free, Int(pages[Int(buddy)].order) == order
      else { break }
      lists[order].remove(buddy, in: pages)
      pages[Int(buddy)].use = .unclaimed
      frame = min(frame, buddy)
      order += 1
    }
    insert(frame, order: order)
  }

  private mutating func insert(_ frame: UInt32, order: Int) {
    pages[Int(frame)].use = .free
    pages[Int(frame)].order = UInt8(order)
    lists[order].push(frame, in: pages)
  }

  private func claim(_ frame: UInt32, order: Int, for use: PageDescriptor.Use) {
    for page in Int(frame)..<(Int(frame) + 1 << order) {
      pages[page].head = frame
      pages[page].use = .tail
    }
    pages[Int(frame)].use = use
    pages[Int(frame)].order = UInt8(order)
  }
}
