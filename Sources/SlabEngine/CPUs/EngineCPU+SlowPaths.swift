internal import Synchronization

/// Slow paths: a magazine is empty or full. They run out of line, about once per magazine of objects.
extension EngineCPU {
  /// Number of objects that a CPU's first refill of a cache removes from the slabs.
  static let firstBatch: Int32 = 2

  /// Refills this CPU's magazines of a cache and allocates an object: from the previous magazine if it has objects,
  /// otherwise from a batch of remote frees, from a full magazine of the depot, or from the slabs, in this order.
  @usableFromInline @inline(never)
  func refill(_ cacheIndex: Int) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.cache(at: cacheIndex) else { return nil }
      let cpuCache = cpuCache(cacheIndex)
      if cache.descriptor.pointee.hasDebugChecks { return allocateChecked(cache, cpuCache, engine) }
      let capacity = prepareMagazines(cpuCache, cache, engine)
      if cpuCache.counters.pointee.previousRounds.load(ordering: .relaxed) > 0 {
        cpuCache.swapMagazines()
        return cpuCache.pop()
      }
      cache.descriptor.pointee.countDepotExchange()
      if collectRemoteFrees(cpuCache, cache, capacity: capacity)
        || exchangeForFullMagazine(cpuCache, cache, capacity: capacity)
        || refillFromSlabs(cpuCache, cache, capacity: capacity, engine)
      {
        return cpuCache.pop()
      }
      return nil
    }
  }

  /// Frees an object for which the loaded magazine has no room: into the previous magazine if it has room, otherwise
  /// into an empty magazine for which the depot takes a full one. If the magazines' rounds are reserved, returns the
  /// object to its slab.
  @usableFromInline @inline(never)
  func flush(_ object: UnsafeMutableRawPointer, _ cacheIndex: Int) {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.cache(at: cacheIndex) else {
        return engine.report(.foreignFree, object, cache: nil)
      }
      let cpuCache = cpuCache(cacheIndex)
      if cache.descriptor.pointee.hasDebugChecks { return freeChecked(object, cache, engine) }
      let capacity = prepareMagazines(cpuCache, cache, engine)
      if cache.returnsRemoteFrees, queueRemoteFree(object, cache, engine) { return }
      if cpuCache.counters.pointee.rounds.load(ordering: .relaxed) >= capacity {
        if cpuCache.counters.pointee.previousRounds.load(ordering: .relaxed) >= capacity,
          !exchangePreviousForEmpty(cpuCache, cache, capacity: capacity, engine)
        {
          // The rounds of both magazines are reserved, so that the object is returned to its slab.
          return engine.returnObject(object, to: cache)
        }
        cpuCache.swapMagazines()
      }
      cpuCache.append(object)
    }
  }

  /// Returns the objects in this CPU's magazines of a cache to their slabs, except for reserved ones. Call it on the
  /// thread that drives the CPU.
  /// - Complexity: O(objects returned).
  public func drain(_ cache: SlabCache) {
    engine._withUnsafeGuaranteedRef { drain(cpuCache(cache.index), cache, $0) }
  }

  /// Returns the objects in this CPU's magazines of all caches to their slabs, except for reserved ones. Call it on the
  /// thread that drives the CPU.
  /// - Complexity: O(caches + objects returned).
  public func drain() {
    engine._withUnsafeGuaranteedRef { engine in
      state.pointee.draining.withLock { _ in drainAll(engine) }
    }
  }

  /// Drains every cache of this CPU unless a drain is already in progress, either on another thread that destroys a
  /// cache or further up this call stack (a fault handler may allocate).
  private func drainAllIfIdle(_ engine: SlabEngine) {
    state.pointee.draining.withLockIfFree { _ in drainAll(engine) }
  }

  private func drainAll(_ engine: SlabEngine) {
    for cache in engine.caches { drain(cpuCache(cache.index), cache, engine) }
  }

  private func drain(_ cpuCache: CPUCache, _ cache: SlabCache, _ engine: SlabEngine) {
    guard cpuCache.magazines.pointee.slots != nil else { return }
    drainRemoteFrees(cache, engine)
    var reserved = cpuCache.reservedRounds
    for _ in 0..<2 {
      let rounds = cpuCache.counters.pointee.rounds.load(ordering: .relaxed)
      let kept = min(rounds, reserved)
      reserved -= kept
      if rounds > kept {
        engine.returnObjects(cpuCache.magazines.pointee.slots! + kept, count: rounds - kept, to: cache)
        cpuCache.counters.pointee.rounds.store(kept, ordering: .relaxed)
      }
      cpuCache.swapMagazines()
    }
    cpuCache.magazines.pointee.refillBatch = min(EngineCPU.firstBatch, Int32(cache.magazineCapacity))
  }

  // MARK: - Steps of the slow paths

  /// Resizes this CPU's magazines to the capacity that the cache asks for, and drains the CPU first if memory pressure
  /// has risen.
  /// - Returns: The capacity. Both magazines have room for as many rounds.
  @discardableResult
  func prepareMagazines(_ cpuCache: CPUCache, _ cache: SlabCache, _ engine: SlabEngine) -> Int {
    let pressure = engine.pressure.load(ordering: .relaxed)
    if pressure != state.pointee.handledPressure {
      state.pointee.handledPressure = pressure
      drainAllIfIdle(engine)
    }
    let wanted = cache.magazineCapacity
    guard Int(cpuCache.magazines.pointee.capacity) != wanted else { return wanted }
    if cpuCache.magazines.pointee.slots == nil {
      cpuCache.magazines.pointee.refillBatch = min(EngineCPU.firstBatch, Int32(wanted))
    }
    cpuCache.ensureRoom(for: wanted)
    cpuCache.magazines.pointee.capacity = cache.returnsRemoteFrees ? 0 : Int32(wanted)
    return wanted
  }

  /// Exchanges an empty magazine for a full one of the depot, if it has any. Both magazines must be empty.
  private func exchangeForFullMagazine(_ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int) -> Bool {
    let descriptor = cache.descriptor
    let empty = Magazine.header(of: cpuCache.magazines.pointee.previousSlots!)
    guard let full = descriptor.pointee.depot.exchange(forFull: empty) else { return false }
    descriptor.pointee.growMagazinesIfContended()
    cpuCache.magazines.pointee.previousSlots = cpuCache.magazines.pointee.slots
    cpuCache.magazines.pointee.slots = Magazine.slots(of: full)
    cpuCache.counters.pointee.rounds.store(full.pointee.rounds, ordering: .relaxed)
    // The magazine may have been filled before the capacity grew.
    cpuCache.ensureRoom(for: capacity)
    return true
  }

  private func refillFromSlabs(
    _ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int, _ engine: SlabEngine
  ) -> Bool {
    // The capacity may have shrunk since the last refill.
    let batch = min(cpuCache.magazines.pointee.refillBatch, Int32(capacity))
    cpuCache.magazines.pointee.refillBatch = min(batch * 2, Int32(capacity))
    let slots = cpuCache.magazines.pointee.slots!
    var taken = engine.removeObjects(Int(batch), into: slots, from: cache, cpu: state.pointee.index)
    if taken == 0 {
      // This CPU's magazines may have the last free objects of other caches' slabs.
      drainAllIfIdle(engine)
      taken = engine.removeObjects(1, into: slots, from: cache, cpu: state.pointee.index)
    }
    if taken == 0 { cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed) }
    cpuCache.counters.pointee.rounds.store(taken, ordering: .relaxed)
    return taken > 0
  }

  /// Exchanges the full previous magazine for an empty one of the depot. A surplus magazine of the depot is returned to
  /// the slabs.
  /// - Returns: Whether the exchange was made. False, without a change, if the magazine's rounds are reserved.
  private func exchangePreviousForEmpty(
    _ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int, _ engine: SlabEngine
  ) -> Bool {
    guard cpuCache.counters.pointee.rounds.load(ordering: .relaxed) >= cpuCache.reservedRounds else { return false }
    cache.descriptor.pointee.countDepotExchange()
    let full = Magazine.header(of: cpuCache.magazines.pointee.previousSlots!)
    let rounds = cpuCache.counters.pointee.previousRounds.load(ordering: .relaxed)
    let descriptor = cache.descriptor
    let (empty, surplus) = descriptor.pointee.depot.exchange(forEmpty: full, rounds: rounds, limit: capacity)
    cpuCache.magazines.pointee.previousSlots = Magazine.slots(of: empty)
    cpuCache.counters.pointee.previousRounds.store(0, ordering: .relaxed)
    descriptor.pointee.growMagazinesIfContended()
    if let surplus {
      engine.returnObjects(Magazine.slots(of: surplus), count: surplus.pointee.rounds, to: cache)
      surplus.deallocate()
    }
    return true
  }

  // MARK: - Requests that no magazine serves

  @usableFromInline @inline(never)
  func allocateLarge(bytes: Int) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { $0.allocateLarge(bytes: bytes) }
  }

  /// Returns the cache that owns an object in a shared pool; nil for every other pointer.
  @inline(__always)
  private func ownerInSharedPool(of object: UnsafeMutableRawPointer) -> Int? {
    let offset = object - state.pointee.memoryBase
    guard (0..<state.pointee.memoryBytes).contains(offset) else { return nil }
    let frame = Int(state.pointee.heads[offset >> MachineMemory.pageShift])
    let slab = state.pointee.pages + frame
    guard slab.pointee.use == .slab, let owners = slab.pointee.owners else { return nil }
    let number = slab.pointee.index(atOffset: offset - frame << MachineMemory.pageShift)
    // If no object starts at the address, `flush` reports the fault.
    return number < Int(slab.pointee.objectCount) ? Int(owners[number]) : nil
  }

  /// Frees a pointer for which the cache map has no entry: an object of a shared pool or of a cache with debug checks,
  /// a large request, or a pointer that is not an object.
  @usableFromInline @inline(never)
  func freeUnmapped(_ object: UnsafeMutableRawPointer) {
    if let cache = ownerInSharedPool(of: object), cpuCache(cache).push(object) { return }
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.owner(of: object) else {
        if !engine.freeLarge(object) { engine.report(.foreignFree, object, cache: nil) }
        return
      }
      if !cpuCache(cache).push(object) { flush(object, cache) }
    }
  }
}
