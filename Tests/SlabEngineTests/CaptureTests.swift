#if Capture
  import Testing

  @testable import SlabEngine

  @Suite struct CaptureTests {
    @Test func requestedBytesAreExactAcrossCPUs() throws {
      let engine = try makeEngine(captures: true)
      let objects = [1, 8, 9, 100, 1500, 8192].map { engine.cpu(0).allocate(bytes: $0)! }
      #expect(engine.sample().caches.reduce(0) { $0 + $1.requestedBytes } == 9810)
      for object in objects { engine.cpu(1).free(object) }
      #expect(engine.sample().caches.allSatisfy { $0.requestedBytes == 0 && $0.liveObjects == 0 })
      #expect(engine.validate().isEmpty)
    }

    @Test func doubleFreeIsRefusedAtOnceAndReportsBothCallSites() throws {
      let engine = try makeEngine(captures: true)
      let faults = FaultCollector(engine)
      let object = try #require(engine.cpu(0).allocate(bytes: 100))
      engine.cpu(1).free(object)
      engine.cpu(0).free(object)
      let fault = try #require(faults.all.first)
      #expect(faults.all.count == 1 && fault.kind == .doubleFree && fault.cache == "kmalloc-128")
      #expect(fault.allocatedAt == "SlabEngineTests/CaptureTests.swift:19 on CPU 0")
      #expect(fault.freedAt == "SlabEngineTests/CaptureTests.swift:20 on CPU 1")
      #expect(engine.validate().isEmpty)
    }

    @Test func pinnedSlabsListTheObjectsThatPinThem() throws {
      let engine = try makeEngine(captures: true)
      let (early, late) = (engine.callSite(named: "alloc_skb"), engine.callSite(named: "sk_alloc"))
      let cpu = engine.cpu(0)
      let cache = try engine.makeCache("sock", objectSize: 200)
      cpu.captureTime = 100
      let objects = (0..<200).map { _ in cpu.allocate(from: cache, site: early)! }
      let pinned = try #require(cpu.allocate(bytes: 100, site: late))
      for (index, object) in objects.enumerated() where index != 30 { cpu.free(object, to: cache, site: early) }
      cpu.drain()
      engine.shrink(cache)
      cpu.captureTime = 150
      cpu.free(pinned, site: late)
      let slabs = engine.pinnedSlabs(of: cache)
      let slab = try #require(slabs.first)
      #expect(slabs.count == 1 && slab.objectsInUse == 1 && slab.objects >= 20)
      #expect(
        slab.pins == [.init(cache: "sock", isLive: true, site: "alloc_skb", requestedBytes: 200, ageTicks: 50)])
      // An object that is free in a magazine also pins its slab.
      let general = try #require(engine.caches.first { $0.name == "kmalloc-128" })
      #expect(engine.pinnedSlabs(of: general).first?.pins.contains { !$0.isLive } ?? false)
    }

    @Test func reportCountsContextsLifetimesAndCPUs() throws {
      let engine = try makeEngine(captures: true)
      let cache = try engine.makeCache("sock", objectSize: 700)
      let (first, second) = (engine.callSite(named: "alloc_skb"), engine.callSite(named: "sk_alloc"))
      let cpus = [engine.cpu(0), engine.cpu(1)]
      for cpu in cpus { cpu.captureTime = 1000 }
      let small = (0..<10).map { _ in cpus[0].allocate(bytes: 100, site: first)! }
      let sock = try #require(cpus[1].allocate(from: cache, site: second))
      let huge = try #require(cpus[1].allocate(bytes: 10_000, site: second))
      for cpu in cpus { cpu.captureTime = 1000 + 64 }
      for object in small[..<6] { cpus[1].free(object, site: second) }
      cpus[1].free(sock, to: cache, site: first)
      cpus[1].free(huge, site: first)
      let report = try #require(engine.captureReport())
      let contexts = report.contexts
      #expect(contexts.map(\.site) == ["alloc_skb", "sk_alloc", "sk_alloc"])
      #expect(contexts.map(\.cache) == ["kmalloc-128", nil, "sock"])
      #expect(contexts.map(\.isRequestedBySize) == [true, true, false])
      #expect(contexts.map(\.requestedBytes) == [100, 10_000, 700])
      #expect(contexts.map(\.allocations) == [10, 1, 1] && contexts.map(\.frees) == [6, 1, 1])
      #expect(contexts.map(\.allocatedBytes) == [1280, 16384, 704])
      #expect(contexts.map(\.liveObjects) == [4, 0, 0] && contexts.map(\.remoteFrees) == [6, 0, 0])
      // A lifetime of 64 ticks is in the bucket of 64 to 127 ticks.
      #expect(contexts[0].lifetimes[7] == 6)
      #expect(report.allocationsByCPU == [10, 2])
      #expect(report.freesByCPU == [[0, 6], [0, 2]] && report.remoteFrees == 6)
      #expect(report.ticksPerNanosecond == nil)
    }

    @Test func largeRequestsAreCapturedUntilTheyAreFreed() throws {
      let engine = try makeEngine(captures: true)
      let site = engine.callSite(named: "vmalloc")
      let (one, other) = (engine.cpu(0), engine.cpu(1))
      for cpu in [one, other] { cpu.captureTime = 10 }
      let blocks = (0..<3).map { _ in one.allocate(bytes: 200_000, site: site)! }
      other.captureTime = 13
      other.free(blocks[0], site: site)
      other.freeUnseen(blocks[1])
      let context = try #require(engine.captureReport()?.contexts.first)
      #expect(context.cache == nil && context.requestedBytes == 200_000 && context.allocatedBytes == 3 * 262_144)
      #expect(context.allocations == 3 && context.frees == 1 && context.unseenFrees == 1 && context.liveObjects == 1)
      #expect(context.remoteFrees == 1 && context.lifetimes[2] == 1)
      one.free(blocks[2], site: site)
      #expect(engine.captureReport()?.contexts.first?.liveObjects == 0 && engine.validate().isEmpty)
    }

    @Test func unseenFreesAreCountedWithoutLifetimeAndCPU() throws {
      let engine = try makeEngine(captures: true)
      let object = try #require(engine.cpu(0).allocate(bytes: 100))
      engine.cpu(1).freeUnseen(object)
      let report = try #require(engine.captureReport())
      #expect(report.contexts[0].unseenFrees == 1 && report.contexts[0].frees == 0)
      #expect(report.contexts[0].liveObjects == 0 && report.freesByCPU == [[0, 0], [0, 0]])
      #expect(engine.sample().caches.allSatisfy { $0.requestedBytes == 0 } && engine.validate().isEmpty)
    }

    @Test func threadsThatInsertTheSameContextsCountThemOnce() throws {
      let engine = try makeEngine(captures: true)
      let sites = (0..<40).map { engine.callSite(named: "site\($0)") }
      let threads = (0..<2).map { index in
        JoinableThread {
          let cpu = engine.cpu(index)
          for site in sites {
            for bytes in 1...20 {
              for _ in 0..<3 { cpu.free(cpu.allocate(bytes: bytes, site: site)!, site: site) }
            }
          }
        }
      }
      for thread in threads { thread.join() }
      let report = try #require(engine.captureReport())
      #expect(report.contexts.count == 40 * 20)
      #expect(report.contexts.allSatisfy { $0.allocations == 6 && $0.frees == 6 })
      #expect(report.allocationsByCPU == [2400, 2400])
    }

    @Test func contextsThatDoNotFitAreCountedByCache() throws {
      let engine = try makeEngine(captures: true)
      let cpu = engine.cpu(0)
      let sites = (0..<200).map { engine.callSite(named: "site\($0)") }
      for bytes in 1...100 {
        for site in sites { cpu.free(cpu.allocate(bytes: bytes, site: site)!, site: site) }
      }
      let kept = try #require(cpu.allocate(bytes: 100, site: sites[199]))
      let contexts = try #require(engine.captureReport()).contexts
      let others = contexts.filter { $0.site == "other" }
      #expect(contexts.count - others.count == CaptureContexts.regularCapacity - 1)
      #expect(contexts.reduce(0) { $0 + $1.allocations } == 20_001)
      #expect(others.map(\.cache) == ["kmalloc-128", "kmalloc-64"] && others.map(\.requestedBytes) == [128, 64])
      #expect(others.map(\.liveObjects) == [1, 0])
      cpu.free(kept, site: sites[199])
      #expect(engine.captureReport()?.contexts.allSatisfy { $0.liveObjects == 0 } == true)
    }

    @Test func contextTableCountsFurtherContextsInContextZeroWhenItIsFull() {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: CaptureContexts.bytes, alignment: 64)
      defer { memory.deallocate() }
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: CaptureContexts.bytes)
      let contexts = CaptureContexts(at: memory)
      func number(_ cache: Int) -> Int {
        contexts.number(
          of: CaptureContext(site: 1, cache: cache, isGeneral: false, requested: 8), stride: 8, objectSize: 8)
      }
      let numbers = (0..<20_000).map { number($0) }
      #expect(Set(numbers).count == CaptureContexts.capacity)
      #expect(numbers.firstIndex(of: 0) == CaptureContexts.capacity - 1 && numbers.last == 0)
      #expect((0..<20_000).map { number($0) } == numbers)
      #expect(contexts.context(0).cache == nil && contexts.context(1).cache == 0)
      #expect(contexts.context(numbers[13_000]).site == CallSites.other)
      #expect(contexts.context(numbers[13_000]).cache == 13_000)
    }

    @Test func bulkCallsAreCapturedUnderTheCallSiteOfTheCaller() throws {
      let engine = try makeEngine(captures: true)
      let cache = try engine.makeCache("bulk", objectSize: 64)
      let objects = UnsafeMutableBufferPointer<UnsafeMutableRawPointer>.allocate(capacity: 10)
      defer { objects.deallocate() }
      let line = #line + 1
      #expect(engine.cpu(0).allocate(from: cache, into: objects) == 10)
      engine.cpu(0).free(UnsafeBufferPointer(objects), to: cache)
      let contexts = try #require(engine.captureReport()).contexts
      #expect(contexts.map(\.site) == ["SlabEngineTests/CaptureTests.swift:\(line)"] && contexts[0].frees == 10)
    }

    @Test func reportIsNilIfTheEngineCapturesNoData() throws {
      let engine = try makeEngine()
      engine.cpu(0).free(try #require(engine.cpu(0).allocate(bytes: 100)))
      #expect(engine.captureReport() == nil)
    }

    @Test func wrongCacheAndMisalignedFreesAreRefusedAtOnce() throws {
      let engine = try makeEngine(captures: true)
      let (one, other) = (try engine.makeCache("one", objectSize: 64), try engine.makeCache("other", objectSize: 64))
      let faults = FaultCollector(engine)
      let object = try #require(engine.cpu(0).allocate(from: one))
      engine.cpu(0).free(object, to: other)
      engine.cpu(0).free(object + 8, to: one)
      engine.cpu(0).free(object, to: one)
      #expect(faults.all.map(\.kind) == [.wrongCache, .misalignedFree])
      #expect(engine.validate().isEmpty)
    }

    @Test func objectsOfASharedPoolHaveTheirOwnContextsAndRecords() throws {
      var configuration = EngineConfiguration(memoryBytes: 16 << 20, cpus: 2)
      configuration.capturesData = true
      configuration.sharingBound = 0.5
      let engine = try SlabEngine(configuration)
      let (large, small) = (
        try engine.makeCache("large", objectSize: 248), try engine.makeCache("small", objectSize: 136)
      )
      let stride = try engine.sample().cache("small").stride
      #expect(engine.sharers(of: small).contains(large))
      let faults = FaultCollector(engine)
      let (site, other) = (engine.callSite(named: "one"), engine.callSite(named: "other"))
      let (first, second) = (engine.cpu(0), engine.cpu(1))
      // So few that sharing does not waste a page, for which the cache would leave the pool.
      let objects = (0..<40).map { first.allocate(from: $0 % 2 == 0 ? large : small, site: site)! }
      second.free(objects[0], to: small, site: other)
      for object in objects { second.free(object, site: other) }
      second.free(objects[1], site: other)
      #expect(faults.all.map(\.kind) == [.wrongCache, .doubleFree])
      #expect(faults.all.last?.cache == "small" && faults.all.last?.freedAt == "other on CPU 1")
      let report = try #require(engine.captureReport())
      #expect(report.contexts.map(\.cache) == ["large", "small"] && report.contexts.map(\.frees) == [20, 20])
      #expect(report.contexts.allSatisfy { $0.remoteFrees == 20 && $0.allocatedBytes == 20 * stride })
      #expect(report.freesByCPU == [[0, 40], [0, 0]] && engine.validate().isEmpty)
    }

    @Test func cacheThatLeavesItsPoolCountsTheBytesOfBothStrides() throws {
      var configuration = EngineConfiguration(memoryBytes: 16 << 20, cpus: 2)
      configuration.capturesData = true
      configuration.sharingBound = 0.5
      let engine = try SlabEngine(configuration)
      let small = try engine.makeCache("small", objectSize: 136)
      let shared = try engine.sample().cache("small").stride
      let site = engine.callSite(named: "site")
      let cpu = engine.cpu(0)
      let before = (0..<10).map { _ in cpu.allocate(from: small, site: site)! }
      cpu.drain()
      try engine.unshare(small)
      let own = try engine.sample().cache("small").stride
      let after = (0..<10).map { _ in cpu.allocate(from: small, site: site)! }
      let context = try #require(engine.captureReport()?.contexts.first)
      #expect(context.allocations == 20 && context.allocatedBytes == 10 * shared + 10 * own && own < shared)
      for object in before { engine.cpu(1).free(object, to: small, site: site) }
      for object in after { cpu.free(object, site: site) }
      let report = try #require(engine.captureReport())
      #expect(report.contexts.map(\.liveObjects) == [0] && report.freesByCPU == [[10, 10], [0, 0]])
      #expect(engine.faultCounts.isEmpty && engine.validate().isEmpty)
    }

    @Test func recordOfAMovedObjectMovesWithIt() throws {
      let engine = try makeEngine(captures: true)
      let cpu = engine.cpu(0)
      cpu.captureTime = 100
      let site = engine.callSite(named: "site")
      let old = try #require(cpu.allocate(bytes: 100, site: site))
      // The address of a free object takes the place of the target of a move.
      let new = try #require(cpu.allocate(bytes: 100, site: site))
      cpu.free(new, site: site)
      engine.moveRecord(from: old, to: new)
      let moved = try #require(engine.record(of: new)?.pointee)
      #expect(moved.isLive && moved.birth == 100 && engine.record(of: old)?.pointee.wasAllocated == false)
      #expect(engine.bytesRequestedBySize(of: moved) == 100)
      #expect(
        moved.tag == ObjectRecord.liveTag(of: new, offset: try #require(engine.cache(named: "kmalloc-128")).offset))
    }

    @Test func foreignPointersAreRefusedAtOnce() throws {
      let engine = try makeEngine(captures: true)
      let cache = try engine.makeCache("cache", objectSize: 64)
      let faults = FaultCollector(engine)
      let object = try #require(engine.cpu(0).allocate(from: cache))
      let outside = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
      defer { outside.deallocate() }
      engine.cpu(0).free(outside, to: cache)
      engine.cpu(0).free(outside)
      // A page that no slab has.
      engine.cpu(0).free(engine.memory.base + (engine.memory.bytes - 64), to: cache)
      engine.cpu(0).free(object, to: cache)
      #expect(faults.all.map(\.kind) == [.foreignFree, .foreignFree, .foreignFree] && engine.validate().isEmpty)
    }

    @Test func smallAndLargeStridesHaveDifferentRecords() throws {
      let records = ObjectRecords(at: UnsafeMutableRawPointer(bitPattern: 1 << 20)!, forMemory: 5 << 20)
      // The last record of one shift lies before the first of the next smaller one.
      for shift in 4...16 {
        #expect(records.record(at: 5 << 20 - 1, shift: shift) < records.record(at: 0, shift: shift - 1))
      }
      let table = UnsafeMutableRawPointer(records.record(at: 5 << 20 - 8, shift: 3) + 1)
      #expect(table - UnsafeMutableRawPointer(bitPattern: 1 << 20)! <= ObjectRecords.bytes(forMemory: 5 << 20))
      #expect(ObjectRecords.shift(forStride: 8) == 3 && ObjectRecords.shift(forStride: 1500) == 10)
      #expect(ObjectRecords.shift(forStride: 1 << 20) == 16)
    }

    /// Random allocations and frees on three CPUs, counted by an oracle as well.
    @Test func countersEqualThoseOfAnOracle() throws {
      struct Live {
        let object: UnsafeMutableRawPointer
        let context: String
        let cpu: Int
        let birth: UInt64
        let bytes: Int
      }
      let engine = try makeEngine(cpus: 3, captures: true)
      let named = try engine.makeCache("named", objectSize: 136)
      let sites = (0..<24).map { engine.callSite(named: "site\($0)") }
      var random = SplitMix64(state: 20)
      var (live, time): ([Live], UInt64) = ([], 0)
      var (allocations, lifetimes, remote): ([String: Int], [String: [Int]], [String: Int]) = ([:], [:], [:])
      var frees = [[Int]](repeating: [0, 0, 0], count: 3)
      for step in 0..<40_000 {
        time += random.next() % 7
        let cpu = Int(random.next() % 3)
        engine.cpu(cpu).captureTime = time
        if live.count < 500, random.next() % 3 > 0 {
          let (site, bytes) = (Int(random.next() % 24), [8, 40, 100, 136, 1500, 3000][Int(random.next() % 6)])
          let isNamed = bytes == 136
          let object =
            isNamed
            ? engine.cpu(cpu).allocate(from: named, site: sites[site])
            : engine.cpu(cpu).allocate(bytes: bytes, site: sites[site])
          let context = "site\(site) \(bytes)"
          live.append(
            Live(
              object: try #require(object), context: context, cpu: cpu, birth: time, bytes: isNamed ? 0 : bytes))
          allocations[context, default: 0] += 1
        } else if !live.isEmpty {
          let freed = live.remove(at: Int(random.next() % UInt64(live.count)))
          if freed.bytes == 0, step % 2 == 0 {
            engine.cpu(cpu).free(freed.object, to: named, site: sites[0])
          } else {
            engine.cpu(cpu).free(freed.object, site: sites[0])
          }
          let lifetime = Int.bitWidth - Int(time - freed.birth).leadingZeroBitCount
          lifetimes[freed.context, default: [Int](repeating: 0, count: 64)][lifetime] += 1
          frees[freed.cpu][cpu] += 1
          if freed.cpu != cpu { remote[freed.context, default: 0] += 1 }
        }
      }
      let report = try #require(engine.captureReport())
      let none = [Int](repeating: 0, count: 64)
      #expect(report.contexts.count == allocations.count && report.freesByCPU == frees)
      for context in report.contexts {
        let key = "\(context.site) \(context.requestedBytes)"
        #expect(context.allocations == allocations[key] && context.lifetimes == lifetimes[key, default: none])
        #expect(context.remoteFrees == remote[key, default: 0])
        #expect(context.liveObjects == live.count { $0.context == key })
      }
      let sample = engine.sample()
      #expect(
        sample.caches.filter(\.isGeneral).reduce(0) { $0 + $1.requestedBytes } == live.reduce(0) { $0 + $1.bytes })
      #expect(engine.faultCounts.isEmpty && engine.validate().isEmpty)
    }

    @Test func clockIsReadForEachEventOnlyIfEventsAreRare() {
      var clock = CaptureClock()
      func eventsUntilReading() -> Int {
        var events = 1
        while !clock.countEvent() { events += 1 }
        return events
      }
      #expect(eventsUntilReading() == 1)
      var ticks: UInt64 = 1_000_000
      clock.read(ticks)
      #expect(clock.now == ticks && eventsUntilReading() == 1)
      for events in [2, 4, 8, 16, 32, 32] {
        ticks += CaptureClock.leastTicks - 1
        clock.read(ticks)
        #expect(clock.now == ticks && eventsUntilReading() == events)
      }
      for events in [16, 8, 4, 2, 1, 1] {
        ticks += CaptureClock.leastTicks
        clock.read(ticks)
        #expect(clock.now == ticks && eventsUntilReading() == events)
      }
      clock.isWorkloadTime = true
      clock.read()
      #expect(clock.now == ticks && eventsUntilReading() == 32)
    }

    @Test func factorAndShiftFindTheSameRecord() {
      let records = ObjectRecords(at: UnsafeMutableRawPointer(bitPattern: 1 << 20)!, forMemory: 5 << 20)
      for shift in 3...16 {
        for offset in [0, 8, 4096, 65_528, 65_536, 1_234_560, 5 << 20 - 8] {
          #expect(
            records.record(at: offset, shift: shift)
              == records.record(at: offset, multiplier: ObjectRecords.multiplier(forShift: shift)))
        }
      }
      #expect(records.record(at: 4096, multiplier: 0) == records.table)
    }

    /// Three call sites with the same first entry: the first takes it, the others the entry beside it, one after the other.
    @Test func contextsWithTheSameHashUseTwoNeighbouringEntries() throws {
      let engine = try makeEngine(captures: true)
      let (cpu, bytes) = (engine.cpu(0), 100)
      let sites = (0..<10_000).map { engine.callSite(named: "site\($0)") }
      let index = ContextLookup.index(SiteKey(sites[0]).value, bytes: bytes)
      let same = sites.filter { ContextLookup.index(SiteKey($0).value, bytes: bytes) == index }
      try #require(same.count >= 3)
      let lookups = cpu.state.pointee.capture.lookups
      var entries: [[UInt64]] = []
      for site in [same[0], same[1], same[2], same[0], same[2]] {
        cpu.free(try #require(cpu.allocate(bytes: bytes, site: site)), site: site)
        entries.append([index, index ^ 1].map { lookups[$0].site })
      }
      let values = same.map { SiteKey($0).value }
      #expect(
        entries == [
          [values[0], 0], [values[0], values[1]], [values[0], values[2]], [values[0], values[2]],
          [values[0], values[2]],
        ])
      let contexts = try #require(engine.captureReport()).contexts
      #expect(contexts.map(\.allocations).sorted() == [1, 2, 2] && contexts.allSatisfy { $0.frees == $0.allocations })
      #expect(engine.validate().isEmpty)
    }

    @Test func lifetimesAreInTicksOfTheProcessorUntilTheWorkloadSetsTheTime() throws {
      let engine = try makeEngine(captures: true)
      let object = try #require(engine.cpu(0).allocate(bytes: 100))
      let rate = try #require(engine.captureReport()?.ticksPerNanosecond)
      #expect(rate > 0 && rate.isFinite)
      engine.cpu(1).captureTime = 5
      #expect(engine.captureReport()?.ticksPerNanosecond == nil)
      engine.cpu(0).free(object)
    }

    @Test func requestsOfZeroBytesCountAsOneByte() throws {
      let engine = try makeEngine(captures: true)
      let object = try #require(engine.cpu(0).allocate(bytes: 0))
      #expect(engine.captureReport()?.contexts.map(\.requestedBytes) == [1])
      engine.cpu(0).free(object)
      #expect(engine.validate().isEmpty)
    }
  }
#endif
