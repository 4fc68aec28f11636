internal import Synchronization

/// Caches with debug flags: objects bypass the magazines, and each allocation and free is checked.
extension EngineCPU {
  func allocateChecked(_ cache: SlabCache, _ cpuCache: CPUCache, _ engine: SlabEngine) -> UnsafeMutableRawPointer? {
    var object: UnsafeMutableRawPointer?
    let taken = withUnsafeMutablePointer(to: &object) { slot in
      // An optional pointer has the layout of a pointer, and `removeObjects` writes the slot before it returns 1.
      engine.removeObjects(
        1, into: UnsafeMutableRawPointer(slot).assumingMemoryBound(to: UnsafeMutableRawPointer.self), from: cache,
        cpu: state.pointee.index)
    }
    guard taken == 1, let object else {
      cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
      return nil
    }
    cpuCache.counters.pointee.countAllocation()
    engine.checkAllocatedObject(object, cache, cpu: state.pointee.index)
    return object
  }

  func freeChecked(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ engine: SlabEngine) {
    if engine.checkFreedObject(object, cache, cpu: state.pointee.index) { engine.returnObject(object, to: cache) }
  }
}

extension SlabEngine {
  /// Checks that an object was not written to while it was free, sets its red zones, and starts its record.
  func checkAllocatedObject(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, cpu: Int) {
    let (bytes, geometry) = (cache.objectSize, pool(of: cache).withLock(\.geometry))
    if cache.isPoisoned, !DebugPattern.isPoisoned(object, bytes: bytes) { report(.poison, object, cache: cache) }
    DebugPattern.setRedZones(object, bytes: bytes, geometry, to: DebugPattern.liveRedZone)
    // In engines that capture data, the capture adds the call site when this allocation returns.
    record(of: object)?.pointee = ObjectRecord(
      tag: ObjectRecord.liveTag(of: object, offset: cache.offset), origin: ObjectRecord.origin(context: 0, cpu: cpu),
      birth: 0)
  }

  /// Checks that a pointer is a live object of the cache and that its red zones are intact; then ends its record and
  /// poisons it.
  /// - Returns: Whether the free may proceed.
  func checkFreedObject(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, cpu: Int) -> Bool {
    guard let location = memory.location(of: object), let pool = self.pool(containing: object) else {
      report(.foreignFree, object, cache: cache)
      return false
    }
    let (reason, geometry) = pool.withLock { pool in
      (pool.reasonToRefuse(object, location.object, of: location.frame, from: cache.index), pool.geometry)
    }
    if let reason {
      report(reason, object, cache: cache)
      return false
    }
    // In engines that capture data, the capture has ended the record already, with the call site.
    if let record = records.record(at: location), record.pointee.isLive {
      record.pointee.free(site: 0, tag: ObjectRecord.freedTag(cpu: cpu))
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
  /// Whether free objects are poisoned. Objects with a constructor are not, because they keep their contents while they
  /// are free.
  var isPoisoned: Bool { descriptor.pointee.options.isPoisoned }
}

extension CacheOptions {
  var isPoisoned: Bool { flags.contains(.poison) && constructor == nil }
}
