internal import Synchronization

/// What happens when a magazine is empty or full: once a magazine, out of line.
extension EngineCPU {
  /// Objects that a CPU's first refill of a cache takes.
  static let firstBatch: Int32 = 2

  /// Refills this CPU's magazines of a cache and allocates from them: from the previous magazine, else with a full one
  /// from the depot, else with a batch from the slabs.
  @usableFromInline @inline(never)
  func refill(_ cacheIndex: Int) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.livingCache(at: cacheIndex) else { return nil }
      let line = line(cacheIndex)
      if cache.descriptor.pointee.isInspected { return allocateInspected(cache, line, engine) }
      let capacity = settle(line, cache, engine)
      if line.counters.pointee.previousRounds.load(ordering: .relaxed) > 0 {
        line.swapMagazines()
        return line.pop()
      }
      cache.descriptor.pointee.countVisit()
      if acceptReturned(line, cache, capacity: capacity) || takeFullMagazine(line, cache, capacity: capacity)
        || takeFromSlabs(line, cache, capacity: capacity, engine)
      {
        return line.pop()
      }
      return nil
    }
  }

  /// Makes room for an object that the loaded magazine can't take, and puts it there: in the previous magazine, else by
  /// giving the depot a full one, else by emptying one into the slabs.
  @usableFromInline @inline(never)
  func flush(_ object: UnsafeMutableRawPointer, _ cacheIndex: Int) {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.livingCache(at: cacheIndex) else {
        return engine.report(.foreignFree, object, cache: nil)
      }
      let line = line(cacheIndex)
      if cache.descriptor.pointee.isInspected { return freeInspected(object, cache, engine) }
      let capacity = settle(line, cache, engine)
      if cache.isHoming, sendHome(object, cache, engine) { return }
      if line.counters.pointee.rounds.load(ordering: .relaxed) >= capacity {
        if line.counters.pointee.previousRounds.load(ordering: .relaxed) >= capacity,
          !retirePrevious(line, cache, capacity: capacity, engine)
        {
          // Its rounds are reserved: the object goes to its slab instead.
          return engine.putBack(object, to: cache)
        }
        line.swapMagazines()
      }
      line.append(object)
    }
  }

  /// Returns all that this CPU holds of a cache to the cache's slabs, but for what is reserved.
  public func drain(_ cache: SlabCache) {
    engine._withUnsafeGuaranteedRef { drain(line(cache.index), cache, $0) }
  }

  /// Returns all that this CPU holds of any cache, but for what is reserved.
  public func drain() {
    engine._withUnsafeGuaranteedRef { engine in
      state.pointee.draining.withLock { _ in drainAll(engine) }
    }
  }

  /// The same, unless it is being done: by who destroys a cache, or further up this very thread, in which a fault's
  /// handler allocates.
  private func relieve(_ engine: SlabEngine) {
    state.pointee.draining.withLockIfFree { _ in drainAll(engine) }
  }

  private func drainAll(_ engine: SlabEngine) {
    for cache in engine.caches { drain(line(cache.index), cache, engine) }
  }

  private func drain(_ line: CPUCache, _ cache: SlabCache, _ engine: SlabEngine) {
    guard line.magazines.pointee.slots != nil else { return }
    drainHoming(cache, engine)
    var reserved = line.reservedRounds
    for _ in 0..<2 {
      let rounds = line.counters.pointee.rounds.load(ordering: .relaxed)
      let kept = min(rounds, reserved)
      reserved -= kept
      if rounds > kept {
        engine.putBack(line.magazines.pointee.slots! + kept, count: rounds - kept, to: cache)
        line.counters.pointee.rounds.store(kept, ordering: .relaxed)
      }
      line.swapMagazines()
    }
    line.magazines.pointee.refillBatch = min(EngineCPU.firstBatch, Int32(cache.magazineCapacity))
  }

  // MARK: Steps

  /// Brings a line up to date before its magazines are changed: gives it magazines of the size that the cache wants at
  /// present, and returns what all of this CPU's magazines hold when memory has run short.
  /// - Returns: that size: both magazines have room for as many rounds.
  @discardableResult
  func settle(_ line: CPUCache, _ cache: SlabCache, _ engine: SlabEngine) -> Int {
    let pressure = engine.pressure.load(ordering: .relaxed)
    if pressure != state.pointee.answeredPressure {
      state.pointee.answeredPressure = pressure
      relieve(engine)
    }
    let wanted = cache.magazineCapacity
    guard Int(line.magazines.pointee.capacity) != wanted else { return wanted }
    if line.magazines.pointee.slots == nil {
      line.magazines.pointee.refillBatch = min(EngineCPU.firstBatch, Int32(wanted))
    }
    line.ensureRoom(for: wanted)
    line.magazines.pointee.capacity = cache.isHoming ? 0 : Int32(wanted)
    return wanted
  }

  /// Both magazines are empty: the depot may have a full one for one of them.
  private func takeFullMagazine(_ line: CPUCache, _ cache: SlabCache, capacity: Int) -> Bool {
    let descriptor = cache.descriptor
    let spent = Magazine.owning(line.magazines.pointee.previousSlots!)
    guard let full = descriptor.pointee.depot.exchange(forFull: spent) else { return false }
    descriptor.pointee.growMagazinesIfContended()
    line.magazines.pointee.previousSlots = line.magazines.pointee.slots
    line.magazines.pointee.slots = Magazine.slots(of: full)
    line.counters.pointee.rounds.store(full.pointee.rounds, ordering: .relaxed)
    // It may be from before magazines grew.
    line.ensureRoom(for: capacity)
    return true
  }

  private func takeFromSlabs(
    _ line: CPUCache, _ cache: SlabCache, capacity: Int, _ engine: SlabEngine
  ) -> Bool {
    // Smaller than before where magazines have shrunk.
    let batch = min(line.magazines.pointee.refillBatch, Int32(capacity))
    line.magazines.pointee.refillBatch = min(batch * 2, Int32(capacity))
    let slots = line.magazines.pointee.slots!
    var taken = engine.takeOut(Int(batch), into: slots, from: cache, cpu: state.pointee.index)
    if taken == 0 {
      // This CPU's own magazines may hold the last free objects of other caches' slabs.
      relieve(engine)
      taken = engine.takeOut(1, into: slots, from: cache, cpu: state.pointee.index)
    }
    if taken == 0 { cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed) }
    line.counters.pointee.rounds.store(taken, ordering: .relaxed)
    return taken > 0
  }

  /// Gives the depot the full previous magazine for an empty one; what the depot has kept in vain goes to the slabs.
  /// - Returns: false, and nothing has changed, when its rounds are reserved.
  private func retirePrevious(
    _ line: CPUCache, _ cache: SlabCache, capacity: Int, _ engine: SlabEngine
  ) -> Bool {
    guard line.counters.pointee.rounds.load(ordering: .relaxed) >= line.reservedRounds else { return false }
    cache.descriptor.pointee.countVisit()
    let full = Magazine.owning(line.magazines.pointee.previousSlots!)
    let rounds = line.counters.pointee.previousRounds.load(ordering: .relaxed)
    let descriptor = cache.descriptor
    let (empty, surplus) = descriptor.pointee.depot.exchange(forEmpty: full, rounds: rounds, limit: capacity)
    line.magazines.pointee.previousSlots = Magazine.slots(of: empty)
    line.counters.pointee.previousRounds.store(0, ordering: .relaxed)
    descriptor.pointee.growMagazinesIfContended()
    if let surplus {
      engine.putBack(Magazine.slots(of: surplus), count: surplus.pointee.rounds, to: cache)
      surplus.deallocate()
    }
    return true
  }

  // MARK: What no magazine serves

  @usableFromInline @inline(never)
  func allocateLarge(bytes: Int) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { $0.allocateLarge(bytes: bytes) }
  }

  /// The cache that an object of a shared pool belongs to; nil for all else.
  @inline(__always)
  private func sharingOwner(of object: UnsafeMutableRawPointer) -> Int? {
    let offset = object - state.pointee.memoryBase
    guard (0..<state.pointee.memoryBytes).contains(offset) else { return nil }
    let frame = Int(state.pointee.heads[offset >> MachineMemory.pageShift])
    let slab = state.pointee.pages + frame
    guard slab.pointee.use == .slab, let owners = slab.pointee.owners else { return nil }
    let number = slab.pointee.index(atOffset: offset - frame << MachineMemory.pageShift)
    // Where no object starts, the flush finds out.
    return number < Int(slab.pointee.objectCount) ? Int(owners[number]) : nil
  }

  /// Frees what the page alone does not tell the cache of: an object of a shared pool or of an inspected cache, a large
  /// request, or what is no object at all.
  @usableFromInline @inline(never)
  func freeUnmapped(_ object: UnsafeMutableRawPointer) {
    if let cache = sharingOwner(of: object), line(cache).push(object) { return }
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.owner(of: object) else {
        if !engine.freeLarge(object) { engine.report(.foreignFree, object, cache: nil) }
        return
      }
      if !line(cache).push(object) { flush(object, cache) }
    }
  }
}
