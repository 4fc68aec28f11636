/// The page hog: pages that the engine takes from itself, so that memory grows tight while a workload runs.
extension SlabEngine {
  /// Takes up to `count` single pages away from the machine; they hold nothing until they are released.
  /// - Parameter fragmenting: leave the page beside each of them free, as far as there are any, so that memory is not
  ///   only tight but in single pages.
  /// - Returns: pages taken; fewer than asked for when memory is exhausted.
  @discardableResult
  public func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    pages.withLock { $0.takeHogPages(count, fragmenting: fragmenting, in: memory) }
  }

  /// Gives up to `count` of the hog's pages back, the last taken first.
  /// - Returns: pages released.
  @discardableResult
  public func releaseHogPages(_ count: Int) -> Int {
    pages.withLock { $0.releaseHogPages(count, in: memory) }
  }
}

extension MachinePages {
  /// Gives up to `count` single pages to the hog; the page beside each stays free if `fragmenting`.
  /// - Returns: pages taken.
  mutating func takeHogPages(_ count: Int, fragmenting: Bool, in memory: borrowing MachineMemory) -> Int {
    var taken = 0
    var neighbours: [UInt32] = []
    while taken < count, let frame = allocator.allocate(order: 0, for: .hog) {
      hog.push(frame, in: memory.pages)
      taken += 1
      // The allocator hands out the other half of a block that it split next.
      if fragmenting, let next = allocator.allocate(order: 0, for: .hog) { neighbours.append(next) }
    }
    // No two of them merge: each one's buddy is held.
    for frame in neighbours { allocator.free(frame) }
    return taken
  }

  /// Frees up to `count` of the hog's pages, the last taken first.
  /// - Returns: pages freed.
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
