/// The buddy page allocator (Knowlton 1965; Linux, mm/page_alloc.c): blocks of 2^order pages are split on demand and
/// merged with their buddies when they are freed. Used with the page lock held.
struct PageAllocator {
  /// Order of the largest block: 2^10 pages, 4 MiB.
  static let maximumOrder = 10

  private let pages: UnsafeMutablePointer<PageDescriptor>
  private let heads: UnsafeMutablePointer<UInt32>
  private let pageCount: Int
  /// Lists of free blocks, by order.
  private(set) var lists = InlineArray<11, PageList>(repeating: PageList())
  private(set) var freePages = 0
  /// Minimum of `freePages` since the machine was created.
  private(set) var fewestFreePages = Int.max
  /// Number of free pages that are not backed by memory of the operating system.
  private(set) var unbackedFreePages = 0
  /// Number of free blocks of each order that are backed, at least in part. Most rounds of a shuffler ask for such a block of an
  /// order that has none, and a search would visit every free block.
  private(set) var backedBlocks = InlineArray<11, Int>(repeating: 0)

  /// Whether less than 1/32 of the pages is free.
  var isShort: Bool { freePages << 5 < pageCount }

  init(managing memory: borrowing MachineMemory) {
    pages = memory.pages
    heads = memory.heads
    pageCount = memory.pageCount
    var frame = 0
    while frame < pageCount {
      // The largest aligned block that fits: memory need not be a multiple of 4 MiB.
      var order = min(PageAllocator.maximumOrder, frame.trailingZeroBitCount)
      while frame + 1 << order > pageCount { order -= 1 }
      insert(UInt32(frame), order: order)
      freePages += 1 << order
      // The pages are reserved but were never touched.
      markUnbacked(UInt32(frame))
      frame += 1 << order
    }
  }

  /// Allocates a block of 2^order pages; nil if no block of this order or a higher one is free.
  /// - Complexity: O(orders), plus O(pages of the block) to set their heads.
  mutating func allocate(order: Int, for use: PageDescriptor.Use) -> UInt32? {
    var found = order
    while found <= PageAllocator.maximumOrder, lists[found].count == 0 { found += 1 }
    guard found <= PageAllocator.maximumOrder else { return nil }
    let frame = lists[found].first
    remove(frame, order: found)
    let isUnbacked = pages[Int(frame)].isUnbacked
    while found > order {
      found -= 1
      pages[Int(frame) + 1 << found].isUnbacked = isUnbacked
      insert(frame + 1 << UInt32(found), order: found)
    }
    freePages -= 1 << order
    fewestFreePages = min(fewestFreePages, freePages)
    if isUnbacked { unbackedFreePages -= 1 << order }
    pages[Int(frame)].isUnbacked = false
    claim(frame, order: order, for: use)
    return frame
  }

  /// Returns the lowest order of a set of which there is a free block, up to `planned`; `planned` if there is none, or if no
  /// more than an eighth of free memory is in smaller blocks (the unusable free space index of the order).
  /// - Parameter orders: a bit for each order of the set.
  func fittingOrder(upTo planned: Int, among orders: UInt32) -> Int {
    guard orders & (1 << UInt32(planned) - 1) != 0 else { return planned }
    var smaller = 0
    for order in 0..<planned { smaller += lists[order].count << order }
    guard smaller * 8 > freePages else { return planned }
    return (0..<planned).first { orders >> UInt32($0) & 1 == 1 && lists[$0].count > 0 } ?? planned
  }

  /// Frees a block and merges it with its buddies.
  mutating func free(_ block: UInt32) {
    var order = Int(pages[Int(block)].order)
    var frame = block
    freePages += 1 << order
    pages[Int(frame)].use = .unclaimed
    while order < PageAllocator.maximumOrder {
      let buddy = frame ^ 1 << UInt32(order)
      guard Int(buddy) + 1 << order <= pageCount, pages[Int(buddy)].use == .free, Int(pages[Int(buddy)].order) == order
      else { break }
      remove(buddy, order: order)
      pages[Int(buddy)].use = .unclaimed
      // A merged block with at least one backed page counts as backed.
      if pages[Int(buddy)].isUnbacked { unbackedFreePages -= 1 << order }
      pages[Int(buddy)].isUnbacked = false
      frame = min(frame, buddy)
      order += 1
    }
    insert(frame, order: order)
  }

  /// Returns a free block of this order that is backed, at least in part; nil if there is none.
  /// - Complexity: O(free blocks of the order); O(1) if there is none.
  func firstBacked(order: Int) -> UInt32? {
    guard backedBlocks[order] > 0 else { return nil }
    var frame = lists[order].first
    while pages[Int(frame)].isUnbacked { frame = pages[Int(frame)].next }
    return frame
  }

  /// Marks a free block as unbacked, after its pages were released to the operating system.
  mutating func markUnbacked(_ frame: UInt32) {
    let order = Int(pages[Int(frame)].order)
    pages[Int(frame)].isUnbacked = true
    unbackedFreePages += 1 << order
    backedBlocks[order] -= 1
  }

  private mutating func insert(_ frame: UInt32, order: Int) {
    pages[Int(frame)].use = .free
    pages[Int(frame)].order = UInt8(order)
    lists[order].push(frame, in: pages)
    if !pages[Int(frame)].isUnbacked { backedBlocks[order] += 1 }
  }

  private mutating func remove(_ frame: UInt32, order: Int) {
    lists[order].remove(frame, in: pages)
    if !pages[Int(frame)].isUnbacked { backedBlocks[order] -= 1 }
  }

  /// Sets the heads and the use of a block. Only the first page of a free block is marked as free, so that no other
  /// mark needs to be cleared.
  private func claim(_ frame: UInt32, order: Int, for use: PageDescriptor.Use) {
    (heads + Int(frame)).update(repeating: frame, count: 1 << order)
    pages[Int(frame)].use = use
    pages[Int(frame)].order = UInt8(order)
  }
}
