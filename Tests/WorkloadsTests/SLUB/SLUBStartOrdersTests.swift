import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// The caches' slabs at the start if boot parameters change their page orders.
@Suite struct SLUBStartOrdersTests {
  private typealias Group = StartingState.SlabGroup

  /// Objects of 1 KiB, 4 in a page; up to 5 empty slabs stay on the node.
  private func layout(order: Int) -> SLUBCacheLayout { SLUBSupport.layout(minimumPartial: 5, order: order) }

  private func laidOut(_ groups: [Group], from old: Int, to new: Int) -> [Group] {
    groups.laidOut(from: layout(order: old), to: layout(order: new))
  }

  private func inUse(_ groups: [Group], on place: Group.Place) -> [Int] {
    groups.filter { $0.place == place }.flatMap { Array(repeating: $0.objectsInUse, count: $0.count) }
  }

  @Test func slabsOfALowerOrderAreAsFullAndHaveTheSameObjects() {
    let groups = [
      Group(.node, objectsInUse: 4, count: 2), Group(.cpuSlab(cpu: 0), objectsInUse: 6),
      Group(.cpuPartial(cpu: 1), objectsInUse: 1), Group(.full, objectsInUse: 8, count: 3),
    ]
    let lower = laidOut(groups, from: 1, to: 0)
    // The rest of the 39 live objects is full slabs and a last one on the node.
    #expect(inUse(lower, on: .node) == [2, 2, 2, 2, 3] && inUse(lower, on: .full) == [4, 4, 4, 4, 4, 4])
    #expect(inUse(lower, on: .cpuSlab(cpu: 0)) == [3] && inUse(lower, on: .cpuPartial(cpu: 1)) == [1, 0])
    // The same order changes nothing but the grouping.
    let same = laidOut(groups, from: 1, to: 1)
    #expect(inUse(same, on: .node) == [4, 4] && inUse(same, on: .full) == [8, 8, 8])
    #expect(inUse(same, on: .cpuSlab(cpu: 0)) == [6] && inUse(same, on: .cpuPartial(cpu: 1)) == [1])
  }

  @Test func slabsOfAHigherOrderAreJoined() {
    let groups = [
      Group(.node, objectsInUse: 1, count: 3), Group(.cpuSlab(cpu: 0), objectsInUse: 2),
      Group(.full, objectsInUse: 4, count: 5),
    ]
    let higher = laidOut(groups, from: 0, to: 2)
    // 12 objects of the node with 3 in use are one slab of 16, as full; the CPU's slab takes live objects of full ones.
    #expect(inUse(higher, on: .node) == [4, 13] && inUse(higher, on: .cpuSlab(cpu: 0)) == [8])
    #expect(inUse(higher, on: .full) == [])
    // No more live objects than there are.
    let few = laidOut([Group(.cpuSlab(cpu: 0), objectsInUse: 3)], from: 0, to: 2)
    #expect(inUse(few, on: .cpuSlab(cpu: 0)) == [3] && few.count == 1)
    // Slabs of the fallback order are counted with their own objects.
    let fallback = laidOut([Group(.full, objectsInUse: 4, count: 2, fallbackOrder: 0)], from: 1, to: 2)
    #expect(inUse(fallback, on: .node) == [8])
  }

  @Test func theNodeKeepsNoMoreEmptySlabsThanSLUBWould() {
    let lower = laidOut([Group(.node, objectsInUse: 0, count: 4), Group(.node, objectsInUse: 8)], from: 3, to: 0)
    #expect(inUse(lower, on: .node) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test(arguments: 1...40) func liveObjectsAreTheSameAndListsKeepTheirShareOfFreeObjects(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let stride = [8, 96, 256, 704, 1024, 4096, 8192].randomElement(using: &random)!
    let least = SLUBParameters.order(ofBytes: stride)
    func layout(_ order: Int) -> SLUBCacheLayout {
      SLUBSupport.layout(minimumPartial: 1000, order: max(order, least), stride: stride)
    }
    let (old, new) = (layout(.random(in: 0...3, using: &random)), layout(.random(in: 0...3, using: &random)))
    let places: [Group.Place] = [.node, .cpuSlab(cpu: 0), .cpuSlab(cpu: 1), .cpuPartial(cpu: 0), .cpuPartial(cpu: 1)]
    var groups = places.flatMap { place -> [Group] in
      if case .cpuSlab = place {
        return [Group(place, objectsInUse: .random(in: 0..<old.objectsPerSlab, using: &random))]
      }
      return (0..<4).map { _ in
        Group(
          place, objectsInUse: .random(in: 0..<old.objectsPerSlab, using: &random),
          count: .random(in: 1...9, using: &random))
      }
    }
    groups.append(Group(.full, objectsInUse: old.objectsPerSlab, count: .random(in: 20...50, using: &random)))
    let live = groups.reduce(0) { $0 + $1.objectsInUse * $1.count }
    let result = groups.laidOut(from: old, to: new)
    #expect(result.reduce(0) { $0 + $1.objectsInUse * $1.count } == live)
    for place in [Group.Place.cpuPartial(cpu: 0), .cpuPartial(cpu: 1)] {
      let (before, after) = (inUse(groups, on: place), inUse(result, on: place))
      #expect(abs(before.count * old.objectsPerSlab - after.count * new.objectsPerSlab) <= new.objectsPerSlab)
      let shares = [
        Double(before.reduce(0, +)) / Double(before.count * old.objectsPerSlab),
        Double(after.reduce(0, +)) / Double(max(1, after.count) * new.objectsPerSlab),
      ]
      if after.count > 1 { #expect(abs(shares[0] - shares[1]) < 0.5 / Double(after.count) + 0.01, "\(shares)") }
    }
    var model = try SLUBSupport.model(new, memoryBytes: 64 << 20)
    #expect(model.layOut(result, of: 0).count == live && model.liveObjects(of: 0) == live && model.validate() == [])
  }

  /// A cache of 256 bytes as a kernel with two CPUs has it, and one of an order that no formula gives.
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

  @Test func bootParametersChangeTheOrdersThatTheFormulaExplains() throws {
    let recorded = try player(SLUBParameters())
    #expect(recorded.model.layouts.map(\.order) == [2, 3] && recorded.cachesOfUnexplainedOrder == ["odd"])
    var parameters = SLUBParameters()
    parameters.maximumOrder = 1
    let booted = try player(parameters)
    #expect(booted.model.layouts.map(\.order) == [1, 3] && booted.model.validate() == [])
    #expect(recorded.pageOrders(under: parameters) == [1, 3])
    #expect(booted.model.liveObjects(of: 0) == 150 && recorded.model.liveObjects(of: 0) == 150)
    // The node's 16 objects, 6 of them in use, are two slabs of 8; all others are full.
    #expect(booted.model.slabCount(of: 0) == 20 && booted.model.activeObjects(of: 0) == 150)
    // CPUs' lists hold as many slabs as the formula says for slabs of that order.
    #expect(booted.model.layouts[0].cpuPartialSlabs == 6 && recorded.model.layouts[0].cpuPartialSlabs == 3)
  }

  @Test func theNumberOfCPUsFollowsFromTheOrders() {
    func orders(cpus: Int) -> StartingState {
      StartingState(
        caches: [64, 136, 192, 320, 512, 704, 1088, 2048, 4096].map { stride in
          let order = SLUBParameters().order(stride: stride, cpus: cpus)
          return StartingState.Cache(
            name: "\(stride)", stride: stride, order: order, objectsPerSlab: (4096 << order) / stride, activeObjects: 0,
            totalObjects: 0, slabs: 0)
        })
    }
    // The events of a machine of 64 CPUs came from four of them.
    #expect(orders(cpus: 64).cpusOfOrders(besides: 4) == 64)
    #expect(orders(cpus: 3).cpusOfOrders(besides: 3) == 3 && orders(cpus: 2).cpusOfOrders(besides: 3) == 3)
    #expect(StartingState().cpusOfOrders(besides: 6) == 6)
  }
}
