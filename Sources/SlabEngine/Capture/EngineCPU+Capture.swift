#if Capture
  internal import Synchronization

  /// Slow paths of an engine that is built with data capture. If it captures data, every allocation and free takes them
  /// (see `RecordPlace`); otherwise they continue with the ordinary slow paths.
  extension EngineCPU {
    // The hot functions below call others only as their last step, so that they need no stack frame.

    @usableFromInline @inline(never)
    func refill(_ offset: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
      guard state.pointee.capture.isOn else { return refill(offset) }
      return allocateCaptured(CaptureRequest(offset: offset), offset, site)
    }

    @usableFromInline @inline(never)
    func refill(_ offset: Int, bytes: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
      guard state.pointee.capture.isOn else { return refill(offset) }
      return allocateCaptured(CaptureRequest(offset: offset, bytes: bytes), offset, site)
    }

    @usableFromInline @inline(never)
    func flush(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
      guard state.pointee.capture.isOn else { return flush(object, offset) }
      if state.pointee.clock.countEvent() { return readClockAndFree(object, offset, site) }
      freeCaptured(object, offset, site)
    }

    @usableFromInline @inline(never)
    func freeUnmapped(_ object: UnsafeMutableRawPointer, _ site: SiteKey) {
      guard state.pointee.capture.isOn else { return freeUnmapped(object) }
      freeCapturedSlowly(object, offset: nil, site)
    }

    // MARK: - Allocation

    @inline(__always)
    private func allocateCaptured(
      _ request: CaptureRequest, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer? {
      if state.pointee.clock.countEvent() { return readClockAndAllocate(request, offset, site) }
      guard let object = cpuCache(at: offset &+ RecordPlace.distance).pop() else {
        return refillCaptured(request, offset, site)
      }
      return capture(object, request, offset, site)
    }

    @inline(never)
    private func readClockAndAllocate(
      _ request: CaptureRequest, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer? {
      state.pointee.clock.read()
      guard let object = cpuCache(at: offset &+ RecordPlace.distance).pop() else {
        return refillCaptured(request, offset, site)
      }
      return capture(object, request, offset, site)
    }

    @inline(never)
    private func refillCaptured(
      _ request: CaptureRequest, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer? {
      guard let object = refill(offset &+ RecordPlace.distance) else { return nil }
      return capture(object, request, offset, site)
    }

    /// Counts the allocation of an object and writes its record.
    /// - Returns: The object.
    @inline(__always)
    private func capture(
      _ object: UnsafeMutableRawPointer, _ request: CaptureRequest, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer {
      let lookup = state.pointee.capture.lookups + ContextLookup.index(site.value, request)
      guard lookup.pointee.site == site.value, lookup.pointee.request == request,
        let (record, tag) = record(of: object, offset)
      else {
        return captureSlowly(object, request, site)
      }
      CPUCapture.add(1, to: lookup.pointee.counters + CPUCapture.allocations)
      record.pointee = ObjectRecord(
        tag: tag, origin: lookup.pointee.origin,
        birth: state.pointee.clock.now)
      if request.isGeneral { cpuCache(at: offset &+ RecordPlace.distance).counters.pointee.addRequested(request.bytes) }
      return object
    }

    /// Returns the record of an object by the fast path, and the tag that it has while the object is live; nil if the CPU
    /// has not used the cache yet, or if the slab must be looked up. The pointer must be in the engine's memory.
    @inline(__always)
    private func record(
      of object: UnsafeMutableRawPointer, _ offset: Int
    ) -> (record: UnsafeMutablePointer<ObjectRecord>, tag: UInt32)? {
      let place = RecordPlace.at(offset, cpu: UnsafeMutableRawPointer(state))
      let shift = place.pointee.shift.load(ordering: .relaxed)
      guard shift != 0 else { return nil }
      return (
        state.pointee.capture.records.record(
          at: object - state.pointee.memoryBase, shift: Int(truncatingIfNeeded: shift)),
        ObjectRecord.liveTag(of: object, cacheTag: place.pointee.cacheTag)
      )
    }

    /// Captures an allocation whose context is not in the look-up table, or whose record the fast path does not find, and
    /// enters both for the next time.
    @inline(never)
    private func captureSlowly(
      _ object: UnsafeMutableRawPointer, _ request: CaptureRequest, _ site: SiteKey
    ) -> UnsafeMutableRawPointer {
      engine._withUnsafeGuaranteedRef { engine in
        let index = CPUCache.index(atOffset: request.offset)
        guard let location = engine.memory.location(of: object), let record = engine.records.record(at: location),
          let cache = engine.cacheIncludingDestroyed(at: index)
        else { return object }
        let (capture, stride) = (state.pointee.capture, Int(location.slab.pointee.stride))
        let context = CaptureContext(
          site: engine.site(for: site).number, cache: index, isGeneral: request.isGeneral,
          requested: request.isGeneral ? request.bytes : cache.objectSize)
        let number = capture.contexts.number(of: context, stride: stride, objectSize: cache.objectSize)
        let origin = ObjectRecord.origin(context: number, cpu: capture.cpu)
        capture.countAllocation(ofContext: number, stride: stride)
        record.pointee = ObjectRecord(
          tag: ObjectRecord.liveTag(of: object, offset: request.offset), origin: origin,
          birth: state.pointee.clock.now)
        cpuCache(at: request.offset + RecordPlace.distance).counters.pointee.addRequested(
          capture.contexts.bytesRequestedBySize(ofContext: number))
        findRecordsFaster(of: cache, engine)
        // The allocated bytes of context 0 are known only here, and the requested bytes of the call site `other`.
        if engine.captureContexts.requestedBytes(ofContext: number) != nil {
          capture.lookups[ContextLookup.index(site.value, request)] = ContextLookup(
            site: site.value, request: request, counters: capture.counters(ofContext: number), origin: origin)
        }
        return object
      }
    }

    /// Enables the fast path to the records of a cache's objects on this CPU, unless the strides of the objects differ.
    private func findRecordsFaster(of cache: SlabCache, _ engine: SlabEngine) {
      let place = RecordPlace.at(cache.offset, cpu: UnsafeMutableRawPointer(state))
      guard place.pointee.shift.load(ordering: .relaxed) == 0 else { return }
      let stride = engine.pool(of: cache).inspect { $0.geometry.stride }
      place.pointee.cacheTag = ObjectRecord.cacheTag(offset: cache.offset)
      place.pointee.shift.store(UInt32(ObjectRecords.shift(forStride: stride)), ordering: .relaxed)
      // Of this and `lookUpSlabs(of:)`, at least one finds what the other stored.
      atomicMemoryFence(ordering: .sequentiallyConsistent)
      if place.pointee.hasVariousStrides.load(ordering: .relaxed) { place.pointee.shift.store(0, ordering: .relaxed) }
    }

    // MARK: - Free

    /// Captures a free, and frees the object. A pointer that is not a live object is reported as a fault.
    @inline(__always)
    private func freeCaptured(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
      guard UInt(bitPattern: object - state.pointee.memoryBase) < UInt(bitPattern: state.pointee.memoryBytes),
        let (record, tag) = record(of: object, offset), record.pointee.tag == tag
      else {
        return freeCapturedSlowly(object, offset: offset, site)
      }
      let origin = record.pointee.origin
      let context = ObjectRecord.context(ofOrigin: origin)
      state.pointee.capture.countFree(ofContext: context, birth: record.pointee.birth, now: state.pointee.clock.now)
      record.pointee.free(site: site.value, tag: state.pointee.capture.freedTag)
      let cpuCache = cpuCache(at: offset &+ RecordPlace.distance)
      cpuCache.counters.pointee.addRequested(
        0 &- state.pointee.capture.contexts.bytesRequestedBySize(ofContext: context))
      if ObjectRecord.cpu(ofOrigin: origin) != state.pointee.capture.cpu {
        return countRemoteFreeAndFree(object, offset, origin)
      }
      if !cpuCache.push(object) { flush(object, offset &+ RecordPlace.distance) }
    }

    @inline(never)
    private func readClockAndFree(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
      state.pointee.clock.read()
      freeCaptured(object, offset, site)
    }

    @inline(never)
    private func countRemoteFreeAndFree(_ object: UnsafeMutableRawPointer, _ offset: Int, _ origin: UInt32) {
      state.pointee.capture.countRemoteFree(
        ofContext: ObjectRecord.context(ofOrigin: origin), allocatedOn: ObjectRecord.cpu(ofOrigin: origin))
      if !cpuCache(at: offset &+ RecordPlace.distance).push(object) { flush(object, offset &+ RecordPlace.distance) }
    }

    /// Captures a free by looking up the slab, and frees the object.
    /// - Parameters:
    ///   - offset: Offset of the per-CPU caches of the cache that the caller names; nil if it names none.
    ///   - isSeen: Whether the workload contains the free.
    @inline(never)
    func freeCapturedSlowly(
      _ object: UnsafeMutableRawPointer, offset: Int?, _ site: SiteKey, isSeen: Bool = true
    ) {
      engine._withUnsafeGuaranteedRef { engine in
        let named = offset.map { CPUCache.index(atOffset: $0) }
        func refuse(_ kind: AllocationFault.Kind, _ cache: Int?) {
          engine.report(kind, object, cache: cache.flatMap { engine.cacheIncludingDestroyed(at: $0) })
        }
        guard let location = engine.memory.location(of: object) else { return refuse(.foreignFree, named) }
        let slab = location.slab
        if slab.pointee.use == .large, location.offset == 0, named == nil {
          captureFreeOfPages(slab.pointee.largeRecord, isSeen: isSeen)
          if !engine.freeLarge(object) { refuse(.foreignFree, nil) }
          return
        }
        guard slab.pointee.use == .slab else { return refuse(.foreignFree, named) }
        let number = location.object
        guard number < slab.pointee.objectCount,
          Int(slab.pointee.firstObject) + number * Int(slab.pointee.stride) == location.offset,
          let record = engine.records.record(at: location)
        else { return refuse(.misalignedFree, nil) }
        let owner = engine.memory.ownerTags.owner(ofObject: number, of: slab)
        guard named == nil || named == owner else { return refuse(.wrongCache, named) }
        guard record.pointee.isLive else { return refuse(.doubleFree, owner) }
        end(record, offset: CPUCache.offset(ofIndex: owner), site, isSeen: isSeen)
        let cpuCacheOffset = CPUCache.offset(ofIndex: owner) + RecordPlace.distance
        if !cpuCache(at: cpuCacheOffset).push(object) { flush(object, cpuCacheOffset) }
      }
    }

    /// Counts the free of a live object and ends its record.
    private func end(_ record: UnsafeMutablePointer<ObjectRecord>, offset: Int, _ site: SiteKey, isSeen: Bool) {
      let (capture, context) = (state.pointee.capture, record.pointee.context)
      if isSeen {
        countFree(ofContext: context, allocatedOn: record.pointee.cpu, birth: record.pointee.birth)
      } else {
        capture.countUnseenFree(ofContext: context)
      }
      record.pointee.free(site: site.value, tag: capture.freedTag)
      cpuCache(at: offset + RecordPlace.distance).counters.pointee.addRequested(
        -capture.contexts.bytesRequestedBySize(ofContext: context))
    }

    private func countFree(ofContext context: Int, allocatedOn allocatingCPU: Int, birth: UInt64) {
      let capture = state.pointee.capture
      if state.pointee.clock.countEvent() { state.pointee.clock.read() }
      capture.countFree(ofContext: context, birth: birth, now: state.pointee.clock.now)
      if allocatingCPU != capture.cpu { capture.countRemoteFree(ofContext: context, allocatedOn: allocatingCPU) }
    }

    // MARK: - Large requests

    func captureLarge(_ object: UnsafeMutableRawPointer, bytes: Int, _ site: SiteKey, _ engine: SlabEngine) {
      guard let block = engine.memory.location(of: object)?.slab else { return }
      if state.pointee.clock.countEvent() { state.pointee.clock.read() }
      let (capture, stride) = (state.pointee.capture, MachineMemory.pageBytes << Int(block.pointee.order))
      let context = CaptureContext(
        site: engine.site(for: site).number, cache: CaptureContext.wholePages, isGeneral: true, requested: bytes)
      let number = capture.contexts.number(of: context, stride: stride, objectSize: stride)
      capture.countAllocation(ofContext: number, stride: stride)
      block.pointee.largeRecord = LargeRecord(
        context: UInt16(number), cpu: UInt16(capture.cpu), birth: state.pointee.clock.now)
    }

    private func captureFreeOfPages(_ record: LargeRecord, isSeen: Bool) {
      let capture = state.pointee.capture
      if isSeen {
        countFree(ofContext: Int(record.context), allocatedOn: Int(record.cpu), birth: record.birth)
      } else {
        capture.countUnseenFree(ofContext: Int(record.context))
      }
    }
  }

  extension SlabEngine {
    /// Makes all CPUs look up the slabs of a cache's objects from now on, because their strides will differ. Call it
    /// before the cache gets another pool: a CPU that has an object of the new pool then finds the mark.
    func lookUpSlabs(of cache: SlabCache) {
      guard configuration.capturesData else { return }
      for index in 0..<configuration.cpus {
        let place = RecordPlace.at(cache.offset, cpu: UnsafeMutableRawPointer(cpu(index).state))
        place.pointee.hasVariousStrides.store(true, ordering: .relaxed)
        // Of this and `findRecordsFaster(of:)`, at least one finds what the other stored.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        place.pointee.shift.store(0, ordering: .relaxed)
      }
    }
  }
#endif
