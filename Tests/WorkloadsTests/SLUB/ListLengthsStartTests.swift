import Testing

@testable import Workloads

/// Tests of the slabs before the first event if the lengths of the kernel's lists are known.
@Suite struct ListLengthsStartTests {
  /// Cache with 16 objects of 256 bytes per slab and a min_partial of 5.
  private let layout = SLUBCacheLayout(
    name: "c", objectSize: 256, stride: 256, parameters: SLUBParameters(), cpus: 2)

  private func groups(
    slabs: Int, _ lists: StartingState.SlabLists, objects: Int = 16, seed: UInt64 = 1
  ) -> [StartingState.SlabGroup] {
    var cache = StartingState.Cache(
      name: "c", stride: 256, order: 0, objectsPerSlab: objects,
      activeObjects: slabs * objects - lists.node * objects + lists.objectsOnNode, totalObjects: slabs * objects,
      slabs: slabs)
    cache.lists = lists
    var random = SplitMix64(seed: seed)
    return cache.estimatedOccupancy(layout, cpus: 2, random: &random)
  }

  @Test(arguments: 1...5) func estimateKeepsTheLengthOfEachList(seed: UInt64) {
    let lists = StartingState.SlabLists(node: 10, objectsOnNode: 69, cpuSlabs: 2, cpuPartial: [2, 1])
    let groups = groups(slabs: 50, lists, seed: seed)
    let node = groups.filter { $0.location == .node }.map(\.objectsInUse)
    #expect(node.count == 10 && node.reduce(0, +) == 69 && node.allSatisfy { (0...15).contains($0) })
    // 43 % of the objects are in use: the estimate is that one third of the slabs is empty, at most min_partial.
    #expect(node.filter { $0 == 0 }.count == 3)
    #expect(groups.filter { $0.location == .cpuPartial(cpu: 0) }.count == 2)
    #expect(groups.filter { $0.location == .cpuPartial(cpu: 1) }.count == 1)
    for cpu in 0..<2 { #expect(groups.filter { $0.location == .cpuSlab(cpu: cpu) }.count == 1) }
    // The estimate is that 66 % of the five slabs of the CPUs are not empty.
    let used = groups.filter { $0.location != .node && $0.location != .full && $0.objectsInUse > 0 }
    #expect((3...4).contains(used.count) && used.allSatisfy { $0.objectsInUse < 16 })
    #expect(groups.last == StartingState.SlabGroup(.full, objectsInUse: 16, count: 35))
    #expect(groups == self.groups(slabs: 50, lists, seed: seed))
  }

  @Test func cacheWithoutFullSlabsHasNoObjectsInUseOnCPUs() {
    let lists = StartingState.SlabLists(node: 0, objectsOnNode: 0, cpuSlabs: 2, cpuPartial: [8, 4])
    #expect(groups(slabs: 14, lists).allSatisfy { $0.objectsInUse == 0 } && groups(slabs: 14, lists).count == 14)
    let empty = StartingState.SlabLists(node: 4, objectsOnNode: 0, cpuSlabs: 2, cpuPartial: [1, 2])
    #expect(groups(slabs: 9, empty).allSatisfy { $0.objectsInUse == 0 } && groups(slabs: 9, empty).count == 9)
  }

  @Test func anyListLengthsKeepTheNumberOfSlabs() {
    for objects in [1, 2, 16] {
      for node in [0, 1, 3, 7, 40] {
        for inUse in [0, 1, node, node * objects / 2, node * objects] {
          for lists in [[], [0, 0], [3], [9, 9, 9]] {
            let all = groups(
              slabs: 12, .init(node: node, objectsOnNode: inUse, cpuSlabs: 2, cpuPartial: lists), objects: objects)
            #expect(all.reduce(0) { $0 + $1.count } == 12)
            #expect(
              all.allSatisfy {
                (0...objects).contains($0.objectsInUse) && ($0.location == .full || $0.objectsInUse < max(2, objects))
              })
            let onNode = all.filter { $0.location == .node }
            #expect(onNode.reduce(0) { $0 + $1.objectsInUse } == min(inUse, onNode.count * (objects - 1)))
          }
        }
      }
    }
  }
}
