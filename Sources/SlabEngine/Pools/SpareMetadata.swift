internal import Glibc

/// Metadata blocks of released slabs, retained for the pool's next slabs: one list per order, linked through the blocks.
struct SpareMetadata {
  /// The largest number of blocks in a list.
  private static let most = 64
  private var lists = InlineArray<11, UnsafeMutableRawPointer?>(repeating: nil)
  private var counts = InlineArray<11, Int>(repeating: 0)

  /// Removes and returns a block for a slab of an order; nil if there is none. Its bitmap must be set up.
  mutating func take(order: Int) -> UnsafeMutableRawPointer? {
    guard let block = lists[order] else { return nil }
    lists[order] = block.load(as: UnsafeMutableRawPointer?.self)
    counts[order] -= 1
    return block
  }

  /// Retains a block, or frees it if the list is full.
  mutating func keep(_ block: UnsafeMutableRawPointer, order: Int) {
    guard counts[order] < SpareMetadata.most else { return Glibc.free(block) }
    block.storeBytes(of: lists[order], as: UnsafeMutableRawPointer?.self)
    lists[order] = block
    counts[order] += 1
  }

  /// Frees all blocks.
  mutating func destroy() {
    for order in lists.indices { while let block = take(order: order) { Glibc.free(block) } }
  }
}
