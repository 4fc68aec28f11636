import Testing

@testable import SlabEngine

/// Detection of deliberate memory corruption (like Linux's slub_kunit).
@Suite struct DebuggingTests {
  private static let all: CacheOptions.Flags = [.redZone, .poison, .storeUser]

  @Test(arguments: [8, 40, 232, 1500])
  func validUseOfADebugCacheReportsNoFault(size: Int) throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("debugged", objectSize: size, options: CacheOptions(flags: DebuggingTests.all))
    var objects = (0..<100).map { _ in engine.cpu(0).allocate(from: cache)! }
    for object in objects { object.initializeMemory(as: UInt8.self, repeating: 0xff, count: size) }
    #expect(engine.validate() == [])
    for object in objects[..<50] { engine.cpu(1).free(object) }
    objects.removeFirst(50)
    #expect(engine.validate() == [])
    for object in objects { engine.cpu(1).free(object, to: cache) }
    #expect(engine.faultCounts.isEmpty)
    try engine.destroy(cache)
    #expect(engine.validate() == [])
  }

  @Test func writesBesideAnObjectAreReportedOnceEach() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("debugged", objectSize: 60, options: CacheOptions(flags: .redZone))
    let faults = FaultCollector(engine)
    let objects = (0..<3).map { _ in engine.cpu(0).allocate(from: cache)! }
    objects[0].storeBytes(of: 1, toByteOffset: -1, as: UInt8.self)
    objects[2].storeBytes(of: 1, toByteOffset: 60, as: UInt8.self)
    #expect(engine.validate().count == 2)
    for object in objects { engine.cpu(0).free(object, to: cache) }
    #expect(faults.all.map(\.kind) == [.redZone, .redZone] && faults.all.allSatisfy { $0.cache == "debugged" })
    // The frees have restored the red zones.
    #expect(engine.validate() == [])
  }

  @Test func writeToAFreeObjectIsReportedAtItsNextAllocation() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("debugged", objectSize: 60, options: CacheOptions(flags: [.poison, .storeUser]))
    let faults = FaultCollector(engine)
    let object = try #require(engine.cpu(0).allocate(from: cache))
    engine.cpu(1).free(object, to: cache)
    object.storeBytes(of: 1, toByteOffset: 59, as: UInt8.self)
    #expect(engine.validate().map(\.finding).filter { $0.hasPrefix("write to a free object") }.count == 1)
    // The same object is allocated again because it is the first free object of its slab.
    #expect(engine.cpu(0).allocate(from: cache) == object)
    let fault = try #require(faults.all.first)
    #expect(faults.all.count == 1 && fault.kind == .poison && fault.freedAt == "unknown on CPU 1")
  }

  @Test func debugCacheReportsTheKindOfEachBadFree() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("debugged", objectSize: 60, options: CacheOptions(flags: .storeUser))
    let other = try engine.makeCache("other", objectSize: 60, options: CacheOptions(flags: .storeUser))
    let faults = FaultCollector(engine)
    let object = try #require(engine.cpu(0).allocate(from: cache))
    engine.cpu(0).free(object + 4, to: cache)
    engine.cpu(0).free(object, to: other)
    engine.cpu(0).free(object, to: cache)
    engine.cpu(0).free(object, to: cache)
    engine.cpu(0).free(UnsafeMutableRawPointer(bitPattern: 0x10_0000)!, to: cache)
    #expect(faults.all.map(\.kind) == [.misalignedFree, .wrongCache, .doubleFree, .foreignFree])
    #expect(faults.all[2].state == "free in its slab" && faults.all[2].allocatedAt != nil)
    #expect(engine.sample().badFrees == 4)
    #expect(engine.validate() == [])
  }

  /// Without debug flags, a bad free is detected when the magazine is emptied into the slabs.
  @Test func badFreesAreReportedWhenAMagazineIsEmptied() throws {
    let engine = try makeEngine()
    let (cache, other) = (try engine.makeCache("plain", objectSize: 64), try engine.makeCache("other", objectSize: 64))
    let faults = FaultCollector(engine)
    let objects = (0..<2).map { _ in engine.cpu(0).allocate(from: cache)! }
    engine.cpu(0).free(objects[0], to: other)
    engine.cpu(0).free(objects[1] + 8, to: cache)
    engine.cpu(0).drain()
    engine.cpu(0).free(objects[1], to: cache)
    engine.cpu(0).drain()
    engine.cpu(0).free(objects[1], to: cache)
    engine.cpu(0).drain()
    #expect(Set(faults.all.map(\.kind)) == [.wrongCache, .misalignedFree, .doubleFree] && faults.all.count == 3)
    engine.cpu(0).free(objects[0], to: cache)
    #expect(engine.validate() == [])
  }

  @Test func allocatedObjectsAreInTheirConstructedState() throws {
    let engine = try makeEngine()
    let options = CacheOptions(constructor: { $0.storeBytes(of: 42, as: Int.self) })
    let cache = try engine.makeCache("constructed", objectSize: 64, options: options)
    let objects = (0..<200).map { _ in engine.cpu(0).allocate(from: cache)! }
    #expect(objects.allSatisfy { $0.load(as: Int.self) == 42 })
    for object in objects { engine.cpu(0).free(object) }
    #expect(engine.validate() == [])
  }
}
