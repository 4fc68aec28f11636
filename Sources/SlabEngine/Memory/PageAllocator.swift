/// The buddy page allocator (Knowlton 1965; Linux, mm/page_alloc.c): blocks of 2^order pages, split on demand, merged
/// with their buddy when freed.
/// Part of `MachinePages`, hence reached only with the page lock held.
struct PageAllocator {
  /// The largest block is 2^10 pages: 4 MiB.
  static let maximumOrder = 10

  private let pages: UnsafeMutablePointer<PageDescriptor>
  private let heads: UnsafeMutablePointer<UInt32>
  private let pageCount: Int
  /// Free blocks per order.
  private(set) var lists = InlineArray<11, PageList>(repeating: PageList())
  private(set) var freePages = 0
  /// The fewest that there ever were: memory at its fullest.
  private(set) var fewestFreePages = Int.max
  /// Pages of free blocks that the system has back.
  private(set) var pagesWithSystem = 0

  init(managing memory: borrowing MachineMemory) {
    pages = memory.pages
    heads = memory.heads
    pageCount = memory.pageCount
    var frame = 0
    while frame < pageCount {
      // The largest aligned block that still fits: memory need not be a multiple of 4 MiB.
      var order = min(PageAllocator.maximumOrder, frame.trailingZeroBitCount)
      while frame + 1 << order > pageCount { order -= 1 }
      insert(UInt32(frame), order: order)
      freePages += 1 << order
      // Reserved and never touched: the system has not given these pages yet.
      markWithSystem(UInt32(frame))
      frame += 1 << order
    }
  }

  /// Takes a block of 2^order pages; nil when no block of that order or above is free.
  /// - Complexity: O(orders), and O(pages of the block) to mark them.
  mutating func allocate(order: Int, for use: PageDescriptor.Use) -> UInt32? {
    var found = order
    while found <= PageAllocator.maximumOrder, lists[found].count == 0 { found += 1 }
    guard found <= PageAllocator.maximumOrder else { return nil }
    let frame = lists[found].first
    lists[found].remove(frame, in: pages)
    let isWithSystem = pages[Int(frame)].mark
    while found > order {
      found -= 1
      pages[Int(frame) + 1 << found].mark = isWithSystem
      insert(frame + 1 << UInt32(found), order: found)
    }
    freePages -= 1 << order
    fewestFreePages = min(fewestFreePages, freePages)
    if isWithSystem { pagesWithSystem -= 1 << order }
    pages[Int(frame)].mark = false
    claim(frame, order: order, for: use)
    return frame
  }

  /// Returns a block and merges it with its buddies.
  mutating func free(_ block: UInt32) {
    var order = Int(pages[Int(block)].order)
    var frame = block
    freePages += 1 << order
    pages[Int(frame)].use = .unclaimed
    while order < PageAllocator.maximumOrder {
      let buddy = frame ^ 1 << UInt32(order)
      guard Int(buddy) + 1 << order <= pageCount, pages[Int(buddy)].use == .free, Int(pages[Int(buddy)].order) == order
      else { break }
      lists[order].remove(buddy, in: pages)
      pages[Int(buddy)].use = .unclaimed
      // A block with one backed page counts as backed.
      if pages[Int(buddy)].mark { pagesWithSystem -= 1 << order }
      pages[Int(buddy)].mark = false
      frame = min(frame, buddy)
      order += 1
    }
    insert(frame, order: order)
  }

  /// A free block of this order that the system has not all of.
  /// - Complexity: O(free blocks of the order).
  func firstBacked(order: Int) -> UInt32? {
    var frame = lists[order].first
    while frame != PageDescriptor.none, pages[Int(frame)].mark { frame = pages[Int(frame)].next }
    return frame == PageDescriptor.none ? nil : frame
  }

  /// Records that the system has the pages of a free block back.
  mutating func markWithSystem(_ frame: UInt32) {
    pages[Int(frame)].mark = true
    pagesWithSystem += 1 << Int(pages[Int(frame)].order)
  }

  private mutating func insert(_ frame: UInt32, order: Int) {
    pages[Int(frame)].use = .free
    pages[Int(frame)].order = UInt8(order)
    lists[order].push(frame, in: pages)
  }

  /// Only the first page of a free block is marked free, so only that mark has to go.
  private func claim(_ frame: UInt32, order: Int, for use: PageDescriptor.Use) {
    (heads + Int(frame)).update(repeating: frame, count: 1 << order)
    pages[Int(frame)].use = use
    pages[Int(frame)].order = UInt8(order)
  }
}
