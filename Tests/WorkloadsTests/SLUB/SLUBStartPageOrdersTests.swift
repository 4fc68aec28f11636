import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of the conversion of starting slabs to other page orders.
@Suite struct SLUBStartPageOrdersTests {
  private typealias Group = StartingState.SlabGroup

  /// Parameters of a cache with 4 objects of 1 KiB per page and a min_partial of 5.
  private func layout(order: Int) -> SLUBCacheLayout { SLUBSupport.layout(minimumPartial: 5, order: order) }

  private func rearranged(_ groups: [Group], from old: Int, to new: Int) -> [Group] {
    groups.rearranged(from: layout(order: old), to: layout(order: new))
  }

  private func inUse(_ groups: [Group], on location: Group.Location) -> [Int] {
    groups.filter { $0.location == location }.flatMap { Array(repeating: $0.objectsInUse, count: $0.count) }
  }

  @Test func lowerOrderKeepsObjectsAndTheirShareInUse() {
    let groups = [
      Group(.node, objectsInUse: 4, count: 2), Group(.cpuSlab(cpu: 0), objectsInUse: 6),
      Group(.cpuPartial(cpu: 1), objectsInUse: 1), Group(.full, objectsInUse: 8, count: 3),
    ]
    let lower = rearranged(groups, from: 1, to: 0)
    // The other live objects of 39 are in full slabs and in a last partial slab on the node.
    #expect(inUse(lower, on: .node) == [2, 2, 2, 2, 3] && inUse(lower, on: .full) == [4, 4, 4, 4, 4, 4])
    #expect(inUse(lower, on: .cpuSlab(cpu: 0)) == [3] && inUse(lower, on: .cpuPartial(cpu: 1)) == [1, 0])
    // A conversion to the same order changes only the grouping.
    let same = rearranged(groups, from: 1, to: 1)
    #expect(inUse(same, on: .node) == [4, 4] && inUse(same, on: .full) == [8, 8, 8])
    #expect(inUse(same, on: .cpuSlab(cpu: 0)) == [6] && inUse(same, on: .cpuPartial(cpu: 1)) == [1])
  }

  @Test func higherOrderCombinesSlabs() {
    let groups = [
      Group(.node, objectsInUse: 1, count: 3), Group(.cpuSlab(cpu: 0), objectsInUse: 2),
      Group(.full, objectsInUse: 4, count: 5),
    ]
    let higher = rearranged(groups, from: 0, to: 2)
    // The 12 objects of the node, 3 of them in use, become one slab of 16 with the same share in use. The CPU slab uses live
    // objects of the full slabs.
    #expect(inUse(higher, on: .node) == [4, 13] && inUse(higher, on: .cpuSlab(cpu: 0)) == [8])
    #expect(inUse(higher, on: .full) == [])
    // The number of live objects does not increase.
    let few = rearranged([Group(.cpuSlab(cpu: 0), objectsInUse: 3)], from: 0, to: 2)
    #expect(inUse(few, on: .cpuSlab(cpu: 0)) == [3] && few.count == 1)
    // Slabs of a fallback order have fewer objects.
    let fallback = rearranged([Group(.full, objectsInUse: 4, count: 2, fallbackOrder: 0)], from: 1, to: 2)
    #expect(inUse(fallback, on: .node) == [8])
  }

  @Test func convertedNodeListHasAtMostMinPartialEmptySlabs() {
    let lower = rearranged([Group(.node, objectsInUse: 0, count: 4), Group(.node, objectsInUse: 8)], from: 3, to: 0)
    #expect(inUse(lower, on: .node) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test(arguments: 1...40) func conversionKeepsLiveObjectsAndShareOfFreeObjects(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let stride = [8, 96, 256, 704, 1024, 4096, 8192].randomElement(using: &random)!
    let least = SLUBParameters.order(ofBytes: stride)
    func layout(_ order: Int) -> SLUBCacheLayout {
      SLUBSupport.layout(minimumPartial: 1000, order: max(order, least), stride: stride)
    }
    let (old, new) = (layout(.random(in: 0...3, using: &random)), layout(.random(in: 0...3, using: &random)))
    let locations: [Group.Location] = [
      .node, .cpuSlab(cpu: 0), .cpuSlab(cpu: 1), .cpuPartial(cpu: 0), .cpuPartial(cpu: 1),
    ]
    var groups = locations.flatMap { location -> [Group] in
      if case .cpuSlab = location {
        return [Group(location, objectsInUse: .random(in: 0..<old.objectsPerSlab, using: &random))]
      }
      return (0..<4).map { _ in
        Group(
          location, objectsInUse: .random(in: 0..<old.objectsPerSlab, using: &random),
          count: .random(in: 1...9, using: &random))
      }
    }
    groups.append(Group(.full, objectsInUse: old.objectsPerSlab, count: .random(in: 20...50, using: &random)))
    let live = groups.reduce(0) { $0 + $1.objectsInUse * $1.count }
    let result = groups.rearranged(from: old, to: new)
    #expect(result.reduce(0) { $0 + $1.objectsInUse * $1.count } == live)
    for location in [Group.Location.cpuPartial(cpu: 0), .cpuPartial(cpu: 1)] {
      let (before, after) = (inUse(groups, on: location), inUse(result, on: location))
      #expect(abs(before.count * old.objectsPerSlab - after.count * new.objectsPerSlab) <= new.objectsPerSlab)
      let shares = [
        Double(before.reduce(0, +)) / Double(before.count * old.objectsPerSlab),
        Double(after.reduce(0, +)) / Double(max(1, after.count) * new.objectsPerSlab),
      ]
      if after.count > 1 { #expect(abs(shares[0] - shares[1]) < 0.5 / Double(after.count) + 0.01, "\(shares)") }
    }
    var model = try SLUBSupport.model(new, memoryBytes: 64 << 20)
    #expect(
      model.makeStartingSlabs(result, of: 0).count == live && model.liveObjects(of: 0) == live && model.validate() == []
    )
  }

  /// State with a cache whose page order is that of the formula for two CPUs, and a cache with another order.
  private var state: StartingState {
    var plain = StartingState.Cache(
      name: "plain", stride: 1024, order: 2, objectsPerSlab: 16, activeObjects: 150, totalObjects: 160, slabs: 10)
    plain.occupancy = [Group(.node, objectsInUse: 6), Group(.full, objectsInUse: 16, count: 9)]
    let odd = StartingState.Cache(
      name: "odd", stride: 256, order: 3, objectsPerSlab: 128, activeObjects: 128, totalObjects: 128, slabs: 1)
    return StartingState(caches: [plain, odd])
  }

  private func player(_ parameters: SLUBParameters) throws -> SLUBPlayer {
    try SLUBPlayer(
      ListSource(events: [], symbols: ["plain", "odd"]), parameters: parameters, memoryBytes: 16 << 20, start: state)
  }

  @Test func bootParametersChangeOnlyOrdersOfTheFormula() throws {
    let recorded = try player(SLUBParameters())
    #expect(recorded.model.layouts.map(\.order) == [2, 3] && recorded.cachesOfUnexplainedOrder == ["odd"])
    var parameters = SLUBParameters()
    parameters.maximumOrder = 1
    let booted = try player(parameters)
    #expect(booted.model.layouts.map(\.order) == [1, 3] && booted.model.validate() == [])
    #expect(recorded.pageOrders(under: parameters) == [1, 3])
    #expect(booted.model.liveObjects(of: 0) == 150 && recorded.model.liveObjects(of: 0) == 150)
    // The 16 objects of the node, 6 of them in use, become two slabs of 8. All other slabs are full.
    #expect(booted.model.slabCount(of: 0) == 20 && booted.model.activeObjects(of: 0) == 150)
    // cpuPartialSlabs follows from the number of objects in a slab of the new order.
    #expect(booted.model.layouts[0].cpuPartialSlabs == 6 && recorded.model.layouts[0].cpuPartialSlabs == 3)
  }

  @Test func numberOfCPUsIsInferredFromPageOrders() {
    func orders(cpus: Int) -> StartingState {
      StartingState(
        caches: [64, 136, 192, 320, 512, 704, 1088, 2048, 4096].map { stride in
          let order = SLUBParameters().order(stride: stride, cpus: cpus)
          return StartingState.Cache(
            name: "\(stride)", stride: stride, order: order, objectsPerSlab: (4096 << order) / stride, activeObjects: 0,
            totalObjects: 0, slabs: 0)
        })
    }
    // The machine has 64 CPUs, but the events came from four of them.
    #expect(orders(cpus: 64).cpuCountFromOrders(default: 4) == 64)
    #expect(orders(cpus: 3).cpuCountFromOrders(default: 3) == 3 && orders(cpus: 2).cpuCountFromOrders(default: 3) == 3)
    #expect(StartingState().cpuCountFromOrders(default: 6) == 6)
  }
}
