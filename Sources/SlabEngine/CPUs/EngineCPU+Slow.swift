internal import Synchronization

/// What happens when a magazine is empty or full: once a magazine, out of line.
extension EngineCPU {
  /// Refills this CPU's magazines of a cache and allocates from them: from the previous magazine, else with a full one
  /// from the depot, else with a batch from the slabs.
  @usableFromInline @inline(never)
  func refill(_ cache: SlabCache) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { engine in
      let descriptor = cache.descriptor
      guard descriptor.pointee.isAlive.load(ordering: .relaxed) else { return nil }
      let line = CPUCache(lines: lines, index: cache.index)
      equip(line, for: cache)
      if line.counters.pointee.previousRounds.load(ordering: .relaxed) > 0 {
        line.swapMagazines()
        return line.pop()
      }
      // Both magazines are empty: one may go to the depot for a full one.
      let spent = Magazine.owning(line.magazines.pointee.previousSlots!)
      if let full = descriptor.pointee.depot.exchange(forFull: spent) {
        line.magazines.pointee.previousSlots = line.magazines.pointee.slots
        line.magazines.pointee.slots = Magazine.slots(of: full)
        line.counters.pointee.rounds.store(full.pointee.rounds, ordering: .relaxed)
        return line.pop()
      }
      let batch = line.magazines.pointee.refillBatch
      line.magazines.pointee.refillBatch = min(batch * 2, line.magazines.pointee.capacity)
      let taken = engine.takeOut(batch, into: line.magazines.pointee.slots!, from: cache)
      line.counters.pointee.rounds.store(taken, ordering: .relaxed)
      return line.pop()
    }
  }

  /// Makes room for an object that the loaded magazine can't take, and puts it there: in the previous magazine, else by
  /// giving the depot a full one, else by emptying one into the slabs.
  @usableFromInline @inline(never)
  func flush(_ object: UnsafeMutableRawPointer, _ cacheIndex: Int) {
    engine._withUnsafeGuaranteedRef { engine in
      guard let cache = engine.livingCache(at: cacheIndex) else { return reportBadFree() }
      let line = CPUCache(lines: lines, index: cacheIndex)
      equip(line, for: cache)
      if line.counters.pointee.previousRounds.load(ordering: .relaxed) == line.magazines.pointee.capacity {
        retirePrevious(line, of: cache, engine)
      }
      if line.counters.pointee.rounds.load(ordering: .relaxed) == line.magazines.pointee.capacity {
        line.swapMagazines()
      }
      let pushed = line.push(object)
      assert(pushed, "a magazine with room was just loaded")
    }
  }

  /// Returns all that this CPU holds of a cache to the cache's slabs.
  public func drain(_ cache: SlabCache) {
    engine._withUnsafeGuaranteedRef { engine in
      let line = CPUCache(lines: lines, index: cache.index)
      for _ in 0..<2 {
        let rounds = line.counters.pointee.rounds.load(ordering: .relaxed)
        if rounds > 0 { engine.putBack(line.magazines.pointee.slots!, count: rounds, to: cache) }
        line.counters.pointee.rounds.store(0, ordering: .relaxed)
        line.swapMagazines()
      }
      line.magazines.pointee.refillBatch = min(EngineCPU.firstBatch, line.magazines.pointee.capacity)
    }
  }

  /// Objects that a CPU's first refill of a cache takes.
  static let firstBatch = 2

  /// Empties the full previous magazine: the depot keeps it for an empty one, or its objects go back to their slabs.
  private func retirePrevious(_ line: CPUCache, of cache: SlabCache, _ engine: SlabEngine) {
    let slots = line.magazines.pointee.previousSlots!
    let capacity = line.magazines.pointee.capacity
    if cache.descriptor.pointee.depot.keep(Magazine.owning(slots), rounds: capacity) {
      let empty = cache.descriptor.pointee.depot.takeEmpty() ?? Magazine.make(capacity: capacity)
      line.magazines.pointee.previousSlots = Magazine.slots(of: empty)
    } else {
      engine.putBack(slots, count: capacity, to: cache)
    }
    line.counters.pointee.previousRounds.store(0, ordering: .relaxed)
  }

  /// Gives the line its two magazines when the CPU first uses the cache.
  private func equip(_ line: CPUCache, for cache: SlabCache) {
    guard line.magazines.pointee.slots == nil else { return }
    let capacity = cache.descriptor.pointee.magazineCapacity
    line.magazines.pointee = LoadedMagazines(
      slots: Magazine.slots(of: Magazine.make(capacity: capacity)),
      previousSlots: Magazine.slots(of: Magazine.make(capacity: capacity)), capacity: capacity,
      refillBatch: min(EngineCPU.firstBatch, capacity))
  }

  // MARK: What no magazine serves

  @usableFromInline @inline(never)
  func allocateLarge(bytes: Int) -> UnsafeMutableRawPointer? {
    engine._withUnsafeGuaranteedRef { $0.allocateLarge(bytes: bytes) }
  }

  @usableFromInline @inline(never)
  func freeLarge(_ object: UnsafeMutableRawPointer) {
    if !engine._withUnsafeGuaranteedRef({ $0.freeLarge(object) }) { reportBadFree() }
  }

  @usableFromInline @inline(never)
  func reportBadFree() {
    engine._withUnsafeGuaranteedRef { _ = $0.badFrees.add(1, ordering: .relaxed) }
  }
}
