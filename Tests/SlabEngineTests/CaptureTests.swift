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

    @Test func reportCountsSizesSitesLifetimesAndCPUs() throws {
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
      #expect(report.requestsBySize == [100: 10, 700: 1, 10_000: 1])
      #expect(report.sites.map(\.name) == ["sk_alloc", "alloc_skb"])
      #expect(report.sites.map(\.allocations) == [2, 10] && report.sites.map(\.frees) == [1, 6])
      #expect(report.sites.map(\.requestedBytes) == [10_700, 1000])
      #expect(report.sites.map(\.allocatedBytes) == [16384 + 704, 1280])
      #expect(report.sites[1].lifetimes[6] == 6)
      #expect(report.freesByCPU == [[0, 6], [0, 1]] && report.remoteFrees == 6)
      #expect(report.ticksPerNanosecond == nil)
    }

    @Test func bulkCallsAreCapturedUnderTheCallSiteOfTheCaller() throws {
      let engine = try makeEngine(captures: true)
      let cache = try engine.makeCache("bulk", objectSize: 64)
      let objects = UnsafeMutableBufferPointer<UnsafeMutableRawPointer>.allocate(capacity: 10)
      defer { objects.deallocate() }
      let line = #line + 1
      #expect(engine.cpu(0).allocate(from: cache, into: objects) == 10)
      engine.cpu(0).free(UnsafeBufferPointer(objects), to: cache)
      let sites = try #require(engine.captureReport()).sites
      #expect(sites.map(\.name) == ["SlabEngineTests/CaptureTests.swift:\(line)"] && sites[0].frees == 10)
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
  }
#endif
