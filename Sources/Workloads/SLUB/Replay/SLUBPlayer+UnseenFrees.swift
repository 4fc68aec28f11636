import Recordings

/// Frees that the source does not report.
extension SLUBPlayer {
  /// Frees the object that a slot holds because its address was allocated again, unless it was freed before.
  @inline(never)
  mutating func freeByAddress(_ slot: Int, on cpu: Int32) {
    guard slot < slots.count else { return }
    switch slots[slot].slab {
    case 0...: release(slot, on: cpu)
    case SLUBSlot.large: releaseLarge(slot)
    default: return
    }
    unseenFrees.byAddress += 1
    progress.inferredFrees += 1
  }

  /// Frees the objects that a CPU passed to kfree_rcu and whose grace period has ended.
  mutating func advanceRCUQueue(of cpu: Int, to time: UInt64) {
    for entry in rcuQueues[cpu].advance(to: time) where holds(entry.slot, entry.serial) {
      unseenFrees.byPair += 1
      progress.inferredFrees += 1
      release(Int(entry.slot), on: Int32(cpu))
    }
  }

  /// Brings the live objects of every cache within what the kernel said.
  ///
  /// First, objects whose frees are not reported are freed, oldest first: as many as the model has more than the kernel had.
  /// They have ended since the sample before; when is not known. Where the kernel's live objects are not known exactly, active
  /// objects are compared: both counts include objects that are free on CPUs, and that these are about as many in the model as
  /// in the kernel is assumed.
  ///
  /// What then lies outside the bounds of the kernel's live objects is due to events that the recording does not have, since
  /// frees of some objects name no cache and tasks may have been left out. Objects from before the recording are freed
  /// while there are too many, and objects are allocated while there are too few.
  mutating func reconcile(with number: Int) {
    let observation = observations[number]
    let width = number > 0 ? observation.time - min(observation.time, observations[number - 1].time) : 0
    for cache in 0..<Int32(unseenObjects.count) {
      let name = model.layouts[Int(cache)].name
      let live = observation.liveObjects[name]
      guard let bound = live ?? observation.activeObjects[name] else { continue }
      var excess = (live == nil ? model.activeObjects(of: cache) : model.liveObjects(of: cache)) - bound
      while excess > 0, let entry = unseenObjects[Int(cache)].popFirst() {
        guard holds(entry.slot, entry.serial) else { continue }
        release(Int(entry.slot), on: Int32(slots[Int(entry.slot)].cpu))
        unseenFrees.byReconciliation += 1
        unseenFrees.reconciledTicks += width
        progress.inferredFrees += 1
        excess -= 1
      }
      // A class of a policy's own serves other requests than the kernel's of its name.
      guard observation.includesUnrecorded, !model.layouts[Int(cache)].isGeneral || table.hasRecordedClasses else {
        continue
      }
      bringResidents(of: cache, within: live.map { $0...$0 } ?? bounds(ofActive: bound, of: cache), in: number)
    }
  }

  /// The bounds of a kernel's live objects by its active ones, which count those that are free on CPUs as well: the live objects
  /// have changed since the start as the active ones have, but for what CPUs have room for.
  private func bounds(ofActive active: Int, of cache: Int32) -> ClosedRange<Int> {
    let layout = table.recordedLayout(of: model.layouts[Int(cache)], parameters: model.parameters)
    let slabs = (layout.cpuPartialSlabs + 1) * layout.objectsPerSlab
    let room = model.cpuCount * (slabs + 2 * layout.sheafCapacity) + SLUBModel.mostObjectsInBarn(of: layout)
    let expected = startingLive[Int(cache)] + active - startingActive[Int(cache)]
    return max(0, expected - room)...max(0, expected + room)
  }

  /// Frees or allocates residents of a cache until its live objects lie within bounds.
  private mutating func bringResidents(of cache: Int32, within bounds: ClosedRange<Int>, in observation: Int) {
    let live = model.liveObjects(of: cache)
    var excess = live - bounds.upperBound
    while excess > 0, freeUnreportedResident(of: Int(cache), on: Int32(excess % model.cpuCount)) {
      unseenFrees.ofResidentsByReconciliation += 1
      excess -= 1
    }
    var missing = bounds.lowerBound - live
    // A task stays on its CPU for longer than it allocates; which one that was is not known.
    while missing > 0, addResident(to: cache, on: Int32(observation % model.cpuCount)) {
      unseenFrees.allocationsByReconciliation += 1
      missing -= 1
    }
  }

  /// Frees one of the residents of the cache that an event names: the object was allocated before the recording.
  @inline(never)
  mutating func freeResident(_ event: AllocationEvent, _ symbols: [String]) {
    progress.unmatchedFrees += 1
    guard event.cache != AllocationEvent.noCache else { return }
    let cache = table.cache(ofSymbol: Int(event.cache), symbols)
    guard cache >= 0, freeResident(of: Int(cache), on: Int32(event.cpu)) else { return }
    unseenFrees.ofResidents += 1
  }

  /// Frees a resident of a cache; returns whether there was one.
  private mutating func freeResident(of cache: Int, on cpu: Int32) -> Bool {
    guard cache < residents.count, let slab = residents[cache].removeNext(random: &random) else { return false }
    model.free(slab, on: cpu)
    freedResidents[cache] += 1
    return true
  }

  /// Frees a resident whose free is not reported; returns whether there was one.
  private mutating func freeUnreportedResident(of cache: Int, on cpu: Int32) -> Bool {
    guard areFreedByRCU[cache] else { return freeResident(of: cache, on: cpu) }
    guard let slab = residents[cache].removeFromSparsestSlab() else { return false }
    model.free(slab, on: cpu)
    freedResidents[cache] += 1
    return true
  }

  /// Allocates an object that the recording does not have; returns whether there was memory for it.
  private mutating func addResident(to cache: Int32, on cpu: Int32) -> Bool {
    let slab = model.allocate(from: cache, on: cpu)
    guard slab >= 0 else { return false }
    residents[Int(cache)].append(slab)
    freedResidents[Int(cache)] -= 1
    return true
  }

  /// Frees every live object and brings back the residents, so that a loop neither leaks nor grows.
  mutating func endLoop() {
    for slot in slots.indices {
      switch slots[slot].slab {
      case 0...: release(slot, on: 0)
      case SLUBSlot.large: releaseLarge(slot)
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
