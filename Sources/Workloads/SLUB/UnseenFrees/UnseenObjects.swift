/// Queue of the objects of a cache with unseen frees, oldest first. It may contain objects that have been freed since.
struct UnseenObjects {
  private var entries: [RCUFreeQueue.Entry] = []
  private var first = 0

  var isEmpty: Bool { first == entries.count }

  mutating func append(slot: UInt32, serial: UInt32) {
    entries.append(RCUFreeQueue.Entry(slot: slot, serial: serial))
  }

  /// Removes and returns the oldest object; nil if the queue is empty.
  mutating func popFirst() -> RCUFreeQueue.Entry? {
    guard first < entries.count else { return nil }
    defer { first += 1 }
    // Removing half of the array at a time has a constant amortised cost per object.
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
