/// The objects of a cache whose frees the source never reports, oldest first.
struct UnseenObjects {
  private var entries: [RCUFreeQueue.Entry] = []
  private var first = 0

  var isEmpty: Bool { first == entries.count }

  mutating func append(slot: UInt32, serial: UInt32) {
    entries.append(RCUFreeQueue.Entry(slot: slot, serial: serial))
  }

  /// Removes the oldest one; nil if there are none. It may have been freed since.
  mutating func popFirst() -> RCUFreeQueue.Entry? {
    guard first < entries.count else { return nil }
    defer { first += 1 }
    // Half of the array is used up: move the rest forward, at constant cost per object.
    if first > 1024, first * 2 > entries.count {
      entries.removeFirst(first)
      first = 0
    }
    return entries[first]
  }

  mutating func removeAll() {
    entries.removeAll()
    first = 0
  }
}
