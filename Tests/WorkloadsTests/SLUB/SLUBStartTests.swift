import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Where the model's caches begin.
@Suite struct SLUBStartTests {
  /// 16 objects a slab of 256 bytes; CPU lists of 7 slabs, min_partial 5.
  private let layout = SLUBCacheLayout(
    name: "c", objectSize: 256, stride: 256, parameters: SLUBParameters(), cpus: 2)

  private func cache(slabs: Int, freeOnNode: Int) -> StartingState.Cache {
    StartingState.Cache(
      name: "c", stride: 256, order: 0, objectsPerSlab: 16, activeObjects: slabs * 16 - freeOnNode,
      totalObjects: slabs * 16, slabs: slabs)
  }

  private func groups(slabs: Int, freeOnNode: Int, seed: UInt64 = 1) -> [StartingState.SlabGroup] {
    var random = SplitMix64(seed: seed)
    return cache(slabs: slabs, freeOnNode: freeOnNode).estimatedOccupancy(layout, cpus: 2, random: &random)
  }

  @Test func theNodeHasTheFreeObjectsThatSlabinfoShows() {
    // Four empty slabs (min_partial - 1), then half full ones: 64 + 8 + 8 + 3.
    let node = groups(slabs: 40, freeOnNode: 83).filter { $0.place == .node }
    #expect(node.map(\.objectsInUse) == [0, 0, 0, 0, 8, 8, 13])
    // Fewer objects than an empty slab has.
    #expect(groups(slabs: 40, freeOnNode: 7).filter { $0.place == .node }.map(\.objectsInUse) == [9])
    #expect(groups(slabs: 40, freeOnNode: 0).allSatisfy { $0.place != .node })
  }

  @Test func eachCPUHasASlabAndHalfAListOfNearlyEmptyOnes() {
    let all = groups(slabs: 40, freeOnNode: 83)
    for cpu in 0..<2 {
      #expect(all.filter { $0.place == .cpuSlab(cpu: cpu) }.map(\.objectsInUse) == [8])
      let list = all.filter { $0.place == .cpuPartial(cpu: cpu) }
      #expect(list.count == 3 && list.allSatisfy { (0...4).contains($0.objectsInUse) })
    }
    // The rest is full, and no slab is left out or invented.
    #expect(all.last == StartingState.SlabGroup(.full, objectsInUse: 16, count: 40 - 7 - 2 - 6))
    #expect(all.reduce(0) { $0 + $1.count } == 40)
  }

  @Test(arguments: [0, 1, 2, 3, 5, 9]) func aCacheOfFewSlabsHasNoMore(slabs: Int) {
    for free in Set([0, min(1, slabs), slabs * 8, slabs * 16]) {
      let all = groups(slabs: slabs, freeOnNode: free)
      #expect(all.reduce(0) { $0 + $1.count } == slabs)
      let onNode = all.filter { $0.place == .node }.reduce(0) { $0 + 16 - $1.objectsInUse }
      #expect(onNode == free, "\(slabs) slabs, \(free) free")
    }
  }

  @Test func slabsGoToCPUsBeforeAnyIsTakenForFull() {
    #expect(groups(slabs: 3, freeOnNode: 0).map(\.place) == [.cpuSlab(cpu: 0), .cpuSlab(cpu: 1), .cpuPartial(cpu: 0)])
    // Exactly an empty slab's objects are free on the node.
    #expect(groups(slabs: 40, freeOnNode: 16).filter { $0.place == .node }.map(\.objectsInUse) == [0])
  }

  @Test func slabsOfOneObjectAreEmptyOrFull() {
    let cache = StartingState.Cache(
      name: "c", stride: 8192, order: 1, objectsPerSlab: 1, activeObjects: 15, totalObjects: 22, slabs: 22)
    var random = SplitMix64(seed: 1)
    let all = cache.estimatedOccupancy(
      SLUBCacheLayout(name: "c", objectSize: 8192, stride: 8192, parameters: SLUBParameters(), cpus: 2), cpus: 2,
      random: &random)
    #expect(all.filter { $0.place == .node }.map(\.objectsInUse) == [0, 0, 0, 0, 0, 0, 0])
    #expect(all.allSatisfy { (0...1).contains($0.objectsInUse) } && all.reduce(0) { $0 + $1.count } == 22)
  }

  @Test func theSeedDecidesOnlyWhatIsNotKnown() {
    let seeds = (1...8).map { groups(slabs: 40, freeOnNode: 83, seed: UInt64($0)) }
    #expect(Set(seeds.map { $0.filter { $0.place == .node } }).count == 1)
    #expect(Set(seeds).count > 4 && groups(slabs: 40, freeOnNode: 83, seed: 3) == seeds[2])
  }

  @Test func slabsAreLaidOutOnTheirLists() throws {
    typealias Group = StartingState.SlabGroup
    var model = try SLUBSupport.model()
    let groups = [
      Group(.node, objectsInUse: 1), Group(.node, objectsInUse: 2), Group(.cpuSlab(cpu: 1), objectsInUse: 3),
      Group(.cpuPartial(cpu: 0), objectsInUse: 1), Group(.cpuPartial(cpu: 0), objectsInUse: 0),
      Group(.full, objectsInUse: 4, count: 2),
    ]
    let residents = model.layOut(groups, of: 0)
    #expect(residents.count == 15 && model.liveObjects(of: 0) == 15 && model.slabCount(of: 0) == 7)
    #expect(model.node.map { model.inUse($0) } == [1, 2] && model.inUse(model.cpuSlab(1)) == 3)
    // The first group of a CPU's list is the first that it uses.
    #expect(model.cpuPartial().map { model.inUse($0) } == [1, 0] && model.cpuSlab(0) == SLUBModel.none)
    #expect(model.activeObjects(of: 0) == 28 - 5 && model.validate() == [])
    // Nothing of it happened.
    #expect(model.sample().caches[0].slabsGrown == 0 && model.sample().caches[0].allocations == 0)
    // Nothing has to grow until the free objects are used up: CPU 1 has one, the node five.
    _ = model.allocate(6, on: 1)
    #expect(model.slabCount(of: 0) == 7)
    _ = model.allocate(1, on: 1)
    #expect(model.slabCount(of: 0) == 8)
  }

  @Test func sinceLinux7SlabsOfCPUsBeginOnTheNode() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0), .sheaves)
    _ = model.layOut(
      [StartingState.SlabGroup(.cpuSlab(cpu: 0), objectsInUse: 2), .init(.cpuPartial(cpu: 1), objectsInUse: 1)], of: 0)
    #expect(model.node.map { model.inUse($0) } == [2, 1] && model.validate() == [])
  }

  @Test func sheavesBeginHalfFull() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 4))
    var residents = model.layOut([StartingState.SlabGroup(.full, objectsInUse: 4, count: 3)], of: 0)
    model.fillSheaves(of: 0, from: &residents)
    // Two objects for each CPU, free in its sheaf, in use for their slab.
    #expect(residents.count == 8 && model.liveObjects(of: 0) == 8 && model.states[0].objectsInSheaves == 4)
    #expect(model.activeObjects(of: 0) == 12 && model.validate() == [])
  }

  @Test func sheavesBeginWithTheObjectsThatTheKernelHadInThem() throws {
    for (objects, expected) in [(0, 0), (3, 3), (8, 8), (15, 15), (17, 17), (1000, 48)] {
      var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 4))
      var residents = model.layOut([StartingState.SlabGroup(.full, objectsInUse: 4, count: 12)], of: 0)
      model.fillSheaves(of: 0, with: objects, from: &residents)
      #expect(model.states[0].objectsInSheaves == expected && residents.count == 48 - expected, "\(objects)")
      #expect(model.liveObjects(of: 0) == 48 - expected && model.validate() == [])
    }
    // Both CPUs have some.
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 4))
    var residents = model.layOut([StartingState.SlabGroup(.full, objectsInUse: 4, count: 2)], of: 0)
    model.fillSheaves(of: 0, with: 3, from: &residents)
    #expect((0..<2).map { model.sheaves.count(model.cpus[$0].mainSheaf) } == [2, 1])
  }

  @Test func slabsOfAFallbackOrderBeginWithIt() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(order: 1))
    let groups = [
      StartingState.SlabGroup(.full, objectsInUse: 4, fallbackOrder: 0), .init(.full, objectsInUse: 8, count: 2),
    ]
    #expect(model.layOut(groups, of: 0).count == 20)
    #expect(model.sample().caches[0].slabsByOrder[0...1] == [1, 2] && model.sample().caches[0].orderFallbacks == 0)
  }

  @Test func aNodesUnknownOrderIsDrawn() {
    var start = cache(slabs: 8, freeOnNode: 0)
    start.occupancy = [
      StartingState.SlabGroup(.node, objectsInUse: 1, count: 20), .init(.full, objectsInUse: 16, count: 2),
      .init(.node, objectsInUse: 2, count: 20),
    ]
    var random = SplitMix64(seed: 1)
    #expect(start.arrangedOccupancy(random: &random) == start.occupancy)
    start.isNodeOrderKnown = false
    let arranged = start.arrangedOccupancy(random: &random) ?? []
    #expect(arranged.count == 41 && arranged.last?.place == .full && arranged.last?.count == 2)
    #expect(arranged.prefix(40).filter { $0.objectsInUse == 1 }.count == 20)
    #expect(Set(arranged.prefix(20).map(\.objectsInUse)).count == 2)
  }

  @Test func aKernelsParametersReplaceFormulasNotPolicies() {
    var reported = layout
    (reported.objectSize, reported.order, reported.minimumPartial) = (250, 2, 9)
    (reported.cpuPartialSlabs, reported.sheafCapacity) = (4, 32)
    var plain = layout
    plain.adopt(reported, isOfSameVariant: true, keepingOrder: false)
    #expect(plain == reported)
    var other = layout
    other.adopt(reported, isOfSameVariant: false, keepingOrder: false)
    #expect(other.cpuPartialSlabs == layout.cpuPartialSlabs && other.sheafCapacity == layout.sheafCapacity)
    #expect(other.order == 2 && other.minimumPartial == 9)
    var booted = layout
    booted.adopt(reported, isOfSameVariant: true, keepingOrder: true)
    #expect(booted.order == layout.order && booted.minimumPartial == 9)
    // The limit of CPUs' lists in slabs goes with the order, unless there are no lists.
    #expect(booted.cpuPartialSlabs == layout.cpuPartialSlabs && booted.sheafCapacity == 32)
    reported.cpuPartialSlabs = 0
    booted.adopt(reported, isOfSameVariant: true, keepingOrder: true)
    #expect(booted.cpuPartialSlabs == 0)
  }
}
