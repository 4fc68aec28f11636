/// Common allocation patterns on one thread.
struct Pattern<Allocator: Contender> {
  /// Bytes of an object: an skbuff_head_cache object.
  static var bytes: Int { 232 }
  private static var rounds: Int { 1 << 20 }
  private let allocator: Allocator
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  init(_ allocator: Allocator) {
    self.allocator = allocator
    objects = .allocate(capacity: 64)
    objects.initialize(repeating: nil, count: 64)
  }

  /// Repeatedly allocates an object, writes to it and frees it.
  /// - Returns: number of operations.
  @inline(never)
  func hotPairs(named: Bool) -> Int {
    let cache = named ? 0 : generalCache
    for round in 0..<Pattern.rounds {
      guard let object = allocator.allocate(Pattern.bytes, cache: cache, cpu: 0) else { return 0 }
      object.storeBytes(of: UInt32(truncatingIfNeeded: round), as: UInt32.self)
      // The pointer escapes, because a compiler may otherwise remove a pair of malloc and free.
      objects[0] = object
      hide()
      allocator.free(object, bytes: Pattern.bytes, cache: cache, cpu: 0)
    }
    return Pattern.rounds * 2
  }

  /// Does nothing, but the compiler must assume that it reads all memory.
  @inline(never) @_optimize(none)
  private func hide() {}

  /// Repeatedly allocates 64 objects and frees them.
  @inline(never)
  func batches() -> Int {
    for _ in 0..<Pattern.rounds / 64 {
      for index in 0..<64 {
        guard let object = allocator.allocate(Pattern.bytes, cache: 0, cpu: 0) else { return 0 }
        object.storeBytes(of: UInt32(index), as: UInt32.self)
        objects[index] = object
      }
      for index in 0..<64 {
        guard let object = objects[index] else { return 0 }
        allocator.free(object, bytes: Pattern.bytes, cache: 0, cpu: 0)
      }
    }
    return Pattern.rounds * 2
  }
}
