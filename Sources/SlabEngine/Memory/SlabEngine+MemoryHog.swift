/// The memory hog: pages that are allocated without being used, so that a workload runs under memory pressure.
extension SlabEngine {
  /// Allocates up to `count` single pages for the memory hog. Any thread may call this.
  /// - Parameters:
  ///   - count: Number of pages to allocate.
  ///   - fragmenting: Whether to keep the buddy of each of these pages free while there are enough pages, so that the
  ///     remaining memory is fragmented into single pages.
  /// - Returns: The number of pages allocated, less than `count` if memory is exhausted.
  @discardableResult
  public func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    pages.withLock { $0.takeHogPages(count, fragmenting: fragmenting, in: memory) }
  }

  /// Frees up to `count` pages of the memory hog, the most recently allocated first. Any thread may call this.
  /// - Returns: The number of pages freed.
  @discardableResult
  public func releaseHogPages(_ count: Int) -> Int {
    pages.withLock { $0.releaseHogPages(count, in: memory) }
  }
}

extension MachinePages {
  /// Allocates up to `count` single pages for the memory hog; keeps the buddy of each page free if `fragmenting`.
  /// - Returns: The number of pages allocated.
  mutating func takeHogPages(_ count: Int, fragmenting: Bool, in memory: borrowing MachineMemory) -> Int {
    var taken = 0
    var neighbours: [UInt32] = []
    while taken < count, let frame = allocator.allocate(order: 0, for: .hog) {
      hog.push(frame, in: memory.pages)
      taken += 1
      // The next page that the allocator returns is the other half of the block that it has just split.
      if fragmenting, let next = allocator.allocate(order: 0, for: .hog) { neighbours.append(next) }
    }
    // The freed pages do not merge with each other, because the buddy of each belongs to the hog.
    for frame in neighbours { allocator.free(frame) }
    return taken
  }

  /// Frees up to `count` pages of the memory hog, the most recently allocated first.
  /// - Returns: The number of pages freed.
  mutating func releaseHogPages(_ count: Int, in memory: borrowing MachineMemory) -> Int {
    var released = 0
    while released < count, hog.first != PageDescriptor.none {
      let frame = hog.first
      hog.remove(frame, in: memory.pages)
      allocator.free(frame)
      released += 1
    }
    return released
  }
}
