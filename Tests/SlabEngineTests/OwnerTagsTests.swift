import Testing

@testable import SlabEngine

@Suite struct OwnerTagsTests {
  /// Positions of the tags in the table must not depend on what else is in memory: slabs of all strides side by side.
  @Test(arguments: [1 << 20, 3 << 20, 5 << 12]) func noTwoObjectsShareATagAndEachTagIsInTheTable(memory: Int) {
    let tags = UnsafeMutableRawPointer.allocate(byteCount: OwnerTags.bytes(forMemory: memory), alignment: 8)
    defer { tags.deallocate() }
    let table = OwnerTags(at: tags, forMemory: memory, pages: tags.assumingMemoryBound(to: PageDescriptor.self))
    var positions: Set<Int> = []
    var (objects, page) = (0, 0)
    for stride in [8, 16, 24, 40, 64, 96, 192, 232, 504, 1032, 2048, 4096] where page < memory >> 12 {
      let shift = OwnerTags.shift(forStride: stride)
      for number in 0..<4096 / stride {
        objects += 1
        positions.insert((table.origin + page << 12 + number * stride) >> shift)
      }
      page += 1
    }
    #expect(positions.count == objects)
    let inTable = 0..<OwnerTags.bytes(forMemory: memory) / 2
    #expect(positions.allSatisfy { inTable.contains($0) })
    #expect(inTable.contains((table.origin + memory - 1) >> 3))
    #expect(OwnerTags.bytes(forMemory: memory) < memory)
  }

  @Test(arguments: [24, 40, 64, 192, 232, 1504, 5000]) func freeWithoutACacheFindsTheOwnerInASharedPool(bytes: Int)
    throws
  {
    let engine = try makeEngine(sharing: 0.2)
    let first = try engine.makeCache("first", objectSize: bytes)
    let cpu = engine.cpu(0)
    // Allocated before the pool is shared: these objects get their tags when the second cache joins.
    var mine: [(object: UnsafeMutableRawPointer, cache: String)] = []
    for _ in 0..<100 { mine.append((try #require(cpu.allocate(from: first)), "first")) }
    let second = try engine.makeCache("second", objectSize: bytes)
    for _ in 0..<100 {
      mine.append((try #require(cpu.allocate(from: second)), "second"))
      mine.append((try #require(cpu.allocate(from: first)), "first"))
    }
    #expect(engine.pool(of: first).inspect { $0.isTagged && $0.members.count >= 2 })
    var live = ["first": 200, "second": 100]
    for (object, cache) in mine {
      cpu.free(object)
      live[cache]! -= 1
      if live[cache]! % 50 == 0 {
        let sample = engine.sample()
        #expect(try sample.cache("first").liveObjects == live["first"])
        #expect(try sample.cache("second").liveObjects == live["second"])
      }
    }
    cpu.drain()
    #expect(engine.validate() == [] && engine.sample().badFrees == 0)
  }

  @Test func objectsHaveTagsFromTheSecondCacheOn() throws {
    let engine = try makeEngine(sizes: [8192], sharing: 0.2)
    let first = try engine.makeCache("first", objectSize: 232)
    _ = engine.takeFromSlabs(1, of: first)
    #expect(engine.pool(of: first).inspect { !$0.isTagged })
    _ = try engine.makeCache("second", objectSize: 232)
    #expect(engine.pool(of: first).inspect(\.isTagged))
  }

  @Test func pointerInsideAnObjectOfASharedPoolIsRefused() throws {
    let engine = try makeEngine(sharing: 0.2)
    let first = try engine.makeCache("first", objectSize: 232)
    let second = try engine.makeCache("second", objectSize: 232)
    let cpu = engine.cpu(0)
    let faults = FaultCollector(engine)
    let objects = [try #require(cpu.allocate(from: first)), try #require(cpu.allocate(from: second))]
    for object in objects { cpu.free(object + 128) }
    cpu.drain()
    #expect(faults.all.count == 2 && engine.sample().badFrees == 2)
    for object in objects { cpu.free(object) }
    cpu.drain()
    #expect(engine.validate() == [] && engine.sample().caches.allSatisfy { $0.liveObjects == 0 })
  }
}
