import Recordings

/// Unseen frees and residents.
extension SLUBPlayer {
  /// Frees the object of a slot, if it is still live, because its address was allocated again.
  @inline(never)
  mutating func freeByAddress(_ slot: Int, on cpu: Int32) {
    guard slot < slots.count else { return }
    switch slots[slot].slab {
    case 0...: freeObject(slot, on: cpu)
    case SLUBSlot.large: freeLargeObject(slot)
    default: return
    }
    unseenFrees.byAddress += 1
    progress.inferredFrees += 1
  }

  /// Frees the objects of a kfree_rcu queue whose grace period has ended.
  mutating func advanceRCUQueue(of cpu: Int, to time: UInt64) {
    for entry in rcuQueues[cpu].advance(to: time) where slotHolds(entry.slot, entry.serial) {
      unseenFrees.byPair += 1
      progress.inferredFrees += 1
      inferredFrees?.add(entry, before: eventNumber)
      freeObject(Int(entry.slot), on: Int32(cpu))
    }
  }

  /// Adjusts the number of live objects of each cache to an observation of the recorded kernel.
  ///
  /// If the model has more objects than the kernel, first frees objects with unseen frees, oldest first. They were freed at an
  /// unknown time since the previous observation. If the exact number of live objects in the kernel is unknown, the numbers of
  /// active objects are compared. Both include free objects on CPUs, whose numbers are assumed to be equal.
  ///
  /// A remaining difference comes from events that the recording does not have: some frees have no cache, and tasks may have
  /// been excluded. Residents are freed or allocated until the number of live objects is within the bounds known from the
  /// observation.
  mutating func reconcile(with number: Int) {
    let observation = observations[number]
    let width = number > 0 ? observation.time - min(observation.time, observations[number - 1].time) : 0
    for cache in 0..<Int32(unseenObjects.count) {
      let name = model.layouts[Int(cache)].name
      let live = observation.liveObjects[name]
      guard let bound = live ?? observation.activeObjects[name] else { continue }
      var excess = (live == nil ? model.activeObjects(of: cache) : model.liveObjects(of: cache)) - bound
      while excess > 0, let entry = unseenObjects[Int(cache)].popFirst() {
        guard slotHolds(entry.slot, entry.serial) else { continue }
        freeObject(Int(entry.slot), on: Int32(slots[Int(entry.slot)].cpu))
        unseenFrees.byReconciliation += 1
        unseenFrees.reconciledTicks += width
        progress.inferredFrees += 1
        inferredFrees?.add(RCUFreeQueue.Entry(slot: entry.slot, serial: entry.serial), before: eventNumber)
        excess -= 1
      }
      // A kmalloc class of a policy serves other requests than the kernel's class of the same name.
      guard observation.includesUnrecordedObjects, !model.layouts[Int(cache)].isGeneral || table.hasRecordedClasses
      else {
        continue
      }
      adjustResidents(
        of: cache, within: live.map { $0...$0 } ?? liveObjectBounds(activeObjects: bound, of: cache), in: number)
    }
  }

  /// Returns bounds of the number of live objects of the kernel, computed from its active objects: both have changed by the same
  /// number since the start, except for free objects on CPUs, which count as active.
  private func liveObjectBounds(activeObjects active: Int, of cache: Int32) -> ClosedRange<Int> {
    let layout = table.recordedLayout(of: model.layouts[Int(cache)], parameters: model.parameters)
    let slabs = (layout.cpuPartialSlabs + 1) * layout.objectsPerSlab
    let room = model.cpuCount * (slabs + 2 * layout.sheafCapacity) + SLUBModel.maximumObjectsInBarn(of: layout)
    let expected = startingLiveObjects[Int(cache)] + active - startingActiveObjects[Int(cache)]
    return max(0, expected - room)...max(0, expected + room)
  }

  /// Frees or allocates residents of a cache until its number of live objects is within the bounds.
  private mutating func adjustResidents(of cache: Int32, within bounds: ClosedRange<Int>, in observation: Int) {
    let live = model.liveObjects(of: cache)
    var excess = live - bounds.upperBound
    while excess > 0, freeUnreportedResident(of: Int(cache), on: Int32(excess % model.cpuCount)) {
      unseenFrees.residentFreesByReconciliation += 1
      excess -= 1
    }
    var missing = bounds.lowerBound - live
    // The CPU of the allocations is unknown. One CPU is used for each observation, because a task rarely migrates.
    while missing > 0, addResident(to: cache, on: Int32(observation % model.cpuCount)) {
      unseenFrees.allocationsByReconciliation += 1
      missing -= 1
    }
  }

  /// Frees a resident of the cache of a free event, because the freed object was allocated before the recording.
  @inline(never)
  mutating func freeResident(_ event: AllocationEvent, _ symbols: [String]) {
    progress.unmatchedFrees += 1
    guard event.cache != AllocationEvent.noCache else { return }
    let cache = table.cache(ofSymbol: Int(event.cache), symbols)
    guard cache >= 0, freeResident(of: Int(cache), on: Int32(event.cpu)) else { return }
    unseenFrees.residentFrees += 1
  }

  /// Frees a resident of a cache. Returns false if there is none.
  private mutating func freeResident(of cache: Int, on cpu: Int32) -> Bool {
    guard cache < residents.count, let slab = residents[cache].removeNext(random: &random) else { return false }
    model.free(slab, on: cpu)
    freedResidents[cache] += 1
    return true
  }

  /// Frees a resident whose free has no event. Returns false if there is none.
  private mutating func freeUnreportedResident(of cache: Int, on cpu: Int32) -> Bool {
    guard areFreedByRCU[cache] else { return freeResident(of: cache, on: cpu) }
    guard let slab = residents[cache].removeFromSparsestSlab() else { return false }
    model.free(slab, on: cpu)
    freedResidents[cache] += 1
    return true
  }

  /// Allocates a resident. Returns false if memory is exhausted.
  private mutating func addResident(to cache: Int32, on cpu: Int32) -> Bool {
    let slab = model.allocate(from: cache, on: cpu)
    guard slab >= 0 else { return false }
    residents[Int(cache)].append(slab)
    freedResidents[Int(cache)] -= 1
    return true
  }

  /// Frees all live objects and restores the number of residents, so that each loop starts with the same number of objects.
  mutating func endLoop() {
    for slot in slots.indices {
      switch slots[slot].slab {
      case 0...: freeObject(slot, on: 0)
      case SLUBSlot.large: freeLargeObject(slot)
      default:
        slots[slot].slab = SLUBSlot.empty
        continue
      }
      unseenFrees.atEnd += 1
      progress.liveAtEnd += 1
    }
    for cpu in rcuQueues.indices { rcuQueues[cpu].removeAll() }
    for cache in freedResidents.indices {
      unseenObjects[cache].removeAll()
      while freedResidents[cache] < 0, freeResident(of: cache, on: 0) {}
      while freedResidents[cache] > 0, addResident(to: Int32(cache), on: 0) {}
    }
    progress.endLoop()
    nextObservation = 0
    setNextDue()
  }
}
