import Recordings

/// Pairs of an object whose free has no event and a companion whose free has one.
extension SLUBPlayer {
  /// Makes the allocated object the companion of the object that waits on its CPU, or makes it wait for its own companion.
  @inline(never)
  mutating func pairWithCompanion(_ event: AllocationEvent, _ role: CallSiteRole, serial: UInt32, isUnseen: Bool) {
    let cpu = Int(event.cpu)
    if waiting[cpu].allocationsLeft > 0 {
      waiting[cpu].allocationsLeft -= 1
      if role.companion != 0, role.companion == waiting[cpu].pair, !isUnseen {
        slots[Int(event.slot)].partner = waiting[cpu].slot
        slots[Int(event.slot)].partnerSerial = waiting[cpu].serial
        waiting[cpu].allocationsLeft = 0
        return
      }
    }
    guard isUnseen, role.object != 0, event.kind == .kmemCacheAlloc else { return }
    let isFreedByRCU = UnseenFreePair.all[Int(role.object) - 1].isFreedByRCU
    slots[Int(event.slot)].isFreedByRCU = isFreedByRCU
    if isFreedByRCU { areFreedByRCU[Int(slots[Int(event.slot)].cache)] = true }
    waiting[cpu] = Waiting(
      slot: event.slot, serial: serial, pair: role.object, allocationsLeft: UInt8(UnseenFreePair.searchDistance))
  }

  /// Frees an object whose companion was freed: immediately, or after a grace period if kfree_rcu frees it.
  @inline(never)
  mutating func freePartner(_ slot: UInt32, _ serial: UInt32, _ event: AllocationEvent) {
    guard !roles[Int(event.site)].replacesCompanion, slotHolds(slot, serial) else { return }
    let entry = RCUFreeQueue.Entry(slot: slot, serial: serial)
    guard slots[Int(slot)].isFreedByRCU else {
      unseenFrees.byPair += 1
      progress.inferredFrees += 1
      inferredFrees?.add(entry, freedBy: eventNumber)
      return freeObject(Int(slot), on: Int32(event.cpu))
    }
    rcuQueues[Int(event.cpu)].add(entry, time: event.time)
    setNextDue()
  }

  /// Returns whether the object with a serial number is live in a slot.
  func slotHolds(_ slot: UInt32, _ serial: UInt32) -> Bool {
    slots[Int(slot)].slab >= 0 && slots[Int(slot)].serial == serial
  }
}
