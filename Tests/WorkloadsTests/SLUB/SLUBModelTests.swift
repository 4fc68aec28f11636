import SlabEngine
import Testing

@testable import Workloads

/// Tests of the functions of the model, on a cache with 4 objects per slab, per-CPU partial lists of 2 slabs and a min_partial
/// of 1.
@Suite struct SLUBModelTests {
  @Test func cpuSlabServesAllocationsUntilItIsFull() throws {
    var model = try SLUBSupport.model()
    let first = model.allocate(4)
    #expect(Set(first).count == 1 && model.cpuSlab() == first[0] && model.slabCount(of: 0) == 1)
    // The other CPU has another CPU slab.
    let other = model.allocate(1, on: 1)
    #expect(other != [first[0]] && model.slabCount(of: 0) == 2)
    // The next allocation replaces the full CPU slab, which is then on no list.
    let second = model.allocate(1)
    #expect(second[0] != first[0] && model.cpuSlab() == second[0] && model.slabs[Int(first[0])].location == .full)
    #expect(model.liveObjects(of: 0) == 6 && model.totalObjects(of: 0) == 12 && model.validate() == [])
  }

  @Test func freesDoNotMoveACPUSlab() throws {
    var model = try SLUBSupport.model()
    let objects = model.allocate(4)
    // The freeing CPU does not matter.
    model.free(objects[0], on: 0)
    model.free(objects[1], on: 1)
    #expect(model.cpuSlab() == objects[0] && model.node == [] && model.cpuPartial(1) == [])
    #expect(model.allocate(2) == [objects[0], objects[0]])
    model.free(Array(repeating: objects[0], count: 4))
    // An empty CPU slab is not discarded.
    #expect(model.slabCount(of: 0) == 1 && model.validate() == [])
  }

  @Test func firstFreeAddsAFullSlabToThePartialListOfTheFreeingCPU() throws {
    var model = try SLUBSupport.model()
    let objects = model.allocate(9)
    model.free(objects[0], on: 1)
    #expect(model.cpuPartial(1) == [objects[0]] && model.cpuPartial(0) == [] && model.node == [])
    model.free(objects[4], on: 1)
    #expect(model.cpuPartial(1) == [objects[4], objects[0]])
    // Further frees do not move the slab: even an empty slab stays on the per-CPU partial list.
    model.free([objects[1], objects[2], objects[3]])
    #expect(model.cpuPartial(1) == [objects[4], objects[0]] && model.inUse(objects[0]) == 0)
    #expect(model.activeObjects(of: 0) == model.totalObjects(of: 0) && model.validate() == [])
  }

  @Test func cpuPartialListOverItsLimitMovesToTheNode() throws {
    var model = try SLUBSupport.model()
    let objects = model.allocate(17)
    let (a, b, c, d) = (objects[0], objects[4], objects[8], objects[12])
    for slab in [a, b] { model.free(slab, on: 0) }
    #expect(model.cpuPartial() == [b, a] && model.node == [])
    // The list is full when the third slab is added: its slabs move to the node, beginning with the slab added last.
    model.free(c, on: 0)
    #expect(model.cpuPartial() == [c] && model.node == [b, a])
    #expect(model.activeObjects(of: 0) == model.totalObjects(of: 0) - 2)
    model.free(d, on: 0)
    #expect(model.cpuPartial() == [d, c] && model.node == [b, a] && model.validate() == [])
  }

  @Test func emptySlabsOfAFlushedCPUListAreDiscardedAboveMinPartial() throws {
    var model = try SLUBSupport.model()
    let objects = model.allocate(17)
    model.free(Array(objects[0..<4]))
    model.free(Array(objects[4..<8]))
    #expect(model.slabCount(of: 0) == 5)
    model.free(objects[8], on: 0)
    // The node list was empty: the first slab stays, and the second is discarded (min_partial is 1).
    #expect(model.node == [objects[4]] && model.isDiscarded(objects[0]) && model.slabCount(of: 0) == 4)
    #expect(model.validate() == [])
  }

  @Test func emptySlabOfTheNodeIsDiscardedAboveMinPartial() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(minimumPartial: 2))
    let objects = model.allocate(13)
    let (a, b) = (objects[0], objects[4])
    for slab in [a, b, objects[8]] { model.free(slab, on: 0) }
    #expect(model.node == [b, a])
    // With two partial slabs, a slab that becomes empty is discarded.
    model.free([a, a, a])
    #expect(model.isDiscarded(a) && model.node == [b] && model.slabCount(of: 0) == 3)
    // With one partial slab, it is retained.
    model.free([b, b, b])
    #expect(model.node == [b] && model.inUse(b) == 0 && model.validate() == [])
  }

  @Test func cpuPartialListIsUsedBeforeTheNodeList() throws {
    var model = try SLUBSupport.model()
    let objects = model.allocate(16)
    let (a, b, c) = (objects[0], objects[4], objects[8])
    for slab in [a, b, c] { model.free(slab, on: 0) }
    #expect(model.node == [b, a] && model.cpuPartial() == [c])
    // The CPU slab is full. The CPU uses its partial list, then the head of the node list, from which it also moves slabs.
    #expect(model.allocate(1) == [c] && model.cpuSlab() == c)
    #expect(model.allocate(1) == [b] && model.cpuSlab() == b && model.cpuPartial() == [a] && model.node == [])
    #expect(model.allocate(1) == [a])
    #expect(model.slabCount(of: 0) == 4)
    _ = model.allocate(1)
    #expect(model.slabCount(of: 0) == 5 && model.validate() == [])
  }

  @Test func cpuMovesHalfItsLimitPlusOneSlabsFromTheNode() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 4))
    let objects = model.allocate(32)
    let firsts = stride(from: 0, to: 28, by: 4).map { objects[$0] }
    for slab in firsts.prefix(5) { model.free(slab, on: 1) }
    #expect(model.node == [firsts[3], firsts[2], firsts[1], firsts[0]] && model.cpuPartial(1) == [firsts[4]])
    // The head becomes the CPU slab of CPU 0, and 4 / 2 + 1 slabs move to its partial list.
    #expect(model.allocate(1) == [firsts[3]])
    #expect(model.cpuPartial() == [firsts[0], firsts[1], firsts[2]] && model.node == [] && model.validate() == [])
  }

  @Test func withoutCPUListsAFreedFullSlabIsAddedToTheNodeTail() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0))
    let objects = model.allocate(9)
    let (a, b) = (objects[0], objects[4])
    for slab in [a, b] { model.free(slab, on: 1) }
    #expect(model.node == [a, b] && model.cpuPartial(1) == [])
    // A CPU takes one slab at a time from the node.
    _ = model.allocate(3)
    #expect(model.allocate(1) == [a] && model.node == [b] && model.validate() == [])
  }

  @Test func slabWithOneObjectIsFullOrEmpty() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(stride: 4096))
    let objects = model.allocate(4)
    #expect(Set(objects).count == 4)
    model.free(objects[0], on: 0)
    #expect(model.cpuPartial() == [objects[0]])
    model.free([objects[1], objects[2]])
    // The first two slabs moved to the node, which retained one of them.
    #expect(model.cpuPartial() == [objects[2]] && model.node == [objects[1]] && model.isDiscarded(objects[0]))
    #expect(model.validate() == [])
  }

  @Test func shrinkDiscardsEmptySlabsAndSortsTheNodeList() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(minimumPartial: 5))
    let objects = model.allocate(18)
    model.free(Array(objects[0..<4]) + Array(objects[4..<7]) + [objects[8]])
    model.shrink(0)
    // The 5 slabs have 0, 1, 3, 4 and, in the CPU slab, 2 objects in use.
    #expect(model.slabCount(of: 0) == 4 && model.node == [objects[8], objects[16], objects[4]])
    #expect(model.cpuSlab() == SLUBModel.none && model.cpuPartial() == [] && model.validate() == [])
  }

  @Test func deactivatedSlabIsAddedToTheNodeHead() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0, minimumPartial: 5))
    let objects = model.allocate(6)
    model.free([objects[0], objects[0]])
    model.deactivate(0, on: 0)
    // Both slabs have two objects in use.
    #expect(model.node == [objects[4], objects[0]] && model.cpuSlab() == SLUBModel.none)
    // A full slab is added to no list.
    _ = model.allocate(2)
    model.deactivate(0, on: 0)
    #expect(model.node == [objects[0]] && model.slabs[Int(objects[4])].location == .full && model.validate() == [])
  }

  @Test func retryAtTheSameOrderDoesNotCountAsFallback() throws {
    var model = try SLUBSupport.model()
    model.pages.injectFailures(PageFailureInjection(times: 1))
    #expect(model.allocate(1)[0] >= 0)
    let sample = model.sample().caches[0]
    #expect(sample.refusalsByOrder[0] == 1 && sample.orderFallbacks == 0 && sample.slabsByOrder[0] == 1)
  }

  @Test func countersMatchTheOperations() throws {
    var model = try SLUBSupport.model()
    let objects = model.allocate(17)
    // 17 objects need 5 slabs. The third slab added to the per-CPU partial list moves the other two to the node.
    for slab in [objects[0], objects[4], objects[8]] { model.free(slab, on: 0) }
    var sample = model.sample().caches[0]
    #expect(sample.allocations == 17 && sample.refills == 5 && sample.flushes == 1 && sample.slabsGrown == 5)
    #expect(model.nodeListOperations(of: 0) == 2 && sample.slabsReturned == 0)
    model.free(Array(objects[1...3]) + Array(objects[5...7]) + Array(objects[9...]))
    model.shrink(0)
    sample = model.sample().caches[0]
    #expect(sample.slabsReturned == 5 && sample.slabsByOrder[0] == 0 && sample.liveObjects == 0)
    // Array elements of discarded slabs are reused.
    let records = model.slabs.count
    _ = model.allocate(20)
    #expect(model.slabs.count == records && model.validate() == [])
  }

  @Test func refusedOrderFallsBackToTheMinimumOrder() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(order: 3, stride: 2048))
    model.pages.injectFailures(PageFailureInjection(minimumOrder: 1))
    let objects = model.allocate(3)
    // A slab has two objects in one page instead of 16 objects in eight pages.
    #expect(objects[0] == objects[1] && objects[2] != objects[0] && model.totalObjects(of: 0) == 4)
    let sample = model.sample().caches[0]
    #expect(sample.refusalsByOrder[3] == 2 && sample.fallbacksByOrder[0] == 2 && sample.slabsByOrder[0] == 2)
    #expect(sample.preferredOrder == 3 && sample.slabBytes == 8192)
    model.pages.injectFailures(nil)
    // Each new slab requests the preferred order first.
    _ = model.allocate(2)
    #expect(model.sample().caches[0].slabsByOrder[3] == 1 && model.totalObjects(of: 0) == 20 && model.validate() == [])
  }

  @Test func allocationsFailWithoutMemory() throws {
    var model = try SLUBSupport.model(memoryBytes: 16384)
    let objects = model.allocate(17)
    #expect(objects.filter { $0 >= 0 }.count == 16 && objects.last == SLUBModel.none)
    #expect(model.pages.freePages == 0 && model.sample().caches[0].failedAllocations == 1)
    // Order 0 was requested twice: as the preferred and as the minimum order.
    #expect(model.sample().caches[0].refusalsByOrder[0] == 2)
    // A freed object can be allocated again.
    model.free(objects[0], on: 0)
    #expect(model.allocate(1) == [objects[0]] && model.liveObjects(of: 0) == 16 && model.validate() == [])
  }

  @Test func shrinkReturnsPagesToThePageAllocator() throws {
    var model = try SLUBSupport.model()
    let free = model.pages.freePages
    let objects = model.allocate(100)
    #expect(model.pages.freePages == free - 25 && model.pages.peakPagesInUse == 25)
    model.free(objects)
    model.shrink(0)
    #expect(model.pages.freePages == free && model.slabBytes == 0 && model.validate() == [])
    #expect(model.pages.hogPages(10) == 10 && model.pages.freePages == free - 10)
    #expect(model.pages.releaseHogPages(20) == 10 && model.pages.freePages == free)
  }

  @Test func sampleCountsEveryByteOfASlabOnce() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(minimumPartial: 5, stride: 1000))
    let objects = model.allocate(18)
    // Node: an empty slab and one with 3 free objects. CPU: a partial slab with 1 free object, and a half full CPU slab.
    model.free(Array(objects[0..<4]) + Array(objects[4..<7]) + [objects[8]])
    let sample = model.sample(mapping: 0).caches[0]
    #expect(sample.liveObjects == 10 && sample.emptySlabs == 1 && sample.fullSlabs == 1 && sample.partialSlabs == 3)
    #expect(sample.freeObjectsInEmptySlabs == 4 && sample.freeObjectsInPartialSlabs == 3)
    #expect(sample.objectsInMagazines == 3 && sample.totalObjects == 20)
    #expect(sample.emptySlabBytes == 4096 && sample.tailBytes == 4 * 96 && sample.freeBytesInPartialSlabs == 3000)
    #expect(sample.slabBytes == 20480 && sample.slabs?.map(\.objectsInUse).sorted() == [0, 1, 2, 3, 4])
    let parts = (sample.liveObjects + sample.objectsInMagazines) * 1000 + sample.tailBytes
    #expect(parts + sample.emptySlabBytes + sample.freeBytesInPartialSlabs == sample.slabBytes)
  }

  @Test(arguments: SLUBParameters.Variant.allCases, [0, 1, 5]) func randomCallsKeepInvariantsAndAreDeterministic(
    variant: SLUBParameters.Variant, seed: Int
  ) throws {
    var samples: [EngineSample] = []
    for _ in 0..<2 {
      var model = try SLUBModel(
        parameters: SLUBParameters(variant: variant), memoryBytes: 1 << 20, cpus: 3)
      for (stride, capacity) in [(64, 0), (700, 4), (1024, 0), (3000, 0), (8192, 0)] {
        var layout = SLUBCacheLayout(
          name: "c\(stride)", objectSize: stride, stride: stride, sheafCapacity: capacity, parameters: model.parameters,
          cpus: 3)
        layout.minimumPartial = 2
        model.addCache(layout)
      }
      var random = SplitMix64(seed: UInt64(seed))
      var live: [[Int32]] = Array(repeating: [], count: 5)
      var grows = true
      for step in 0..<6000 {
        if step % 400 == 0 { grows.toggle() }
        if step % 1000 == 999 {
          model.pages.injectFailures(
            step % 2000 == 999 ? PageFailureInjection(probability: 50, minimumOrder: 0) : nil)
        }
        let cache = Int.random(in: 0..<5, using: &random)
        let cpu = Int32.random(in: 0..<3, using: &random)
        if Int.random(in: 0..<10, using: &random) < (grows ? 7 : 3) || live[cache].isEmpty {
          let slab = model.allocate(from: Int32(cache), on: cpu)
          if slab >= 0 { live[cache].append(slab) }
        } else {
          model.free(live[cache].remove(at: Int.random(in: 0..<live[cache].count, using: &random)), on: cpu)
        }
        if step % 997 == 0 { model.shrink(Int32(cache)) }
        if step % 50 == 0 {
          #expect(model.validate() == [])
          #expect((0..<5).allSatisfy { model.liveObjects(of: Int32($0)) == live[$0].count })
        }
      }
      for cache in 0..<5 {
        for slab in live[cache] { model.free(slab, on: 0) }
        model.shrink(Int32(cache))
      }
      #expect(model.slabBytes == 0 && model.pages.freePages == 256)
      samples.append(model.sample())
    }
    #expect(samples[0] == samples[1])
  }
}
