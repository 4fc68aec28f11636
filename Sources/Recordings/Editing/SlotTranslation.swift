/// Map from the slots of a recording to those of a new recording that contains some of its objects.
struct SlotTranslation {
  /// New slots, indexed by old slots: `noSlot` if no live object is known in the slot, `dropped` if its object is not
  /// in the new recording.
  private var slots: [UInt32] = []
  private static let dropped = UInt32.max - 1

  /// Returns the event with the slot of the new recording; nil if the event is not in the new recording.
  /// - Parameters:
  ///   - event: Next event of the old recording.
  ///   - isKept: Whether the new recording contains the object, if the event is an allocation or a free without a known
  ///     allocation. Other frees are kept if their allocation was.
  ///   - allocator: Allocator of the new slots.
  mutating func translate(
    _ event: AllocationEvent, isKept: Bool, _ allocator: inout SlotAllocator
  ) -> AllocationEvent? {
    var event = event
    switch event.outcome {
    case .allocated, .allocatedOverLive:
      let old = Int(event.slot)
      while slots.count <= old { slots.append(AllocationEvent.noSlot) }
      let previous = slots[old]
      guard isKept else {
        // If the previous object of the slot is in the new recording, its free was not traced, and its new slot stays
        // in use.
        slots[old] = SlotTranslation.dropped
        return nil
      }
      let isFree = previous >= SlotTranslation.dropped
      event.outcome = isFree ? .allocated : .allocatedOverLive
      if isFree { event.usedBytes = nil }
      event.slot = isFree ? allocator.allocate() : previous
      slots[old] = event.slot
    case .freed:
      let old = Int(event.slot)
      let new = old < slots.count ? slots[old] : AllocationEvent.noSlot
      if new == SlotTranslation.dropped {
        slots[old] = AllocationEvent.noSlot
        return nil
      }
      if new == AllocationEvent.noSlot {
        // The allocation is not in the new recording.
        guard isKept else { return nil }
        (event.outcome, event.usedBytes) = (.unmatched, nil)
      } else {
        slots[old] = AllocationEvent.noSlot
        allocator.free(new)
      }
      event.slot = new
    case .failed, .unmatched, .null, .zeroSize:
      guard isKept else { return nil }
    }
    return event
  }
}
