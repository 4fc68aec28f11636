import Synchronization
import Testing

@testable import SlabEngine

@Suite struct MagazineTests {
  @Test(arguments: [1, 10, 64, 200, 700])
  func reservedAllocationsCannotFail(count: Int) throws {
    let engine = try makeEngine(megabytes: 4)
    let cache = try engine.makeCache("reserved", objectSize: 640)
    let (cpu, other) = (engine.cpu(0), engine.cpu(1))
    #expect(cpu.reserve(count, from: cache))
    // Neither allocations on the other CPU nor frees on this one affect the reservation.
    var otherObjects: [UnsafeMutableRawPointer] = []
    while let object = other.allocate(from: cache) { otherObjects.append(object) }
    while let object = other.allocate(bytes: 64) { otherObjects.append(object) }
    #expect(cpu.allocate(bytes: 2048) == nil)
    for object in otherObjects.suffix(300) { cpu.free(object) }
    while other.allocate(bytes: 64) != nil {}
    var reserved: [UnsafeMutableRawPointer] = []
    for _ in 0..<count { reserved.append(try #require(cpu.allocate(from: cache))) }
    #expect(Set(reserved).count == count)
    #expect(engine.validate() == [])
  }

  @Test func reservationThatExceedsMemoryIsRefused() throws {
    let engine = try makeEngine(megabytes: 4)
    let cache = try engine.makeCache("reserved", objectSize: 4096)
    #expect(!engine.cpu(0).reserve(2000, from: cache))
    #expect(engine.cpu(0).reserve(0, from: cache))
    engine.cpu(0).drain(cache)
    engine.shrink(cache)
    #expect(engine.sample().freePages == 1024)
    #expect(engine.validate() == [])
  }

  @Test func memoryPressureShrinksAndDrainsMagazines() throws {
    let engine = try makeEngine(megabytes: 4)
    let cache = try engine.makeCache("cached", objectSize: 256)
    let objects = (0..<2000).map { _ in engine.cpu(0).allocate(from: cache)! }
    for object in objects { engine.cpu(1).free(object) }
    let before = try engine.sample().cache("cached")
    #expect(before.objectsInMagazines > 100 && before.magazineCapacity >= 64)
    while engine.cpu(0).allocate(bytes: 4096) != nil {}
    // CPU 1 drains its magazines because of the memory pressure, which makes free objects available.
    #expect(engine.cpu(1).allocate(bytes: 4096) != nil)
    let after = try engine.sample().cache("cached")
    #expect(after.objectsInMagazines == 0 && after.magazineCapacity < before.magazineCapacity)
    #expect(engine.validate() == [])
  }

  @Test func magazinesGrowWithUseAndWithDepotContention() throws {
    let engine = try makeEngine(megabytes: 4)
    let cache = try engine.makeCache("contended", objectSize: 64)
    let cycle = {
      let objects = (0..<400).map { _ in engine.cpu(0).allocate(from: cache)! }
      for object in objects { engine.cpu(0).free(object, to: cache) }
    }
    #expect(cache.magazineCapacity == 8)
    for _ in 0..<4 { cycle() }
    #expect(cache.magazineCapacity == 64)
    cache.descriptor.pointee.depot.contentions.store(100, ordering: .relaxed)
    for _ in 0..<3 { cycle() }
    #expect(cache.magazineCapacity == 128)
    #expect(engine.validate() == [])
  }

  @Test func magazinesGrowBeyondTheirUsualSizeIfTheDepotHasManyObjects() throws {
    let engine = try makeEngine(megabytes: 4)
    let capacities = try [200, 4000].map { burst in
      let cache = try engine.makeCache("burst of \(burst)", objectSize: 64)
      for _ in 0..<50 {
        let objects = (0..<burst).map { _ in engine.cpu(0).allocate(from: cache)! }
        for object in objects { engine.cpu(0).free(object, to: cache) }
      }
      return cache.magazineCapacity
    }
    #expect(capacities == [64, 256])
    #expect(engine.validate() == [])
  }

  @Test func remoteFreesAreReturnedToTheAllocatingCPUInBatches() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 3)
    let cache = try engine.makeCache(
      "remote", objectSize: 128, options: CacheOptions(remoteFrees: .returnedToAllocatingCPU))
    var used: Set<UnsafeMutableRawPointer> = []
    for _ in 0..<20 {
      let objects = (0..<96).map { _ in engine.cpu(0).allocate(from: cache)! }
      used.formUnion(objects)
      for object in objects { engine.cpu(1).free(object) }
      #expect(engine.validate() == [])
    }
    let sample = try engine.sample().cache("remote")
    #expect(sample.remoteFreesReturned == 20 * 96 && sample.liveObjects == 0)
    // The objects were returned to CPU 0 and not to the slabs.
    #expect(used.count < 400)
    for cpu in 0..<3 { engine.cpu(cpu).drain(cache) }
    try engine.destroy(cache)
    #expect(engine.sample().freePages == 1024)
  }
}
