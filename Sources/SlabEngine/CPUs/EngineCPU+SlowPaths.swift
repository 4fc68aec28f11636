internal import Synchronization

/// Slow paths: a magazine is empty or full. They run out of line, about once per magazine of objects.
extension EngineCPU {
  /// Returns the number of objects that a CPU's first refill of a cache removes from the slabs.
  private static func firstBatch(capacity: Int) -> UInt16 { UInt16(min(2, capacity)) }

  /// Allocates an object of a cache whose loaded magazine is empty: from the previous magazine if it has objects,
  /// otherwise from a batch of remote frees, from a full magazine of the depot, or from the slabs, in this order.
  @usableFromInline @inline(never)
  func refill(_ offset: Int) -> UnsafeMutableRawPointer? {
    let cpuCache = cpuCache(at: offset)
    // This needs nothing but the per-CPU cache. A cache with debug checks, or one that was destroyed, has no magazines.
    if cpuCache.previousRounds > 0 {
      cpuCache.swapMagazines()
      return cpuCache.pop()
    }
    return refillFromDepot(cpuCache, CPUCache.index(atOffset: offset))
  }

  @inline(never)
  private func refillFromDepot(_ cpuCache: CPUCache, _ cacheIndex: Int) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.cache(at: cacheIndex) else { return nil }
      if cache.descriptor.pointee.hasDebugChecks { return allocateChecked(cache, cpuCache, engine) }
      let capacity = prepareMagazines(cpuCache, cache, engine)
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
  func flush(_ object: UnsafeMutableRawPointer, _ offset: Int) {
    let cpuCache = cpuCache(at: offset)
    // This needs nothing but the per-CPU cache. The capacity is 0 if there are no magazines to free to.
    if cpuCache.previousRounds < Int(cpuCache.magazines.pointee.capacity) {
      cpuCache.swapMagazines()
      return cpuCache.append(object)
    }
    flushToDepot(object, cpuCache, CPUCache.index(atOffset: offset))
  }

  @inline(never)
  private func flushToDepot(_ object: UnsafeMutableRawPointer, _ cpuCache: CPUCache, _ cacheIndex: Int) {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.cache(at: cacheIndex) else {
        return engine.report(.foreignFree, object, cache: nil)
      }
      if cache.descriptor.pointee.hasDebugChecks { return freeChecked(object, cache, engine) }
      let capacity = prepareMagazines(cpuCache, cache, engine)
      if cache.returnsRemoteFrees, queueRemoteFree(object, cache, engine) { return }
      if cpuCache.rounds >= capacity {
        if cpuCache.previousRounds >= capacity, !exchangePreviousForEmpty(cpuCache, cache, capacity: capacity, engine) {
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
    engine._withUnsafeGuaranteedRef { drain(cache, $0) }
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

  /// Drains this CPU's magazines of a cache if they contain at least a page of objects, unless a drain is already in
  /// progress.
  func drainIfLarge(_ cache: SlabCache, stride: Int, _ engine: SlabEngine) {
    let cpuCache = engine.cpuCache(ofCPU: state.pointee.index, cache: cache)
    guard cpuCache.roundCount * stride >= MachineMemory.pageBytes else { return }
    state.pointee.draining.withLockIfFree { _ in drain(cache, engine) }
  }

  private func drainAll(_ engine: SlabEngine) {
    for cache in engine.caches { drain(cache, engine) }
  }

  private func drain(_ cache: SlabCache, _ engine: SlabEngine) {
    let cpuCache = engine.cpuCache(ofCPU: state.pointee.index, cache: cache)
    guard cpuCache.slots != nil else { return }
    drainRemoteFrees(cache, engine)
    var reserved = cpuCache.reservedRounds
    for _ in 0..<2 {
      let rounds = cpuCache.rounds
      let kept = min(rounds, reserved)
      reserved -= kept
      if rounds > kept {
        engine.returnObjects(cpuCache.slots! + kept, count: rounds - kept, to: cache)
        cpuCache.rounds = kept
      }
      cpuCache.swapMagazines()
    }
    cpuCache.magazines.pointee.refillBatch = EngineCPU.firstBatch(capacity: cache.magazineCapacity)
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
    if cpuCache.slots == nil { cpuCache.magazines.pointee.refillBatch = EngineCPU.firstBatch(capacity: wanted) }
    cpuCache.setCapacity(cache.returnsRemoteFrees ? 0 : wanted, limit: wanted)
    return wanted
  }

  /// Exchanges an empty magazine for a full one of the depot, if it has any. Both magazines must be empty.
  private func exchangeForFullMagazine(_ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int) -> Bool {
    let descriptor = cache.descriptor
    let empty = Magazine.header(of: cpuCache.magazines.pointee.previousSlots!)
    guard let full = descriptor.pointee.depot.exchange(forFull: empty) else { return false }
    descriptor.pointee.growMagazinesIfContended()
    cpuCache.load(Magazine.slots(of: full), rounds: full.pointee.rounds, previous: (cpuCache.slots, 0))
    // The magazine may have been filled before the capacity grew.
    cpuCache.ensureRoom(for: capacity)
    return true
  }

  private func refillFromSlabs(
    _ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int, _ engine: SlabEngine
  ) -> Bool {
    // The capacity may have shrunk since the last refill.
    let batch = min(Int(cpuCache.magazines.pointee.refillBatch), capacity)
    cpuCache.magazines.pointee.refillBatch = UInt16(min(batch * 2, capacity))
    let slots = cpuCache.slots!
    var taken = engine.removeObjects(batch, into: slots, from: cache, cpu: state.pointee.index)
    if taken == 0 {
      // This CPU's magazines may have the last free objects of other caches' slabs.
      drainAllIfIdle(engine)
      taken = engine.removeObjects(1, into: slots, from: cache, cpu: state.pointee.index)
    }
    if taken == 0 { cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed) }
    cpuCache.rounds = taken
    return taken > 0
  }

  /// Exchanges the full previous magazine for an empty one of the depot. A magazine that the depot does not need is
  /// returned to the slabs.
  /// - Returns: Whether the exchange was made. False, without a change, if the magazine's rounds are reserved.
  private func exchangePreviousForEmpty(
    _ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int, _ engine: SlabEngine
  ) -> Bool {
    guard cpuCache.rounds >= cpuCache.reservedRounds else { return false }
    cache.descriptor.pointee.countDepotExchange()
    let full = Magazine.header(of: cpuCache.magazines.pointee.previousSlots!)
    let rounds = cpuCache.previousRounds
    let descriptor = cache.descriptor
    let (empty, unneeded) = descriptor.pointee.depot.exchange(forEmpty: full, rounds: rounds, limit: capacity)
    cpuCache.magazines.pointee.previousSlots = Magazine.slots(of: empty)
    cpuCache.previousRounds = 0
    descriptor.pointee.growMagazinesIfContended()
    if let unneeded {
      engine.returnObjects(Magazine.slots(of: unneeded), count: unneeded.pointee.rounds, to: cache)
      unneeded.deallocate()
    }
    return true
  }

  // MARK: - Requests that no magazine serves

  /// Allocates an object for a request of no bytes, which is treated as one of 1 byte, or a block of pages for a request
  /// that is too large for the general caches.
  @usableFromInline @inline(never)
  func allocateUnusual(bytes: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
    guard bytes > 0 else { return allocateObject(bytes: 1, site) }
    return engine._withUnsafeGuaranteedRef { engine in
      guard let object = engine.allocateLarge(bytes: bytes) else { return nil }
      #if Capture
        if state.pointee.capture.isOn { captureLarge(object, bytes: bytes, site, engine) }
      #endif
      return object
    }
  }

  /// Frees a pointer for which the cache map has no entry: an object of a cache with debug checks, a large request, or a
  /// pointer that is not an object.
  @usableFromInline @inline(never)
  func freeUnmapped(_ object: UnsafeMutableRawPointer) {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.owner(of: object) else {
        if !engine.freeLarge(object) { engine.report(.foreignFree, object, cache: nil) }
        return
      }
      let offset = CPUCache.offset(ofIndex: cache)
      if !cpuCache(at: offset).push(object) { flush(object, offset) }
    }
  }
}
