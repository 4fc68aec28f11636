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
    progress.assumedFrees += 1
  }

  /// Frees the objects that a CPU passed to kfree_rcu.
  mutating func drainRCUQueue(of cpu: Int) {
    for entry in rcuQueues[cpu].removeAll() where holds(entry.slot, entry.serial) {
      unseenFrees.byPair += 1
      progress.assumedFrees += 1
      release(Int(entry.slot), on: Int32(cpu))
    }
  }

  /// Frees objects whose frees are not reported, oldest first: as many as the model has more than the kernel had. Those objects
  /// have ended since the sample before; when is not known.
  ///
  /// Where the kernel's live objects are known, what is too many after that are objects from before the recording, freed by
  /// events that named no cache (kfree) or by none.
  ///
  /// Elsewhere active objects are compared. Both counts include objects that are free on CPUs. That they are about as many in the model as in the kernel is assumed,
  /// so an object is freed once for each active object too many, whether or not its slab comes to the node.
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
        progress.assumedFrees += 1
        excess -= 1
      }
      guard live != nil else { continue }
      while excess > 0, freeRandomResident(of: Int(cache), on: Int32(excess % model.cpuCount)) {
        unseenFrees.ofResidentsByReconciliation += 1
        excess -= 1
      }
    }
  }

  /// Frees one of the residents of the cache that an event names: the object was allocated before the recording.
  @inline(never)
  mutating func freeResident(_ event: AllocationEvent, _ symbols: [String]) {
    progress.unmatchedFrees += 1
    guard event.cache != AllocationEvent.noCache else { return }
    let cache = table.cache(ofSymbol: Int(event.cache), symbols)
    guard cache >= 0, freeRandomResident(of: Int(cache), on: Int32(event.cpu)) else { return }
    unseenFrees.ofResidents += 1
  }

  /// Frees a resident of a cache; returns whether there was one.
  private mutating func freeRandomResident(of cache: Int, on cpu: Int32) -> Bool {
    guard cache < residents.count, !residents[cache].isEmpty else { return false }
    let count = residents[cache].count
    residents[cache].swapAt(Int.random(in: 0..<count, using: &random), count - 1)
    model.free(residents[cache].removeLast(), on: cpu)
    freedResidents[cache] += 1
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
    for cpu in rcuQueues.indices { _ = rcuQueues[cpu].removeAll() }
    for cache in freedResidents.indices {
      unseenObjects[cache].removeAll()
      while freedResidents[cache] > 0 {
        let slab = model.allocate(from: Int32(cache), on: 0)
        guard slab >= 0 else { break }
        residents[cache].append(slab)
        freedResidents[cache] -= 1
      }
    }
    progress.endLoop()
    nextObservation = 0
    setNextDue()
  }
}
