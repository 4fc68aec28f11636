internal import Synchronization

/// Caches with debug flags: each object goes from its slab to its owner and back, past the magazines, and is looked at
/// both times.
extension EngineCPU {
  func allocateInspected(_ cache: SlabCache, _ line: CPUCache, _ engine: SlabEngine) -> UnsafeMutableRawPointer? {
    var object: UnsafeMutableRawPointer?
    let taken = withUnsafeMutablePointer(to: &object) { slot in
      // An optional pointer has the layout of a pointer, and `takeOut` writes before it counts.
      engine.takeOut(
        1, into: UnsafeMutableRawPointer(slot).assumingMemoryBound(to: UnsafeMutableRawPointer.self), from: cache,
        cpu: state.pointee.index)
    }
    guard taken == 1, let object else {
      cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
      return nil
    }
    line.counters.pointee.countAllocation()
    engine.inspectAllocated(object, cache, cpu: state.pointee.index)
    return object
  }

  func freeInspected(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ engine: SlabEngine) {
    if engine.inspectFreed(object, cache, cpu: state.pointee.index) { engine.putBack(object, to: cache) }
  }
}

extension SlabEngine {
  /// Checks that nobody wrote to an object while it was free, and readies it for its owner.
  func inspectAllocated(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, cpu: Int) {
    let (bytes, geometry) = (cache.objectSize, pool(of: cache).withLock(\.geometry))
    if cache.isPoisoned, !DebugPattern.isPoisoned(object, bytes: bytes) { report(.poison, object, cache: cache) }
    DebugPattern.setRedZones(object, bytes: bytes, geometry, to: DebugPattern.liveRedZone)
    // Where data is captured, the call site is added when the object is handed out.
    if let place = memory.place(of: object), let records = place.slab.pointee.records {
      records[place.object] = ObjectRecord(
        requested: bytes, isGeneral: false, site: 0, cpu: UInt16(cpu), birth: 0)
    }
  }

  /// Checks that the object is the cache's and live, and that its owner wrote within it; poisons it.
  /// - Returns: false when the free was refused.
  func inspectFreed(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, cpu: Int) -> Bool {
    guard let place = memory.place(of: object), let pool = poolHolding(object) else {
      report(.foreignFree, object, cache: cache)
      return false
    }
    let (reason, geometry) = pool.withLock { pool in
      (pool.reasonToRefuse(object, place.object, of: place.frame, from: cache.index), pool.geometry)
    }
    if let reason {
      report(reason, object, cache: cache)
      return false
    }
    // Where data is captured, that has ended the record already, and knows the call site.
    if let records = place.slab.pointee.records, records[place.object].requested != 0 {
      records[place.object].free(site: 0, cpu: UInt16(cpu))
    }
    let bytes = cache.objectSize
    if !DebugPattern.hasRedZones(object, bytes: bytes, geometry, of: DebugPattern.liveRedZone) {
      report(.redZone, object, cache: cache)
    }
    DebugPattern.setRedZones(object, bytes: bytes, geometry, to: DebugPattern.freeRedZone)
    if cache.isPoisoned { DebugPattern.poison(object, bytes: bytes) }
    return true
  }
}

extension SlabCache {
  /// Whether free objects are filled with a pattern. Constructed objects are not: their content is to be kept.
  var isPoisoned: Bool { descriptor.pointee.options.isPoisoned }
}

extension CacheOptions {
  var isPoisoned: Bool { flags.contains(.poison) && constructor == nil }
}
