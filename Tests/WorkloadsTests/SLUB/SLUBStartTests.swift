import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of the slabs before the first event.
@Suite struct SLUBStartTests {
  /// Cache with 16 objects of 256 bytes per slab, per-CPU partial lists of 7 slabs and a min_partial of 5.
  private let layout = SLUBCacheLayout(
    name: "c", objectSize: 256, stride: 256, parameters: SLUBParameters(), cpus: 2)

  private func cache(slabs: Int, freeObjectsOnNode: Int) -> StartingState.Cache {
    StartingState.Cache(
      name: "c", stride: 256, order: 0, objectsPerSlab: 16, activeObjects: slabs * 16 - freeObjectsOnNode,
      totalObjects: slabs * 16, slabs: slabs)
  }

  private func groups(slabs: Int, freeObjectsOnNode: Int, seed: UInt64 = 1) -> [StartingState.SlabGroup] {
    var random = SplitMix64(seed: seed)
    return cache(slabs: slabs, freeObjectsOnNode: freeObjectsOnNode).estimatedOccupancy(
      layout, cpus: 2, random: &random)
  }

  @Test func estimateHasTheFreeObjectsOfSlabinfoOnTheNode() {
    // Four empty slabs (min_partial - 1) and then half full slabs have 64 + 8 + 8 + 3 free objects.
    let node = groups(slabs: 40, freeObjectsOnNode: 83).filter { $0.location == .node }
    #expect(node.map(\.objectsInUse) == [0, 0, 0, 0, 8, 8, 13])
    // The free objects do not fill an empty slab.
    #expect(groups(slabs: 40, freeObjectsOnNode: 7).filter { $0.location == .node }.map(\.objectsInUse) == [9])
    #expect(groups(slabs: 40, freeObjectsOnNode: 0).allSatisfy { $0.location != .node })
  }

  @Test func estimateGivesEachCPUASlabAndHalfAPartialList() {
    let all = groups(slabs: 40, freeObjectsOnNode: 83)
    for cpu in 0..<2 {
      #expect(all.filter { $0.location == .cpuSlab(cpu: cpu) }.map(\.objectsInUse) == [8])
      let list = all.filter { $0.location == .cpuPartial(cpu: cpu) }
      #expect(list.count == 3 && list.allSatisfy { (0...4).contains($0.objectsInUse) })
    }
    // All other slabs are full, and the number of slabs is unchanged.
    #expect(all.last == StartingState.SlabGroup(.full, objectsInUse: 16, count: 40 - 7 - 2 - 6))
    #expect(all.reduce(0) { $0 + $1.count } == 40)
  }

  @Test(arguments: [0, 1, 2, 3, 5, 9]) func estimateKeepsTheNumberOfSlabs(slabs: Int) {
    for free in Set([0, min(1, slabs), slabs * 8, slabs * 16]) {
      let all = groups(slabs: slabs, freeObjectsOnNode: free)
      #expect(all.reduce(0) { $0 + $1.count } == slabs)
      let onNode = all.filter { $0.location == .node }.reduce(0) { $0 + 16 - $1.objectsInUse }
      #expect(onNode == free, "\(slabs) slabs, \(free) free")
    }
  }

  @Test func estimateFillsCPUListsBeforeFullSlabs() {
    #expect(
      groups(slabs: 3, freeObjectsOnNode: 0).map(\.location) == [
        .cpuSlab(cpu: 0), .cpuSlab(cpu: 1), .cpuPartial(cpu: 0),
      ])
    // The free objects fill exactly one empty slab.
    #expect(groups(slabs: 40, freeObjectsOnNode: 16).filter { $0.location == .node }.map(\.objectsInUse) == [0])
  }

  @Test func estimatedSlabsOfOneObjectAreEmptyOrFull() {
    let cache = StartingState.Cache(
      name: "c", stride: 8192, order: 1, objectsPerSlab: 1, activeObjects: 15, totalObjects: 22, slabs: 22)
    var random = SplitMix64(seed: 1)
    let all = cache.estimatedOccupancy(
      SLUBCacheLayout(name: "c", objectSize: 8192, stride: 8192, parameters: SLUBParameters(), cpus: 2), cpus: 2,
      random: &random)
    #expect(all.filter { $0.location == .node }.map(\.objectsInUse) == [0, 0, 0, 0, 0, 0, 0])
    #expect(all.allSatisfy { (0...1).contains($0.objectsInUse) } && all.reduce(0) { $0 + $1.count } == 22)
  }

  @Test func seedChangesOnlyUnknownOccupancy() {
    let seeds = (1...8).map { groups(slabs: 40, freeObjectsOnNode: 83, seed: UInt64($0)) }
    #expect(Set(seeds.map { $0.filter { $0.location == .node } }).count == 1)
    #expect(Set(seeds).count > 4 && groups(slabs: 40, freeObjectsOnNode: 83, seed: 3) == seeds[2])
  }

  @Test func startingSlabsAreOnTheirLists() throws {
    typealias Group = StartingState.SlabGroup
    var model = try SLUBSupport.model()
    let groups = [
      Group(.node, objectsInUse: 1), Group(.node, objectsInUse: 2), Group(.cpuSlab(cpu: 1), objectsInUse: 3),
      Group(.cpuPartial(cpu: 0), objectsInUse: 1), Group(.cpuPartial(cpu: 0), objectsInUse: 0),
      Group(.full, objectsInUse: 4, count: 2),
    ]
    let residents = model.makeStartingSlabs(groups, of: 0)
    #expect(residents.count == 15 && model.liveObjects(of: 0) == 15 && model.slabCount(of: 0) == 7)
    #expect(model.node.map { model.inUse($0) } == [1, 2] && model.inUse(model.cpuSlab(1)) == 3)
    // The CPU uses the groups of its partial list in their order.
    #expect(model.cpuPartial().map { model.inUse($0) } == [1, 0] && model.cpuSlab(0) == SLUBModel.none)
    #expect(model.activeObjects(of: 0) == 28 - 5 && model.validate() == [])
    // The starting slabs are not counted as events.
    #expect(model.sample().caches[0].slabsGrown == 0 && model.sample().caches[0].allocations == 0)
    // Nothing has to grow until the free objects are used up: CPU 1 has one, the node five.
    _ = model.allocate(6, on: 1)
    #expect(model.slabCount(of: 0) == 7)
    _ = model.allocate(1, on: 1)
    #expect(model.slabCount(of: 0) == 8)
  }

  @Test func linux7StartsSlabsOfCPUsOnTheNode() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0), .sheaves)
    _ = model.makeStartingSlabs(
      [StartingState.SlabGroup(.cpuSlab(cpu: 0), objectsInUse: 2), .init(.cpuPartial(cpu: 1), objectsInUse: 1)], of: 0)
    #expect(model.node.map { model.inUse($0) } == [2, 1] && model.validate() == [])
  }

  @Test func sheavesOfUnknownFillStartHalfFull() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 4))
    var residents = model.makeStartingSlabs([StartingState.SlabGroup(.full, objectsInUse: 4, count: 3)], of: 0)
    model.fillSheaves(of: 0, from: &residents)
    // Each CPU has two objects in its main sheaf, which count as in use in their slabs.
    #expect(residents.count == 8 && model.liveObjects(of: 0) == 8 && model.states[0].objectsInSheaves == 4)
    #expect(model.activeObjects(of: 0) == 12 && model.validate() == [])
  }

  @Test func sheavesStartWithTheNumberOfObjectsOfTheKernel() throws {
    for (objects, expected) in [(0, 0), (3, 3), (8, 8), (15, 15), (17, 17), (1000, 48)] {
      var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 4))
      var residents = model.makeStartingSlabs([StartingState.SlabGroup(.full, objectsInUse: 4, count: 12)], of: 0)
      model.fillSheaves(of: 0, with: objects, from: &residents)
      #expect(model.states[0].objectsInSheaves == expected && residents.count == 48 - expected, "\(objects)")
      #expect(model.liveObjects(of: 0) == 48 - expected && model.validate() == [])
    }
    // The objects are distributed over both CPUs.
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 4))
    var residents = model.makeStartingSlabs([StartingState.SlabGroup(.full, objectsInUse: 4, count: 2)], of: 0)
    model.fillSheaves(of: 0, with: 3, from: &residents)
    #expect((0..<2).map { model.sheaves.count(model.cpus[$0].mainSheaf) } == [2, 1])
  }

  @Test func slabsOfAFallbackOrderKeepTheirOrder() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(order: 1))
    let groups = [
      StartingState.SlabGroup(.full, objectsInUse: 4, fallbackOrder: 0), .init(.full, objectsInUse: 8, count: 2),
    ]
    #expect(model.makeStartingSlabs(groups, of: 0).count == 20)
    #expect(model.sample().caches[0].slabsByOrder[0...1] == [1, 2] && model.sample().caches[0].orderFallbacks == 0)
  }

  @Test func unknownOrderOfTheNodeListIsRandom() {
    var start = cache(slabs: 8, freeObjectsOnNode: 0)
    start.occupancy = [
      StartingState.SlabGroup(.node, objectsInUse: 1, count: 20), .init(.full, objectsInUse: 16, count: 2),
      .init(.node, objectsInUse: 2, count: 20),
    ]
    var random = SplitMix64(seed: 1)
    #expect(start.occupancyInListOrder(random: &random) == start.occupancy)
    start.isNodeOrderKnown = false
    let arranged = start.occupancyInListOrder(random: &random) ?? []
    #expect(arranged.count == 41 && arranged.last?.location == .full && arranged.last?.count == 2)
    #expect(arranged.prefix(40).filter { $0.objectsInUse == 1 }.count == 20)
    #expect(Set(arranged.prefix(20).map(\.objectsInUse)).count == 2)
  }

  @Test func reportedParametersReplaceFormulasButNotBootParameters() {
    var reported = layout
    (reported.objectSize, reported.order, reported.minimumPartial) = (250, 2, 9)
    (reported.cpuPartialSlabs, reported.sheafCapacity) = (4, 32)
    var plain = layout
    plain.applyReported(reported, isOfSameVariant: true, keepingOrder: false)
    #expect(plain == reported)
    var other = layout
    other.applyReported(reported, isOfSameVariant: false, keepingOrder: false)
    #expect(other.cpuPartialSlabs == layout.cpuPartialSlabs && other.sheafCapacity == layout.sheafCapacity)
    #expect(other.order == 2 && other.minimumPartial == 9)
    var booted = layout
    booted.applyReported(reported, isOfSameVariant: true, keepingOrder: true)
    #expect(booted.order == layout.order && booted.minimumPartial == 9)
    // cpuPartialSlabs is kept together with the order, unless the reported cache has no per-CPU partial lists.
    #expect(booted.cpuPartialSlabs == layout.cpuPartialSlabs && booted.sheafCapacity == 32)
    reported.cpuPartialSlabs = 0
    booted.applyReported(reported, isOfSameVariant: true, keepingOrder: true)
    #expect(booted.cpuPartialSlabs == 0)
  }
}
