import Recordings

/// Allocations and frees of events.
extension SLUBPlayer {
  @inline(__always)
  mutating func allocate(_ event: AllocationEvent, _ symbols: [String]) {
    let slot = Int(event.slot)
    if slot >= slots.count { addSlots(upTo: slot) }
    let serial = UInt32(truncatingIfNeeded: progress.allocations)
    let isUnseen = unseen.contains(progress.allocations)
    var event = event
    let knowledge = sizes.apply(to: &event, allocation: progress.allocations, symbols: symbols)
    progress.allocations += 1
    let role = roles[Int(event.site)]
    guard !role.isAllocatorInternal else { return skipAllocatorInternal(event) }
    let cache = table.cache(for: event, symbols: symbols, model: &model)
    guard cache >= 0 else { return allocateLarge(event, knowledge, serial: serial) }
    let slab = model.allocate(from: cache, on: Int32(event.cpu))
    guard slab >= 0 else {
      progress.failedAllocations += 1
      return
    }
    if Int(cache) >= requestedBytes.count { addCacheRecords(upTo: Int(cache)) }
    slots[slot] = SLUBSlot(
      slab: slab, cache: cache, bytes: event.requestedBytes, serial: serial, cpu: event.cpu, isUnseen: isUnseen,
      knowledge: knowledge)
    progress.count(knowledge, bytes: Int(event.requestedBytes), objects: 1)
    requestedBytes[Int(cache)] += Int(event.requestedBytes)
    progress.liveObjects += 1
    if isUnseen { addUnseenObject(event, cache: cache, serial: serial) }
    if waiting[Int(event.cpu)].allocationsLeft > 0 || (isUnseen && role.object != 0) {
      pairWithCompanion(event, role, serial: serial, isUnseen: isUnseen)
    }
  }

  @inline(__always)
  mutating func free(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    guard slot < slots.count, slots[slot].slab >= 0 else { return freeObjectOutsideSlabs(event) }
    let (partner, serial) = (slots[slot].partner, slots[slot].partnerSerial)
    freeObject(slot, on: Int32(event.cpu))
    if partner != SLUBSlot.none { freePartner(partner, serial, event) }
  }

  /// Frees the object of a slot, which must be in a slab.
  @inline(__always)
  mutating func freeObject(_ slot: Int, on cpu: Int32) {
    model.free(slots[slot].slab, on: cpu)
    requestedBytes[Int(slots[slot].cache)] -= Int(slots[slot].bytes)
    slots[slot].slab = SLUBSlot.empty
    progress.liveObjects -= 1
    progress.count(slots[slot].knowledge, bytes: Int(slots[slot].bytes), objects: -1)
    if slots[slot].isUnseen {
      progress.unseenFreeObjects -= 1
      progress.unseenFreeBytes -= Int(slots[slot].bytes)
    }
  }

  @inline(never)
  private mutating func addSlots(upTo slot: Int) {
    slots.append(contentsOf: repeatElement(SLUBSlot(), count: max(1024, slot + 1 - slots.count, slots.count)))
  }

  @inline(never)
  mutating func addCacheRecords(upTo cache: Int) {
    while requestedBytes.count <= cache {
      requestedBytes.append(0)
      residents.append(ResidentObjects())
      freedResidents.append(0)
      startingLiveObjects.append(0)
      startingActiveObjects.append(0)
      unseenObjects.append(UnseenObjects())
      areFreedByRCU.append(false)
    }
  }

  @inline(never)
  private mutating func addUnseenObject(_ event: AllocationEvent, cache: Int32, serial: UInt32) {
    unseenObjects[Int(cache)].append(slot: event.slot, serial: serial)
    progress.unseenFreeObjects += 1
    progress.unseenFreeBytes += Int(event.requestedBytes)
  }
}
