/// The page hog: pages that the engine takes from itself, so that memory grows tight while a workload runs.
extension SlabEngine {
  /// Takes up to `count` single pages away from the machine; they hold nothing until they are released.
  /// - Parameter fragmenting: leave the page beside each of them free, as far as there are any, so that memory is not
  ///   only tight but in single pages.
  /// - Returns: pages taken; fewer than asked for when memory is exhausted.
  @discardableResult
  public func hogPages(_ count: Int, fragmenting: Bool = false) -> Int {
    pages.withLock { pages in
      var taken = 0
      var neighbours: [UInt32] = []
      while taken < count, let frame = pages.allocator.allocate(order: 0, for: .hog) {
        pages.hog.push(frame, in: memory.pages)
        taken += 1
        // The allocator hands out the other half of a block that it split next.
        if fragmenting, let next = pages.allocator.allocate(order: 0, for: .hog) { neighbours.append(next) }
      }
      // No two of them merge: each one's buddy is held.
      for frame in neighbours { pages.allocator.free(frame) }
      return taken
    }
  }

  /// Gives up to `count` of the hog's pages back, the last taken first.
  /// - Returns: pages released.
  @discardableResult
  public func releaseHogPages(_ count: Int) -> Int {
    pages.withLock { pages in
      var released = 0
      while released < count, pages.hog.first != PageDescriptor.none {
        let frame = pages.hog.first
        pages.hog.remove(frame, in: memory.pages)
        pages.allocator.free(frame)
        released += 1
      }
      return released
    }
  }
}
