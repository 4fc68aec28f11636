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

  @Test func reservationHasALargestSize() throws {
    let engine = try makeEngine(megabytes: 16, cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("reserved", objectSize: 8))
    #expect(cpu.reserve(1 << 20, from: cache) && !cpu.reserve(1 << 20 + 1, from: cache))
    #expect(engine.validate() == [])
  }

  @Test func reservationThatExceedsMemoryIsRefused() throws {
    let engine = try makeEngine(megabytes: 4)
    let cache = try engine.makeCache("reserved", objectSize: 4096)
    #expect(!engine.cpu(0).reserve(2000, from: cache))
    #expect(!engine.cpu(0).reserve(-1, from: cache))
    #expect(engine.cpu(0).reserve(0, from: cache))
    engine.cpu(0).drain(cache)
    engine.shrink(cache)
    #expect(engine.sample().freePages == 1024)
    #expect(engine.validate() == [])
  }

  @Test func drainKeepsExactlyTheReservedObjects() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("reserved", objectSize: 256))
    // Both magazines have objects, more than are reserved.
    let objects = (0..<300).map { _ in cpu.allocate(from: cache)! }
    for object in objects { cpu.free(object, to: cache) }
    let cpuCache = engine.cpuCache(ofCPU: 0, cache: cache)
    for reserved in [70, 5, 0] {
      #expect(cpu.reserve(reserved, from: cache))
      cpu.drain(cache)
      #expect(cpuCache.roundCount == reserved)
      #expect(engine.validate() == [])
    }
    // A reservation ends when its objects are allocated.
    #expect(cpu.reserve(5, from: cache))
    let used = (0..<6).map { _ in cpu.allocate(from: cache)! }
    for object in used { cpu.free(object, to: cache) }
    cpu.drain(cache)
    #expect(cpuCache.roundCount == 0)
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

  @Test(arguments: [true, false])
  func magazinesGrowOnACPUThatOnlyAllocatesOrOnlyFrees(allocating: Bool) throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("one-sided", objectSize: 64))
    let capacity = cache.magazineCapacity
    if allocating {
      for _ in 0..<1500 { _ = try #require(cpu.allocate(from: cache)) }
    } else {
      for object in engine.takeFromSlabs(1500, of: cache) { cpu.free(object, to: cache) }
    }
    #expect(cache.magazineCapacity >= 4 * capacity)
    #expect(engine.validate() == [])
  }

  @Test func freesThatTheLoadedMagazineHasRoomForTakeTheFastPath() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let cache = try engine.makeCache("fast", objectSize: 64)
    let objects = engine.takeFromSlabs(20, of: cache)
    engine.cpu(0).free(objects[0], to: cache)
    // The slow path has loaded a magazine of eight slots.
    let cpuCache = engine.cpuCache(ofCPU: 0, cache: cache)
    #expect(cache.magazineCapacity == 8 && cpuCache.rounds == 1)
    let isPushed = objects[1...8].map { cpuCache.push($0) }
    #expect(isPushed == Array(repeating: true, count: 7) + [false])
    for object in objects[8...] { engine.cpu(0).free(object, to: cache) }
    engine.cpu(0).drain()
    #expect(try engine.sample().cache("fast").liveObjects == 0 && engine.validate() == [])
  }

  @Test func loadedMagazineIsFilledUpToASmallerCapacity() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("shrinking", objectSize: 64))
    for _ in 0..<6 {
      let objects = (0..<300).map { _ in cpu.allocate(from: cache)! }
      for object in objects { cpu.free(object, to: cache) }
    }
    #expect(cache.magazineCapacity == 64)
    cpu.drain(cache)
    engine.reclaim(protectingSlabs: false)
    #expect(cache.magazineCapacity == 32)
    // The next slow path resizes the loaded magazine.
    let first = try #require(cpu.allocate(from: cache))
    let cpuCache = engine.cpuCache(ofCPU: 0, cache: cache)
    let rounds = cpuCache.rounds
    let pushed = engine.takeFromSlabs(100, of: cache).prefix { cpuCache.push($0) }
    #expect(rounds + pushed.count == 32)
    cpu.free(first, to: cache)
    #expect(engine.validate() == [])
  }

  @Test func cpuReturnsTheObjectsInItsMagazinesBeforeAnAllocationFails() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1, orders: OrderPolicy(maximumOrder: 0))
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("cached", objectSize: 4096))
    let objects = [cpu.allocate(from: cache)!, cpu.allocate(from: cache)!]
    let small = try engine.makeCache("small", objectSize: 64)
    _ = engine.takeFromSlabs(1, of: small)
    #expect(engine.takeFromSlabs(2000, of: try engine.makeCache("other", objectSize: 4096)).count > 1000)
    // This slow path succeeds, and drains the CPU because memory was exhausted.
    #expect(cpu.allocate(from: small) != nil && engine.sample().freePages == 0)
    for object in objects { cpu.free(object, to: cache) }
    let last = try engine.makeCache("last", objectSize: 4096)
    #expect(cpu.allocate(from: last) != nil)
    #expect(engine.validate() == [])
  }

  @Test(arguments: [true, false])
  func eachSideOfTheDepotGrowsTheMagazinesOfAContendedCache(allocating: Bool) throws {
    let engine = try makeEngine(megabytes: 4)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("contended", objectSize: 64))
    let allocate = { (0..<300).map { _ in cpu.allocate(from: cache)! } }
    for _ in 0..<6 { for object in allocate() { cpu.free(object, to: cache) } }
    let objects = allocating ? [] : allocate()
    #expect(cache.magazineCapacity == 64)
    cache.descriptor.pointee.depot.contentions.store(100, ordering: .relaxed)
    if allocating { _ = allocate() }
    for object in objects { cpu.free(object, to: cache) }
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
