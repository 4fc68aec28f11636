import Recordings
import SlabEngine
import Telemetry
import Testing
import Workloads

@testable import Advisor

/// Tests of recordings whose samples contain the occupancy of all slabs.
@Suite struct OccupancyValidationTests {
  private static let symbols = ["f+0x1/0x2", "c", "other"]

  /// Returns a cache with objects of 256 bytes, whose parameters differ from those that SLUB would compute.
  private func cache(_ groups: [SlabGroup], name: String = "c", sheaves: Int = 0) -> SlabOccupancy {
    var cache = SlabOccupancy(name: name)
    (cache.parameters.objectSize, cache.parameters.stride) = (250, 256)
    (cache.parameters.preferredOrder, cache.parameters.objectsPerPreferredSlab) = (1, 32)
    (cache.parameters.minimumOrder, cache.parameters.objectsPerMinimumSlab) = (0, 16)
    (cache.parameters.minPartial, cache.parameters.cpuPartialSlabs) = (7, 3)
    cache.parameters.sheafCapacity = sheaves > 0 ? 4 : 0
    (cache.groups, cache.objectsInSheaves) = (groups, sheaves)
    return cache
  }

  private static let start = [
    SlabGroup(list: .node, order: 1, objects: 32, objectsInUse: 4, slabs: 3),
    SlabGroup(list: .cpuPartial, order: 1, objects: 32, objectsInUse: 8, slabs: 3),
    SlabGroup(list: .cpu, order: 1, objects: 32, objectsInUse: 16, slabs: 2),
    SlabGroup(list: .full, order: 0, objects: 16, objectsInUse: 16, slabs: 2),
    SlabGroup(list: .full, order: 1, objects: 32, objectsInUse: 32, slabs: 5),
  ]

  /// Returns a recording of a sample of `caches`, `allocations` allocations, and samples of `later`.
  private func recording(
    _ caches: [SlabOccupancy], allocations: Int = 1, later: [[SlabOccupancy]]
  ) throws -> Recording {
    var writer = SlabtraceWriter(name: "occupancy", summary: "")
    func add(_ time: UInt64, _ caches: [SlabOccupancy]) {
      let rows = caches.map { cache in
        let (slabs, objects) = (cache.slabs, cache.totalObjects)
        return "\(cache.name) \(objects) \(objects) 256 32 2 : tunables 0 0 0 : slabdata \(slabs) \(slabs) 0\n"
      }
      writer.append(
        KernelSample(time: time, source: .slabinfo, text: "slabinfo - version: 2.1\n# name\n" + rows.joined()))
      writer.append(KernelSample(time: time + 1, source: .occupancy, text: SlabOccupancy.text(of: caches)))
    }
    add(500, caches)
    let events = (0..<allocations).map { number in
      AllocationEvent(
        time: UInt64(1000 + number), slot: UInt32(number), requestedBytes: 250, allocatedBytes: 256, site: 0, cache: 1,
        cpu: UInt16(number & 1), kind: .kmemCacheAlloc, outcome: .allocated)
    }
    writer.append(events, symbols: OccupancyValidationTests.symbols)
    for (index, caches) in later.enumerated() { add(UInt64(100_000 * (index + 1)), caches) }
    return try Recording(
      bytes: writer.finish(symbols: OccupancyValidationTests.symbols, counts: ImportStatistics()), name: "occupancy")
  }

  @Test func startHasEverySlabAndParametersOfKernel() throws {
    let occupancy = cache(OccupancyValidationTests.start, sheaves: 5)
    let kernel = try KernelSamples(try recording([occupancy], allocations: 2, later: [[occupancy]]))
    let start = try #require(kernel.start.caches.first)
    let layout = try #require(start.layout)
    #expect((layout.objectSize, layout.stride, layout.order, layout.minimumOrder) == (250, 256, 1, 0))
    #expect((layout.minimumPartial, layout.cpuPartialSlabs, layout.sheafCapacity) == (7, 3, 4))
    #expect(kernel.start.variant == .cpuSlabs && start.slabs == 15 && start.objectsInSheaves == 5)
    let groups = try #require(start.occupancy)
    #expect(groups.reduce(0) { $0 + $1.count } == 15)
    let lists = [StartingState.SlabGroup.Location.cpuPartial(cpu: 0), .cpuPartial(cpu: 1)]
    #expect(groups.filter { lists.contains($0.location) }.reduce(0) { $0 + $1.count } == 3)
    #expect(Set(groups.map(\.location)).isSuperset(of: [.cpuSlab(cpu: 0), .cpuSlab(cpu: 1)]))
    #expect(groups.filter { $0.fallbackOrder == 0 }.map(\.count) == [2])
    #expect(kernel.observations[0].liveObjects == ["c": occupancy.liveObjects])
    let player = try SLUBPlayer(
      try recording([occupancy], allocations: 2, later: [[occupancy]]), memoryBytes: 64 << 20, start: kernel.start)
    #expect(player.model.validate() == [])
    let sample = try #require(player.sample(mapping: "c").caches.first { $0.name == "c" })
    #expect(sample.liveObjects == occupancy.liveObjects && sample.objectsInMagazines >= 5)
    #expect(sample.slabsByOrder[0] == 2 && sample.slabsByOrder[1] == 13)
    var parts = [Int](repeating: 0, count: 10)
    for slab in try #require(sample.slabs) {
      parts[SlabOccupancy.part(objectsInUse: slab.objectsInUse, of: slab.objects)] += 1
    }
    #expect(parts == occupancy.slabsByOccupancy)
  }

  @Test func replayWithoutChangesHasDistributionOfKernel() throws {
    let occupancy = cache(OccupancyValidationTests.start)
    let validation = try ModelValidation(try recording([occupancy], allocations: 2, later: [[occupancy], [occupancy]]))
    let compared = try #require(validation.occupancy)
    #expect(compared.kernel == compared.model && compared.distances == [0, 0] && compared.kernelChanges == [0, 0])
    #expect(compared.isWithinBounds && compared.caches.map(\.cache) == ["c"])
    #expect(validation.caches[0].model.allSatisfy { $0.slabs == 0 })
    #expect(validation.text.contains("slabs in a different eighth than in the kernel (allowed mean: 15.0 %, within)"))
    #expect(validation.csv.contains(",kernel_partial_1,") && validation.csv.contains(",0,3,3,0,2,0,0,0"))
    #expect(try validation.json().contains("\"mean_distance_by_cache\" : 0"))
  }

  @Test func unseenFreesAreReconciledWithLiveObjectsOfKernel() throws {
    let occupancy = cache(OccupancyValidationTests.start)
    // The recording has 300 allocations without frees. The kernel has no additional live objects in the next sample, and 24
    // fewer in the last one.
    var fewer = occupancy
    fewer.groups[0].objectsInUse = 0
    fewer.groups[1].objectsInUse = 4
    let lost = occupancy.liveObjects - fewer.liveObjects
    let validation = try ModelValidation(try recording([occupancy], allocations: 300, later: [[occupancy], [fewer]]))
    let frees = try #require(validation.unseenFrees)
    #expect(frees.byReconciliation == 300 && frees.residentFreesByReconciliation == lost && lost == 24)
    #expect(ModelValidation.description(of: frees).contains("and 24 by reconciliation"))
  }

  @Test func liveObjectsAreUnknownIfObjectsOnCPUsAreUnknown() throws {
    var unknown = cache(OccupancyValidationTests.start)
    unknown.knowsObjectsOnCPUs = false
    let kernel = try KernelSamples(try recording([unknown], later: [[unknown]]))
    #expect(kernel.observations[0].liveObjects.isEmpty && kernel.start.caches[0].occupancy != nil)
  }

  @Test func cachesOfSameNameAndDifferentStridesAreOmitted() throws {
    var other = cache(OccupancyValidationTests.start)
    (other.parameters.stride, other.parameters.objectSize) = (128, 128)
    let text = SlabOccupancy.text(of: [cache(OccupancyValidationTests.start), other, cache([], name: "d")])
    #expect(try KernelOccupancy(text, joiningKmallocKinds: false).caches.keys.sorted() == ["d"])
    let kinds = SlabOccupancy.text(of: [
      cache(OccupancyValidationTests.start, name: "kmalloc-cg-256"),
      cache(OccupancyValidationTests.start, name: "kmalloc-256"),
    ])
    let joined = try KernelOccupancy(kinds, joiningKmallocKinds: true)
    #expect(joined.caches["kmalloc-256"]?.slabs == 30 && joined.caches.count == 1)
  }

  @Test func variantIsSheavesIfThereAreNoCPULists() throws {
    var newer = cache([SlabGroup(list: .node, order: 1, objects: 32, objectsInUse: 4, slabs: 3)], sheaves: 2)
    newer.parameters.cpuPartialSlabs = 0
    #expect(try KernelOccupancy(SlabOccupancy.text(of: [newer]), joiningKmallocKinds: false).variant == .sheaves)
    newer.parameters.sheafCapacity = 0
    #expect(try KernelOccupancy(SlabOccupancy.text(of: [newer]), joiningKmallocKinds: false).variant == .cpuSlabs)
  }

  @Test func distanceIsShareOfSlabsInDifferentEighths() {
    #expect(ValidatedOccupancy.distance([2, 2, 0], [4, 4, 0]) == 0)
    #expect(ValidatedOccupancy.distance([4, 0, 0], [2, 0, 2]) == 0.5)
    #expect(ValidatedOccupancy.distance([1, 0, 0], [0, 1, 0]) == 1)
    #expect(ValidatedOccupancy.distance([0, 0, 0], [0, 1, 0]) == 1 && ValidatedOccupancy.distance([0], [0]) == 0)
    let wrong = ValidatedOccupancy.Cache(
      cache: "a", kernel: [[3, 0, 0, 0, 0, 0, 0, 0]], model: [[0, 3, 0, 0, 0, 0, 0, 0]])
    let opposite = ValidatedOccupancy.Cache(
      cache: "b", kernel: [[0, 3, 0, 0, 0, 0, 0, 0]], model: [[3, 0, 0, 0, 0, 0, 0, 0]])
    let right = ValidatedOccupancy.Cache(
      cache: "c", kernel: [[0, 0, 0, 0, 0, 0, 0, 6]], model: [[0, 0, 0, 0, 0, 0, 0, 6]])
    let all = ValidatedOccupancy([wrong, opposite, right], start: ["a": [0, 3, 0, 0, 0, 0, 0, 0]])
    #expect(all.distances == [0] && all.distancesByCache == [0.5] && all.kernelChanges == [0.25])
    #expect(all.isWithinBounds && all.caches.map(\.cache) == ["c", "a", "b"])
  }
}
