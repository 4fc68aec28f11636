import Recordings
@_spi(Replay) import SlabEngine

/// The hot path: one call of the engine for each event.
extension Player {
  /// Plays events of the current batch.
  mutating func play(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    let first = progress.eventsInLoop - range.lowerBound
    let batch = batch
    let events = batch.span
    for index in range {
      let event = events[index]
      prefetch(events, at: index)
      if first + index >= unseenFreeSchedule.nextEvent { freeScheduled(before: first + index) }
      if event.time >= maintenance.nextTime { maintainEngine(upTo: event.time) }
      switch event.outcome {
      case .allocated: allocate(event)
      case .allocatedOverLive:
        freeReusedSlot(event)
        allocate(event)
      case .freed: free(Int(event.slot), on: event.cpu, for: event)
      case .unmatched: freeResident(event)
      case .failed, .null, .zeroSize: break
      }
      progress.events += 1
    }
    progress.eventsInLoop += range.count
    progress.lastTick = max(progress.lastTick, batch[range.upperBound - 1].time)
  }

  // MARK: Prefetching

  /// Number of events before its own at which the slot of an event is prefetched.
  private static var slotDistance: Int { 32 }
  /// Number of events before its own at which the stamps of a freed object and the descriptor of its slab are prefetched. The slot is then
  /// in the processor's caches.
  private static var objectDistance: Int { 20 }
  /// Number of events before its own at which the record of a freed object is prefetched. The descriptor is then in the processor's
  /// caches.
  private static var recordDistance: Int { 8 }

  /// Starts to load the memory that later events of the batch access, because most of these accesses are cache misses.
  @inline(__always)
  private func prefetch(_ events: Span<AllocationEvent>, at index: Int) {
    guard index &+ Player.slotDistance < events.count else { return }
    objects.slots.prefetch(Int(events[index &+ Player.slotDistance].slot))
    let event = events[index &+ Player.objectDistance]
    if event.outcome == .freed, Int(event.slot) < objects.capacity, let object = objects[Int(event.slot)].object {
      cpus[0].prefetchFree(of: object)
      if objects[Int(event.slot)].isStamped { Stamp.prefetch(object, bytes: Int(objects[Int(event.slot)].bytes)) }
    }
    let next = events[index &+ Player.recordDistance]
    if next.outcome == .freed, Int(next.slot) < objects.capacity, let object = objects[Int(next.slot)].object {
      cpus[0].prefetchRecord(of: object)
    }
  }

  // MARK: Allocations

  @inline(__always)
  private mutating func allocate(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    objects.slots.makeRoom(for: slot)
    let isFreeUnseen = unseenFrees.contains(progress.allocations)
    let serial = UInt32(truncatingIfNeeded: progress.allocations)
    var event = event
    let knowledge = sizes.apply(to: &event, allocation: progress.allocations, symbols: symbols)
    progress.allocations += 1
    guard !isAllocatorSite[Int(event.site)] else {
      objects[slot] = PlayerSlot(cache: PlayerSlot.allocatorRecord)
      return
    }
    let bytes = Int(max(event.requestedBytes, 1))
    let cpu = cpus[Int(event.cpu)]
    var cache = PlayerSlot.generalCache
    var object: UnsafeMutableRawPointer?
    if event.kind == .kmemCacheAlloc {
      if let number = caches.number(
        symbol: event.cache, bytes: event.requestedBytes, stride: event.allocatedBytes, names: symbols, engine: engine)
      {
        cache = Int32(truncatingIfNeeded: number)
        object = calls.allocate(cpu, bytes, from: caches.caches[number], event, symbols, engine)
      }
    } else if caches.hasOwnCaches, let number = caches.ownCacheNumber(event, names: symbols, engine: engine) {
      cache = Int32(truncatingIfNeeded: number)
      object = calls.allocate(cpu, bytes, from: caches.caches[number], event, symbols, engine)
    } else {
      object = calls.allocate(cpu, bytes, from: nil, event, symbols, engine)
    }
    guard let object else {
      progress.failedAllocations += 1
      return
    }
    let isStamped = verification.selectsNext()
    if isStamped { Stamp(seed: seed, slot: slot, event: progress.events).write(to: object, bytes: bytes) }
    objects[slot] = PlayerSlot(
      object: object, bytes: UInt32(truncatingIfNeeded: bytes), event: progress.events, cache: cache, serial: serial,
      cpu: event.cpu, isFreeUnseen: isFreeUnseen, isStamped: isStamped, knowledge: knowledge)
    progress.count(knowledge, bytes: bytes, objects: 1)
    if isFreeUnseen {
      progress.unseenFreeObjects += 1
      progress.unseenFreeBytes += bytes
    }
    progress.liveObjects += 1
  }

  // MARK: Frees

  /// Frees the object of a slot.
  /// - Parameters:
  ///   - event: the event that frees the object; nil if the source does not contain the free.
  @inline(__always)
  mutating func free(_ slot: Int, on cpu: UInt16, for event: AllocationEvent?) {
    guard slot < objects.capacity, let object = objects[slot].object else {
      // The records of the recorded allocator are not replayed; only frees whose allocation failed count as skipped.
      let isRecord = slot < objects.capacity && objects[slot].cache == PlayerSlot.allocatorRecord
      if !isRecord { progress.skippedFrees += 1 }
      return
    }
    let freed = objects[slot]
    let bytes = Int(freed.bytes)
    if freed.isStamped {
      let stamp = Stamp(seed: seed, slot: slot, event: Int(freed.event))
      if let found = stamp.mismatch(in: object, bytes: bytes) { report(found, insteadOf: stamp, slot: slot) }
    }
    objects[slot].object = nil
    progress.liveObjects -= 1
    progress.count(freed.knowledge, bytes: bytes, objects: -1)
    if freed.isFreeUnseen {
      progress.unseenFreeObjects -= 1
      progress.unseenFreeBytes -= bytes
    }
    guard let event else { return calls.freeUnseen(cpus[Int(cpu)], object) }
    let cache = freed.cache == PlayerSlot.generalCache ? nil : caches.caches[Int(freed.cache)]
    calls.free(cpus[Int(cpu)], object, to: cache, event, symbols, engine)
  }

  /// Frees the objects whose unseen frees are scheduled before an event of this loop.
  @inline(never)
  private mutating func freeScheduled(before event: Int) {
    while let entry = unseenFreeSchedule.removeNext(before: event) {
      let slot = Int(entry.slot)
      guard slot < objects.capacity, objects[slot].object != nil, objects[slot].serial == entry.serial else { continue }
      progress.inferredFrees += 1
      free(slot, on: objects[slot].cpu, for: nil)
    }
  }

  /// Frees the object of a slot whose address is allocated again, unless the object was freed before.
  @inline(never)
  private mutating func freeReusedSlot(_ event: AllocationEvent) {
    guard Int(event.slot) < objects.capacity, objects[Int(event.slot)].object != nil else { return }
    progress.inferredFrees += 1
    free(Int(event.slot), on: event.cpu, for: nil)
  }

  /// Frees an object that was live before the recording began, if the event names a cache that has one.
  @inline(never)
  private mutating func freeResident(_ event: AllocationEvent) {
    progress.unmatchedFrees += 1
    guard !residents.isEmpty, event.cache != AllocationEvent.noCache,
      let object = residents.removeObject(of: Player.residentCacheName(symbols[Int(event.cache)]))
    else { return }
    #if Capture
      cpus[Int(event.cpu)].free(object, site: .unknown)
    #else
      cpus[Int(event.cpu)].free(object)
    #endif
  }

  /// Records that the stamp of an object was overwritten.
  @inline(never)
  private mutating func report(_ found: Stamp, insteadOf expected: Stamp, slot: Int) {
    let damaged = objects[slot]
    let cache = damaged.cache == PlayerSlot.generalCache ? "kmalloc" : caches.caches[Int(damaged.cache)].name
    progress.addMismatch(
      "object of \(cache), \(damaged.bytes) bytes, allocated by event \(damaged.eventNumber(before: progress.events)), "
        + "freed by event \(progress.events): "
        + "expected stamp \(String(expected.value, radix: 16)), found \(String(found.value, radix: 16))")
  }
}
