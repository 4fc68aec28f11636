import SlabEngine

extension Player {
  /// Returns the numbers of live objects that were allocated by size, by requested bytes, up to `largest` bytes.
  /// - Complexity: O(slots).
  package func liveSizes(upTo largest: Int) -> [Int: Int] {
    var sizes: [Int: Int] = [:]
    for slot in 0..<objects.capacity {
      let live = objects[slot]
      guard live.object != nil, live.cache == PlayerSlot.generalCache, Int(live.bytes) <= largest else { continue }
      sizes[Int(live.bytes), default: 0] += 1
    }
    return sizes
  }

  /// Returns the live object of an event slot; nil if there is none.
  func object(inSlot slot: Int) -> UnsafeMutableRawPointer? { slot < objects.capacity ? objects[slot].object : nil }
}
