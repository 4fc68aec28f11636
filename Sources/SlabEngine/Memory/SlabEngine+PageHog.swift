/// The page hog: pages that the engine takes from itself, so that memory grows tight while a workload runs.
extension SlabEngine {
  /// Takes up to `count` single pages away from the machine; they hold nothing until they are released.
  /// - Returns: pages taken; fewer than asked for when memory is exhausted.
  @discardableResult
  public func hogPages(_ count: Int) -> Int {
    pages.withLock { pages in
      var taken = 0
      while taken < count, let frame = pages.allocator.allocate(order: 0, for: .hog) {
        pages.hog.push(frame, in: memory.pages)
        taken += 1
      }
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
