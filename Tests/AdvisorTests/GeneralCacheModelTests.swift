import Testing

@testable import Advisor

@Suite struct GeneralCacheModelTests {
  /// Layout of a cache of SLUB with four objects in a slab.
  private func slub(retainedByArena: Int = 3, retainedByCache: Int = 5, slabsTakenAtOnce: Int = 1)
    -> GeneralCacheModel.Layout
  {
    GeneralCacheModel.Layout(
      slabBytes: 4096, objectsPerSlab: 4, hasArenaForEachCPU: true, retainedByArena: retainedByArena, keptByArena: 2,
      retainedByCache: retainedByCache, retainedShare: 0, objectsOnCPU: 0, slabsTakenAtOnce: slabsTakenAtOnce)
  }

  private func allocate(_ count: Int, on cpu: Int, from cache: inout GeneralCacheModel, runLength: Int = .max) {
    for number in 0..<count {
      cache.allocate(.none, on: cpu, isAfterLive: number % runLength > 0)
    }
  }

  /// Frees objects of which no neighbour is live, so that each free ends a run.
  private func freeAlone(
    _ count: Int, of cpu: Int, on other: Int? = nil, age: UInt32 = 0, in cache: inout GeneralCacheModel
  ) {
    for _ in 0..<count { cache.free(allocatedOn: cpu, freedOn: other ?? cpu, age: age, liveNeighbours: 0) }
  }

  @Test func eachCPUAllocatesFromSlabsOfItsOwn() {
    var cache = GeneralCacheModel(slub(), cpus: 3)
    #expect(cache.slabBytes == 0)
    for cpu in 0..<3 { allocate(1, on: cpu, from: &cache) }
    #expect(cache.slabs == 3 && cache.slabBytes == 3 * 4096)
    allocate(3, on: 1, from: &cache)
    #expect(cache.slabs == 3)
    allocate(1, on: 1, from: &cache)
    #expect(cache.slabs == 4)
  }

  /// The CPU retains three empty slabs; a fourth one moves all but two to the node, which retains one.
  @Test func emptySlabsAreRetainedUpToTheLimitsOfTheCPUAndTheNode() {
    var cache = GeneralCacheModel(slub(retainedByCache: 1), cpus: 1)
    allocate(16, on: 0, from: &cache, runLength: 1)
    #expect(cache.slabs == 4)
    freeAlone(15, of: 0, in: &cache)
    #expect(cache.slabs == 4)
    freeAlone(1, of: 0, in: &cache)
    #expect(cache.slabs == 3)
    // The two slabs that were left, and then the one of the node, serve the next objects.
    allocate(12, on: 0, from: &cache)
    #expect(cache.slabs == 3)
    allocate(1, on: 0, from: &cache)
    #expect(cache.slabs == 4)
  }

  /// CPU 1 frees what CPU 0 allocated: old slabs become its own, and the slab from which CPU 0 allocates does not.
  @Test func remotelyFreedSlabsGoToTheFreeingCPU() {
    var cache = GeneralCacheModel(slub(), cpus: 2)
    allocate(8, on: 0, from: &cache)
    freeAlone(4, of: 0, on: 1, age: 4, in: &cache)
    allocate(4, on: 1, from: &cache)
    #expect(cache.slabs == 2)
    freeAlone(4, of: 0, on: 1, age: 3, in: &cache)
    allocate(4, on: 0, from: &cache)
    #expect(cache.slabs == 2)
    allocate(1, on: 1, from: &cache)
    #expect(cache.slabs == 3)
  }

  /// Half of the objects of 100 slabs are freed. If the live ones are one run, half of the slabs are empty; the more runs there are, the
  /// more slabs they pin.
  @Test func scatteredObjectsPinSlabs() {
    func slabs(afterHalfIsFreedLeaving runs: Int) -> Int {
      var cache = GeneralCacheModel(slub(retainedByCache: 0), cpus: 1)
      allocate(400, on: 0, from: &cache)
      for number in 0..<200 {
        // The first `runs - 1` frees each divide a run; the others shorten one.
        cache.free(allocatedOn: 0, freedOn: 0, age: 0, liveNeighbours: number < runs - 1 ? 2 : 1)
      }
      return cache.slabs
    }
    #expect((60..<70).contains(slabs(afterHalfIsFreedLeaving: 50)))
    let (one, all) = (slabs(afterHalfIsFreedLeaving: 1), slabs(afterHalfIsFreedLeaving: 200))
    #expect((50...56).contains(one), "\(one)")
    #expect((76...90).contains(all), "\(all)")
  }

  @Test func emptySlabsOfTheNodeServeAnyCPU() {
    var cache = GeneralCacheModel(slub(slabsTakenAtOnce: 2), cpus: 2, emptySlabs: 3)
    allocate(8, on: 1, from: &cache)
    allocate(4, on: 0, from: &cache)
    #expect(cache.slabs == 0)
    allocate(1, on: 0, from: &cache)
    #expect(cache.slabs == 1)
  }

  /// All CPUs share slabs, and the magazines of each CPU count once.
  @Test func magazinesCountOnceForEachCPU() {
    var layout = slub(retainedByArena: 0, retainedByCache: 0)
    (layout.hasArenaForEachCPU, layout.keptByArena, layout.objectsOnCPU) = (false, 0, 3)
    var cache = GeneralCacheModel(layout, cpus: 2)
    allocate(1, on: 0, from: &cache)
    #expect(cache.slabs == 1)
    allocate(1, on: 0, from: &cache)
    #expect(cache.slabs == 2)
    allocate(1, on: 1, from: &cache)
    #expect(cache.slabs == 3)
    allocate(3, on: 1, from: &cache)
    #expect(cache.slabs == 3)
  }

  /// A quarter of the slabs by which the cache has shrunk are retained.
  @Test func shareOfTheShrinkageIsRetained() {
    var layout = slub(retainedByArena: 0, retainedByCache: 0)
    (layout.keptByArena, layout.retainedShare) = (0, 0.25)
    var cache = GeneralCacheModel(layout, cpus: 1)
    allocate(80, on: 0, from: &cache, runLength: 1)
    freeAlone(80, of: 0, in: &cache)
    #expect(cache.slabs == 5)
  }
}
