/// Objects that a CPU has passed to kfree_rcu and that are not freed yet (mm/slab_common.c): a CPU collects them until a
/// page of pointers is full, or for five seconds, and then frees them all.
struct RCUFreeQueue {
  /// Pointers in a page after its header (KVFREE_BULK_MAX_ENTR).
  static let objectsInPage = 505
  /// Seconds until fewer objects are freed (KFREE_DRAIN_JIFFIES).
  static let seconds = 5

  /// An object, by its slot and number.
  struct Entry: BitwiseCopyable {
    var slot: UInt32
    var serial: UInt32
  }

  private(set) var entries: [Entry] = []
  /// When the objects are freed at the latest; the greatest number if there are none.
  private(set) var deadline = UInt64.max

  /// Adds an object; returns whether a page is full.
  mutating func add(_ entry: Entry, time: UInt64, ticksPerSecond: UInt64) -> Bool {
    if entries.isEmpty { deadline = time &+ UInt64(RCUFreeQueue.seconds) &* ticksPerSecond }
    entries.append(entry)
    return entries.count >= RCUFreeQueue.objectsInPage
  }

  /// Removes all objects.
  mutating func removeAll() -> [Entry] {
    defer { entries.removeAll(keepingCapacity: true) }
    deadline = .max
    return entries
  }
}
