/// The page hog: pages that the engine takes from itself, so that memory grows tight while a workload runs.
extension SlabEngine {
  /// Takes up to `count` single pages away from the machine; they hold nothing until they are released.
  /// - Returns: pages taken; fewer than asked for when memory is exhausted.
  @discardableResult
  public func hogPages(_ count: Int) -> Int {
    pageAllocator.pointee.lock.withLock {
      var taken = 0
      while taken < count, let frame = pageAllocator.pointee.allocate(order: 0, for: .hog) {
        hog.pointee.push(frame, in: memory.pages)
        taken += 1
      }
      return taken
    }
  }

  /// Gives up to `count` of the hog's pages back, the last taken first.
  /// - Returns: pages released.
  @discardableResult
  public func releaseHogPages(_ count: Int) -> Int {
    pageAllocator.pointee.lock.withLock {
      var released = 0
      while released < count, hog.pointee.first != PageDescriptor.none {
        let frame = hog.pointee.first
        hog.pointee.remove(frame, in: memory.pages)
        pageAllocator.pointee.free(frame)
        released += 1
      }
      return released
    }
  }
}
