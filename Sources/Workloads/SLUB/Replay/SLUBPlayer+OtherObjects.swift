import Recordings
import SlabEngine

/// Objects that are not in the slabs of the model.
extension SLUBPlayer {
  /// Counts an allocation of metadata of the recorded SLUB, which is not replayed.
  @inline(never)
  mutating func skipAllocatorInternal(_ event: AllocationEvent) {
    slots[Int(event.slot)] = SLUBSlot(slab: SLUBSlot.allocatorInternal)
    unseenFrees.allocatorEvents += 1
  }

  /// Allocates a block of pages for a request that is larger than all kmalloc classes.
  @inline(never)
  mutating func allocateLarge(
    _ event: AllocationEvent, _ knowledge: RequestSizes.Knowledge, serial: UInt32
  ) {
    let order = SLUBParameters.order(ofBytes: Int(event.requestedBytes))
    guard let page = model.pages.allocate(order: order) else {
      large.failed += 1
      progress.failedAllocations += 1
      return
    }
    slots[Int(event.slot)] = SLUBSlot(
      slab: SLUBSlot.large, cache: Int32(bitPattern: page), bytes: event.requestedBytes, serial: serial, cpu: event.cpu,
      knowledge: knowledge)
    progress.count(knowledge, bytes: Int(event.requestedBytes), objects: 1)
    large.live += 1
    large.requestedBytes += Int(event.requestedBytes)
    large.blockBytes += PageBookkeeping.pageBytes << order
    progress.liveObjects += 1
  }

  /// Frees the object of a slot that is not in a slab; counts a skipped free if the slot has no object.
  @inline(never)
  mutating func freeObjectOutsideSlabs(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    switch slot < slots.count ? slots[slot].slab : SLUBSlot.empty {
    case SLUBSlot.large: freeLargeObject(slot)
    case SLUBSlot.allocatorInternal:
      unseenFrees.allocatorEvents += 1
      slots[slot].slab = SLUBSlot.empty
    default: progress.skippedFrees += 1
    }
  }

  /// Frees the block of pages of a large request.
  mutating func freeLargeObject(_ slot: Int) {
    model.pages.free(UInt32(bitPattern: slots[slot].cache))
    large.live -= 1
    large.requestedBytes -= Int(slots[slot].bytes)
    large.blockBytes -= PageBookkeeping.pageBytes << SLUBParameters.order(ofBytes: Int(slots[slot].bytes))
    slots[slot].slab = SLUBSlot.empty
    progress.liveObjects -= 1
    progress.count(slots[slot].knowledge, bytes: Int(slots[slot].bytes), objects: -1)
  }
}
