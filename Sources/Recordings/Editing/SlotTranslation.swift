/// Gives the events of one recording the slots of another that is made of some of them: an object whose allocation is kept
/// gets a new slot, and its end comes along.
struct SlotTranslation {
  /// New slot by old; `noSlot` where nothing is known to live, `leftOut` where an object does that is not kept.
  private var slots: [UInt32] = []
  private static let leftOut = UInt32.max - 1

  /// The event as the new recording has it; nil for one that it doesn't have.
  /// - Parameters:
  ///   - isKept: whether an allocation, or a free whose object is not known, is wanted.
  ///   - allocator: the new recording's slots.
  mutating func translate(
    _ event: AllocationEvent, isKept: Bool, _ allocator: inout SlotAllocator
  ) -> AllocationEvent? {
    var event = event
    switch event.outcome {
    case .allocated, .allocatedOverLive:
      let old = Int(event.slot)
      while slots.count <= old { slots.append(AllocationEvent.noSlot) }
      let before = slots[old]
      guard isKept else {
        // The object that lived here was freed unseen: it keeps its slot, since no event says so.
        slots[old] = SlotTranslation.leftOut
        return nil
      }
      let isFree = before >= SlotTranslation.leftOut
      event.outcome = isFree ? .allocated : .allocatedOverLive
      event.slot = isFree ? allocator.take() : before
      slots[old] = event.slot
    case .freed:
      let old = Int(event.slot)
      let new = old < slots.count ? slots[old] : AllocationEvent.noSlot
      if new == SlotTranslation.leftOut {
        slots[old] = AllocationEvent.noSlot
        return nil
      }
      if new == AllocationEvent.noSlot {
        // Its allocation is not there.
        guard isKept else { return nil }
        event.outcome = .unmatched
      } else {
        slots[old] = AllocationEvent.noSlot
        allocator.give(new)
      }
      event.slot = new
    case .failed, .unmatched, .null, .zeroSize:
      guard isKept else { return nil }
    }
    return event
  }
}
