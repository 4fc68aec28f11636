/// Requests that are larger than the largest general cache, which the page allocator serves.
extension SlabEngine {
  /// Allocates a block of pages for a request that is larger than the largest general cache; nil if memory is
  /// exhausted.
  func allocateLarge(bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= MachineMemory.largestBlockBytes else {
      pages.withLock { $0.large.failed += 1 }
      return nil
    }
    var order = 0
    while MachineMemory.pageBytes << order < bytes { order += 1 }
    if let block = allocateLargeBlock(bytes: bytes, order: order) { return block }
    if reclaim(protectingSlabs: false), let block = allocateLargeBlock(bytes: bytes, order: order) { return block }
    pages.withLock { $0.large.failed += 1 }
    return nil
  }

  private func allocateLargeBlock(bytes: Int, order: Int) -> UnsafeMutableRawPointer? {
    let descriptors = memory.pages
    return pages.withLock { pages in
      guard let frame = pages.allocate(order: order, for: .large) else { return nil }
      descriptors[Int(frame)].largeBytes = bytes
      pages.large.count += 1
      pages.large.requestedBytes += bytes
      pages.large.blockBytes += MachineMemory.pageBytes << order
      return memory.address(ofPage: Int(frame))
    }
  }

  /// Frees the block of a large request. Returns false if `object` is not the start of such a block.
  func freeLarge(_ object: UnsafeMutableRawPointer) -> Bool {
    let offset = object - memory.base
    guard (0..<memory.bytes).contains(offset) else { return false }
    return pages.withLock { pages in
      let frame = offset >> MachineMemory.pageShift
      guard memory.pages[frame].use == .large, memory.address(ofPage: frame) == object else { return false }
      pages.large.count -= 1
      pages.large.requestedBytes -= memory.pages[frame].largeBytes
      pages.large.blockBytes -= MachineMemory.pageBytes << Int(memory.pages[frame].order)
      pages.allocator.free(UInt32(frame))
      return true
    }
  }
}
