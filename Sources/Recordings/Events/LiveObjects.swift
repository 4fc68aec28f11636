/// The pointers that are live in a trace, each with the slot that stands for it: the pairing of allocations and frees.
///
/// A hash table by open addressing with linear probing (Knuth, volume 3, algorithms 6.4 L and R): looked up once an event,
/// and never larger than the live objects' peak asks for.
package struct LiveObjects {
  private struct Entry {
    /// 0 where nothing is; NULL is no object.
    var pointer: UInt64 = 0
    var slot: UInt32 = 0
  }

  private var entries = [Entry](repeating: Entry(), count: 1024)
  private var count = 0
  private var slots = SlotAllocator()

  /// No live object.
  package init() {}

  /// What an event of this kind with this pointer does to the live objects.
  @inline(__always)
  package mutating func pair(
    _ kind: AllocationEvent.Kind, _ pointer: UInt64
  ) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    let isAllocation = kind == .kmalloc || kind == .kmemCacheAlloc
    switch pointer {
    case 0: return (AllocationEvent.noSlot, isAllocation ? .failed : .null)
    // ZERO_SIZE_PTR (Linux, include/linux/slab.h).
    case 16 where !isAllocation: return (AllocationEvent.noSlot, .zeroSize)
    default: return isAllocation ? allocate(pointer) : free(pointer)
    }
  }

  /// A pointer was handed out. When it was live already, its older object was freed unseen and the new one takes its slot.
  mutating func allocate(_ pointer: UInt64) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    let place = place(of: pointer)
    if entries[place].pointer == pointer { return (entries[place].slot, .allocatedOverLive) }
    let slot = slots.take()
    entries[place] = Entry(pointer: pointer, slot: slot)
    count += 1
    if count * 2 > entries.count { grow() }
    return (slot, .allocated)
  }

  /// A pointer was freed.
  mutating func free(_ pointer: UInt64) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    let place = place(of: pointer)
    guard entries[place].pointer == pointer else { return (AllocationEvent.noSlot, .unmatched) }
    let slot = entries[place].slot
    slots.give(slot)
    remove(at: place)
    return (slot, .freed)
  }

  /// The slot of the live object at a pointer; nil if none is live there.
  package func slot(of pointer: UInt64) -> UInt32? {
    let place = place(of: pointer)
    return pointer != 0 && entries[place].pointer == pointer ? entries[place].slot : nil
  }

  /// The object at a pointer is gone unseen: its slot stays taken, since no event says that it was freed.
  package mutating func forget(_ pointer: UInt64) {
    let place = place(of: pointer)
    if pointer != 0, entries[place].pointer == pointer { remove(at: place) }
  }

  /// Where a pointer is, or would be.
  @inline(__always)
  private func place(of pointer: UInt64) -> Int {
    var place = home(of: pointer)
    while entries[place].pointer != 0, entries[place].pointer != pointer { place = (place + 1) & (entries.count - 1) }
    return place
  }

  /// Fibonacci hashing: kernel addresses differ in their middle bits.
  @inline(__always)
  private func home(of pointer: UInt64) -> Int {
    let mixed = (pointer ^ pointer >> 32) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 32) & (entries.count - 1)
  }

  /// Empties a place and closes the gap, so that no search ends too early.
  private mutating func remove(at place: Int) {
    let mask = entries.count - 1
    var (gap, next) = (place, (place + 1) & mask)
    while entries[next].pointer != 0 {
      let wanted = home(of: entries[next].pointer)
      // It may move into the gap unless its home lies behind the gap.
      if (next - wanted) & mask >= (next - gap) & mask {
        entries[gap] = entries[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    entries[gap] = Entry()
    count -= 1
  }

  private mutating func grow() {
    let old = entries
    entries = [Entry](repeating: Entry(), count: old.count * 2)
    for entry in old where entry.pointer != 0 { entries[place(of: entry.pointer)] = entry }
  }
}
