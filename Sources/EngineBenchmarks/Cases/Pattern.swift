/// Patterns on one thread that allocators are judged by.
struct Pattern<Allocator: Contender> {
  /// An sk_buff's head.
  static var bytes: Int { 232 }
  private static var rounds: Int { 1 << 20 }
  private let allocator: Allocator
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  init(_ allocator: Allocator) {
    self.allocator = allocator
    objects = .allocate(capacity: 64)
    objects.initialize(repeating: nil, count: 64)
  }

  /// Allocate, write, free; again and again.
  /// - Returns: operations done.
  @inline(never)
  func hotPairs(named: Bool) -> Int {
    let cache = named ? 0 : generalCache
    for round in 0..<Pattern.rounds {
      guard let object = allocator.allocate(Pattern.bytes, cache: cache, cpu: 0) else { return 0 }
      object.storeBytes(of: UInt32(truncatingIfNeeded: round), as: UInt32.self)
      // Where others may see it: a compiler that knows malloc would leave out both calls otherwise.
      objects[0] = object
      hide()
      allocator.free(object, bytes: Pattern.bytes, cache: cache, cpu: 0)
    }
    return Pattern.rounds * 2
  }

  /// A call that might look at anything, for all that the compiler knows.
  @inline(never) @_optimize(none)
  private func hide() {}

  /// Allocate 64, free 64.
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
