/// Map from the addresses of live objects to their slots. It matches the frees of a trace with their allocations.
///
/// The map is a hash table with open addressing and linear probing (Knuth, volume 3, algorithms 6.4 L and R). It is
/// accessed once for each event, and its size depends only on the peak number of live objects.
package struct LiveObjects {
  private struct Entry {
    /// Address of the object; 0 in an empty entry, because NULL is not an object.
    var pointer: UInt64 = 0
    var slot: UInt32 = 0
  }

  private var entries = [Entry](repeating: Entry(), count: 1024)
  private var count = 0
  private var slots = SlotAllocator()

  /// Creates an empty map.
  package init() {}

  /// Applies an event to the live objects and returns its slot and outcome.
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

  /// Adds an object. If an object with this address is live, that object was freed without an event, and the new object
  /// takes its slot.
  mutating func allocate(_ pointer: UInt64) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    let index = index(of: pointer)
    if entries[index].pointer == pointer { return (entries[index].slot, .allocatedOverLive) }
    let slot = slots.allocate()
    entries[index] = Entry(pointer: pointer, slot: slot)
    count += 1
    if count * 2 > entries.count { grow() }
    return (slot, .allocated)
  }

  /// Removes the object with an address, if there is one.
  mutating func free(_ pointer: UInt64) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    let index = index(of: pointer)
    guard entries[index].pointer == pointer else { return (AllocationEvent.noSlot, .unmatched) }
    let slot = entries[index].slot
    slots.free(slot)
    removeEntry(at: index)
    return (slot, .freed)
  }

  /// Returns the slot of the live object with an address; nil if there is none.
  package func slot(of pointer: UInt64) -> UInt32? {
    let index = index(of: pointer)
    return pointer != 0 && entries[index].pointer == pointer ? entries[index].slot : nil
  }

  /// Removes an object that was freed without an event. Its slot stays in use, because no event of the recording frees it.
  package mutating func removeUnseen(_ pointer: UInt64) {
    let index = index(of: pointer)
    if pointer != 0, entries[index].pointer == pointer { removeEntry(at: index) }
  }

  /// Returns the index of the entry of an address, or of the empty entry to insert it at.
  @inline(__always)
  private func index(of pointer: UInt64) -> Int {
    var index = preferredIndex(of: pointer)
    while entries[index].pointer != 0, entries[index].pointer != pointer { index = (index + 1) & (entries.count - 1) }
    return index
  }

  /// Returns the index at which the search for an address starts. Fibonacci hashing is used because kernel addresses differ
  /// in their middle bits.
  @inline(__always)
  private func preferredIndex(of pointer: UInt64) -> Int {
    let mixed = (pointer ^ pointer >> 32) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 32) & (entries.count - 1)
  }

  /// Removes an entry and moves later entries into the gap, so that no search for them ends at the gap.
  private mutating func removeEntry(at index: Int) {
    let mask = entries.count - 1
    var (gap, next) = (index, (index + 1) & mask)
    while entries[next].pointer != 0 {
      let preferred = preferredIndex(of: entries[next].pointer)
      // The entry may move into the gap unless its preferred index is after the gap.
      if (next - preferred) & mask >= (next - gap) & mask {
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
    for entry in old where entry.pointer != 0 { entries[index(of: entry.pointer)] = entry }
  }
}
