import SlabEngine

/// Objects that lived before a recording began: what the kernel's caches held, so that a replay finds the same room in
/// partial slabs. Nothing is known of them but their number.
struct PlayerResidents {
  private var objects: [String: [UnsafeMutableRawPointer]] = [:]
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Fills a cache with `total` objects and frees all but `live` of them, anywhere.
  /// - Returns: objects that live; fewer where memory is exhausted.
  mutating func fill(
    _ name: String, live: Int, total: Int, _ allocate: () -> UnsafeMutableRawPointer?,
    free: (UnsafeMutableRawPointer) -> Void
  ) -> Int {
    var all: [UnsafeMutableRawPointer] = []
    all.reserveCapacity(total)
    while all.count < total, let object = allocate() { all.append(object) }
    all.shuffle(using: &random)
    while all.count > live { free(all.removeLast()) }
    objects[name] = all
    return all.count
  }

  /// One of a cache's, which is then no longer among them.
  mutating func take(_ name: String) -> UnsafeMutableRawPointer? { objects[name]?.popLast() }

  var isEmpty: Bool { objects.isEmpty }
}
