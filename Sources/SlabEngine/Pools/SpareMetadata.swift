internal import Glibc

/// Metadata of slabs that a pool gave up, kept for the slabs it makes next: one list an order, linked through the blocks.
struct SpareMetadata {
  private static let most = 64
  private var lists = InlineArray<11, UnsafeMutableRawPointer?>(repeating: nil)
  private var counts = InlineArray<11, Int>(repeating: 0)

  /// A block for a slab of this order; its records read as the last slab left them: all free.
  mutating func take(order: Int) -> UnsafeMutableRawPointer? {
    guard let block = lists[order] else { return nil }
    lists[order] = block.load(as: UnsafeMutableRawPointer?.self)
    counts[order] -= 1
    // Where the link was, a record may be: of a free object, like the others.
    block.storeBytes(of: nil, as: UnsafeMutableRawPointer?.self)
    return block
  }

  /// Keeps a block, or frees it where there are enough.
  mutating func keep(_ block: UnsafeMutableRawPointer, order: Int) {
    guard counts[order] < SpareMetadata.most else { return Glibc.free(block) }
    block.storeBytes(of: lists[order], as: UnsafeMutableRawPointer?.self)
    lists[order] = block
    counts[order] += 1
  }

  mutating func destroy() {
    for order in lists.indices { while let block = take(order: order) { Glibc.free(block) } }
  }
}
