#if Capture
  internal import Synchronization

  /// Slow paths of an engine that is built with data capture. If it captures data, every allocation and free takes them
  /// (see `RecordPlace`); otherwise they continue with the ordinary slow paths.
  extension EngineCPU {
    // The hot functions below call others only as their last step, so that they need no stack frame.

    @usableFromInline @inline(never)
    func refill(_ offset: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
      allocateCaptured(CaptureRequest(offset: offset), ContextLookup.index(site.value, offset: offset), offset, site)
    }

    @usableFromInline @inline(never)
    func refill(_ offset: Int, bytes: Int, _ site: SiteKey) -> UnsafeMutableRawPointer? {
      allocateCaptured(
        CaptureRequest(offset: offset, bytes: bytes), ContextLookup.index(site.value, bytes: bytes), offset, site)
    }

    @usableFromInline @inline(never)
    func flush(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
      if state.pointee.clock.countEvent() { return readClockAndFree(object, offset, site) }
      freeCaptured(object, offset, site)
    }

    @usableFromInline @inline(never)
    func freeUnmapped(_ object: UnsafeMutableRawPointer, _ site: SiteKey) {
      guard state.pointee.capture.isOn else { return freeUnmapped(object) }
      freeCapturedSlowly(object, offset: nil, site)
    }

    // MARK: - Allocation

    /// Allocates an object and captures the allocation if the engine captures data.
    /// - Parameter index: Index of the first entry of the look-up table for the call site and request.
    @inline(__always)
    private func allocateCaptured(
      _ request: CaptureRequest, _ index: Int, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer? {
      if state.pointee.clock.countEvent() { return readClockAndAllocate(request, offset, site) }
      guard let object = cpuCache(at: offset &+ RecordPlace.distance).pop() else {
        return refillCaptured(request, offset, site)
      }
      return capture(object, request, index, offset, site)
    }

    @inline(never)
    private func readClockAndAllocate(
      _ request: CaptureRequest, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer? {
      guard readClock() else { return refill(offset) }
      guard let object = cpuCache(at: offset &+ RecordPlace.distance).pop() else {
        return refillCaptured(request, offset, site)
      }
      return capture(object, request, ContextLookup.index(site.value, request), offset, site)
    }

    /// Reads the clock after the last event before a reading. Returns false if the engine does not capture data: every slow
    /// path of such an engine is the last event before a reading, so that the hot functions test one number only.
    private func readClock() -> Bool {
      guard state.pointee.capture.isOn else {
        state.pointee.clock.expectReading()
        return false
      }
      state.pointee.clock.read()
      return true
    }

    @inline(never)
    private func refillCaptured(
      _ request: CaptureRequest, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer? {
      guard let object = refill(offset &+ RecordPlace.distance) else { return nil }
      return capture(object, request, ContextLookup.index(site.value, request), offset, site)
    }

    /// Counts the allocation of an object and writes its record.
    /// - Parameter index: Index of the first entry of the look-up table for the call site and request.
    /// - Returns: The object.
    @inline(__always)
    private func capture(
      _ object: UnsafeMutableRawPointer, _ request: CaptureRequest, _ index: Int, _ offset: Int, _ site: SiteKey
    ) -> UnsafeMutableRawPointer {
      let lookup = state.pointee.capture.lookups + index
      guard _fastPath(lookup.pointee.site == site.value), _fastPath(lookup.pointee.request == request),
        case let multiplier = recordPlace(at: offset).pointee.multiplier.load(ordering: .relaxed),
        _fastPath(multiplier != 0)
      else { return captureElsewhere(object, request, site) }
      return capture(object, lookup, multiplier: multiplier)
    }

    /// Counts the allocation of an object and writes its record.
    /// - Parameter multiplier: Factor for the records of the object's cache, not 0.
    /// - Returns: The object.
    @inline(__always)
    private func capture(
      _ object: UnsafeMutableRawPointer, _ lookup: UnsafeMutablePointer<ContextLookup>, multiplier: UInt32
    ) -> UnsafeMutableRawPointer {
      CPUCapture.add(1, to: lookup.pointee.counters + CPUCapture.allocations)
      let record = state.pointee.capture.records.record(at: object - state.pointee.memoryBase, multiplier: multiplier)
      ObjectRecord.write(
        identity: ObjectRecord.identity(of: object, common: lookup.pointee.identity), birth: state.pointee.clock.now,
        to: record)
      return object
    }

    /// Returns the place that leads to the records of the cache whose per-CPU caches are at `offset`.
    @inline(__always)
    private func recordPlace(at offset: Int) -> UnsafeMutablePointer<RecordPlace> {
      RecordPlace.at(offset, cpu: UnsafeMutableRawPointer(state))
    }

    /// Captures an allocation whose context is not in the first entry of the look-up table.
    @inline(never)
    private func captureElsewhere(
      _ object: UnsafeMutableRawPointer, _ request: CaptureRequest, _ site: SiteKey
    ) -> UnsafeMutableRawPointer {
      let lookup =
        state.pointee.capture.lookups
        + ContextLookup.alternative(to: ContextLookup.index(site.value, request))
      let multiplier = recordPlace(at: request.offset).pointee.multiplier.load(ordering: .relaxed)
      guard lookup.pointee.isFor(site.value, request), multiplier != 0 else {
        return captureSlowly(object, request, site)
      }
      return capture(object, lookup, multiplier: multiplier)
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
        findRecordsFaster(of: cache, engine)
        // The allocated bytes of context 0 are known only here, and the requested bytes of the call site `other`.
        if engine.captureContexts.requestedBytes(ofContext: number) != nil {
          capture.enter(
            ContextLookup(
              site: site.value, request: request, counters: capture.counters(ofContext: number),
              identity: ObjectRecord.identity(
                origin: origin, cacheTag: ObjectRecord.cacheTag(offset: request.offset))))
        }
        return object
      }
    }

    /// Enables the fast path to the records of a cache's objects on this CPU, unless the strides of the objects differ.
    private func findRecordsFaster(of cache: SlabCache, _ engine: SlabEngine) {
      let place = recordPlace(at: cache.offset)
      guard place.pointee.multiplier.load(ordering: .relaxed) == 0 else { return }
      let stride = engine.pool(of: cache).inspect { $0.geometry.stride }
      place.pointee.cacheTag = ObjectRecord.cacheTag(offset: cache.offset)
      place.pointee.multiplier.store(
        ObjectRecords.multiplier(forShift: ObjectRecords.shift(forStride: stride)), ordering: .relaxed)
      // Of this and `lookUpSlabs(of:)`, at least one finds what the other stored.
      atomicMemoryFence(ordering: .sequentiallyConsistent)
      if place.pointee.hasVariousStrides.load(ordering: .relaxed) {
        place.pointee.multiplier.store(0, ordering: .relaxed)
      }
    }

    // MARK: - Free

    /// Captures a free, and frees the object. A pointer that is not a live object is reported as a fault.
    @inline(__always)
    private func freeCaptured(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
      let position = object - state.pointee.memoryBase
      guard UInt(bitPattern: position) < UInt(bitPattern: state.pointee.memoryBytes) else {
        return freeCapturedSlowly(object, offset: offset, site)
      }
      // If the factor is 0, this is record 0, whose tag is that of no object.
      let place = recordPlace(at: offset)
      let record = state.pointee.capture.records.record(
        at: position, multiplier: place.pointee.multiplier.load(ordering: .relaxed))
      guard _fastPath(record.pointee.tag == ObjectRecord.liveTag(of: object, cacheTag: place.pointee.cacheTag)) else {
        return freeCapturedSlowly(object, offset: offset, site)
      }
      let (lifetime, isNegative) = state.pointee.clock.now.subtractingReportingOverflow(record.pointee.birth)
      guard _fastPath(!isNegative) else { return freeCapturedSlowly(object, offset: offset, site) }
      let isRemote = record.pointee.cpu != state.pointee.capture.cpu
      state.pointee.capture.countFree(ofContext: record.pointee.context, lifetime: lifetime)
      record.pointee.free(site: site.value, tag: state.pointee.capture.freedTag)
      if isRemote { return countRemoteFreeAndFree(object, offset, record) }
      if !cpuCache(at: offset &+ RecordPlace.distance).push(object) { flush(object, offset &+ RecordPlace.distance) }
    }

    @inline(never)
    private func readClockAndFree(_ object: UnsafeMutableRawPointer, _ offset: Int, _ site: SiteKey) {
      guard readClock() else { return flush(object, offset) }
      freeCaptured(object, offset, site)
    }

    @inline(never)
    private func countRemoteFreeAndFree(
      _ object: UnsafeMutableRawPointer, _ offset: Int, _ record: UnsafeMutablePointer<ObjectRecord>
    ) {
      state.pointee.capture.countRemoteFree(ofContext: record.pointee.context, allocatedOn: record.pointee.cpu)
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
        end(record, site, isSeen: isSeen)
        let cpuCacheOffset = CPUCache.offset(ofIndex: owner) + RecordPlace.distance
        if !cpuCache(at: cpuCacheOffset).push(object) { flush(object, cpuCacheOffset) }
      }
    }

    /// Counts the free of a live object and ends its record.
    private func end(_ record: UnsafeMutablePointer<ObjectRecord>, _ site: SiteKey, isSeen: Bool) {
      let (capture, context) = (state.pointee.capture, record.pointee.context)
      if isSeen {
        countFree(ofContext: context, allocatedOn: record.pointee.cpu, birth: record.pointee.birth)
      } else {
        capture.countUnseenFree(ofContext: context)
      }
      record.pointee.free(site: site.value, tag: capture.freedTag)
    }

    private func countFree(ofContext context: Int, allocatedOn allocatingCPU: Int, birth: UInt64) {
      let capture = state.pointee.capture
      if state.pointee.clock.countEvent() { state.pointee.clock.read() }
      let now = state.pointee.clock.now
      capture.countFree(ofContext: context, lifetime: now > birth ? now - birth : 0)
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
        place.pointee.multiplier.store(0, ordering: .relaxed)
      }
    }
  }
#endif
