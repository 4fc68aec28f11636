/// The pointers that are live in a trace, each with the slot that stands for it: the pairing of allocations and frees.
struct LiveObjects {
  private var slotByPointer: [UInt64: UInt32] = [:]
  private var slots = SlotAllocator()

  /// A pointer was handed out. When it was live already, its older object was freed unseen and the new one takes its slot.
  mutating func allocate(_ pointer: UInt64) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    if let slot = slotByPointer[pointer] { return (slot, .allocatedOverLive) }
    let slot = slots.take()
    slotByPointer[pointer] = slot
    return (slot, .allocated)
  }

  /// A pointer was freed.
  mutating func free(_ pointer: UInt64) -> (slot: UInt32, outcome: AllocationEvent.Outcome) {
    guard let slot = slotByPointer.removeValue(forKey: pointer) else { return (AllocationEvent.noSlot, .unmatched) }
    slots.give(slot)
    return (slot, .freed)
  }
}
