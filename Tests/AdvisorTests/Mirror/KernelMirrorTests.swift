import Recordings
import SlabEngine
import Telemetry
import Testing

@testable import Advisor
@testable import Workloads

/// Mirrors of made-up kernels.
struct KernelMirrorTests {
  private static let symbols = ["alloc_file", "filp", "sock_alloc", "kmalloc-cg-1k", "skb_release_data"]

  /// Returns random allocations and frees of two caches, in which no free is missing.
  private func events(_ count: Int, seed: UInt64) -> [AllocationEvent] {
    var random = SplitMix64(seed: seed)
    var slots = SlotAllocator()
    var live: [(slot: UInt32, cache: UInt32)] = []
    return (0..<count).map { index in
      let cpu = UInt16.random(in: 0...1, using: &random)
      let time = UInt64(1_000_000 + index * 10)
      if live.count > 50, Int.random(in: 0..<1000, using: &random) < 480 {
        let object = live.remove(at: Int.random(in: 0..<live.count, using: &random))
        slots.free(object.slot)
        return AllocationEvent(
          time: time, slot: object.slot, requestedBytes: 0, allocatedBytes: 0, site: 4, cache: object.cache, cpu: cpu,
          kind: object.cache == 1 ? .kmemCacheFree : .kfree, outcome: .freed)
      }
      let (isNamed, slot) = (Bool.random(using: &random), slots.allocate())
      live.append((slot, isNamed ? 1 : AllocationEvent.noCache))
      let bytes = isNamed ? 232 : UInt32.random(in: 1...2000, using: &random)
      let allocated = isNamed ? 256 : UInt32(KmallocClasses.size(for: Int(bytes)))
      return AllocationEvent(
        time: time, slot: slot, requestedBytes: bytes, allocatedBytes: allocated, site: isNamed ? 0 : 2,
        cache: isNamed ? 1 : AllocationEvent.noCache, cpu: cpu, kind: isNamed ? .kmemCacheAlloc : .kmalloc,
        outcome: .allocated)
    }
  }

  /// Returns a kernel with one cache of full slabs, and a partial one.
  private func kernel(_ name: String = "filp", liveObjects: Int, slabs: Int = 100) -> Snapshot {
    var occupancy = SlabOccupancy(name: name)
    (occupancy.parameters.objectSize, occupancy.parameters.stride) = (232, 256)
    (occupancy.parameters.preferredOrder, occupancy.parameters.minimumOrder) = (0, 0)
    (occupancy.parameters.objectsPerPreferredSlab, occupancy.parameters.objectsPerMinimumSlab) = (16, 16)
    let (full, rest) = liveObjects.quotientAndRemainder(dividingBy: 16)
    occupancy.groups = [SlabGroup(list: .full, order: 0, objects: 16, objectsInUse: 16, slabs: full)]
    if rest > 0 {
      occupancy.groups.append(SlabGroup(list: .node, order: 0, objects: 16, objectsInUse: rest, slabs: 1))
    }
    var snapshot = Snapshot()
    snapshot.caches = [CacheSnapshot(occupancy, pageBytes: 4096)]
    return snapshot
  }

  @Test(arguments: [Policy.hemment, .linux])
  func eventsFedLiveGiveTheSlabsOfAReplay(policy: Policy) throws {
    let events = events(20_000, seed: 7)
    let mirror = try KernelMirror(of: Snapshot(), policy: policy, cpuCount: 2)
    var next = 0
    var random = SplitMix64(seed: 3)
    while next < events.count {
      let end = min(events.count, next + Int.random(in: 1...500, using: &random))
      try mirror.play(events[next..<end], symbols: KernelMirrorTests.symbols)
      next = end
    }
    let comparison = try mirror.compare(with: Snapshot(), at: events[events.count - 1].time)
    let source = LiveEvents(symbols: KernelMirrorTests.symbols, cpuCount: 2)
    source.add(events, symbols: KernelMirrorTests.symbols)
    var replay = try PolicyPlayer(
      source, policy: policy, memoryBytes: 512 << 20, seed: 1, verification: .off, start: StartingState())
    var left = events.count
    while left > 0 { left -= try replay.play(upTo: left) }
    let replayed = Snapshot(replay.sample())
    #expect(comparison.mirrorBytes == replayed.slabBytes && replayed.slabBytes > 0)
    func figures(_ snapshot: Snapshot) -> [String: [Int]] {
      Dictionary(
        uniqueKeysWithValues: snapshot.caches.map { ($0.name, [$0.activeObjects, $0.totalObjects, $0.slabs]) })
    }
    #expect(figures(comparison.mirror) == figures(replayed))
    #expect(comparison.counts.correctedFrees == 0 && comparison.counts.events == events.count)
  }

  @Test func startHasTheSlabsAndObjectsOfTheKernel() throws {
    for policy in [Policy.hemment, .linux] {
      let mirror = try KernelMirror(of: kernel(liveObjects: 1603), policy: policy, cpuCount: 2)
      let comparison = try mirror.compare(with: kernel(liveObjects: 1603), at: 1)
      #expect(comparison.counts.olderObjects == 1603 && comparison.counts.followedObjects == 0)
      #expect(comparison.kernelBytes == 101 * 4096 && comparison.modelBytes == comparison.kernelBytes)
      #expect(comparison.modelError.current == 0 && comparison.modelError.comparisons == 1)
      #expect(comparison.mirror.caches.first { $0.name == "filp" }?.activeObjects == 1603)
      #expect(comparison.mirrorRoundingBytes == 0)
    }
  }

  @Test func objectsFreedWithoutAnEventAreFreedByTheCountsOfTheKernel() throws {
    let mirror = try KernelMirror(of: kernel(liveObjects: 1600), policy: .hemment, cpuCount: 2)
    func allocation(_ slot: UInt32, _ time: UInt64) -> AllocationEvent {
      AllocationEvent(
        time: time, slot: slot, requestedBytes: 232, allocatedBytes: 256, site: 0, cache: 1, cpu: 0,
        kind: .kmemCacheAlloc, outcome: .allocated)
    }
    var events = (0..<400).map { allocation(UInt32($0), UInt64($0)) }
    // The first address is allocated again: its object was freed without an event.
    events.append(allocation(0, 400))
    events[400].outcome = .allocatedOverLive
    try mirror.play(events[...], symbols: KernelMirrorTests.symbols)
    // The kernel has freed 300 more.
    var comparison = try mirror.compare(with: kernel(liveObjects: 1700), at: 500)
    #expect(comparison.counts.unseenFreesByAddress == 1 && comparison.counts.correctedFrees == 300)
    #expect(comparison.counts.olderObjects + comparison.counts.followedObjects == 1700)
    #expect(comparison.mirror.caches.first { $0.name == "filp" }?.activeObjects == 1700)
    // The events of frees that were corrected before are ignored; the others free their objects.
    let frees = (0..<400).map { slot in
      AllocationEvent(
        time: UInt64(600 + slot), slot: UInt32(slot), requestedBytes: 0, allocatedBytes: 0, site: 4, cache: 1, cpu: 1,
        kind: .kmemCacheFree, outcome: .freed)
    }
    try mirror.play(frees[...], symbols: KernelMirrorTests.symbols)
    comparison = try mirror.compare(with: kernel(liveObjects: 1600), at: 1100)
    #expect(comparison.counts.olderObjects + comparison.counts.followedObjects == 1600)
    #expect(comparison.mirror.caches.first { $0.name == "filp" }?.activeObjects == 1600)
    // Objects that the kernel allocated without an event are added, and go first when it has fewer.
    comparison = try mirror.compare(with: kernel(liveObjects: 2400), at: 1200)
    #expect(comparison.counts.correctedAllocations >= 800)
    #expect(comparison.mirror.caches.first { $0.name == "filp" }?.activeObjects == 2400)
    comparison = try mirror.compare(with: kernel(liveObjects: 1600), at: 1300)
    #expect(comparison.mirror.caches.first { $0.name == "filp" }?.activeObjects == 1600)
  }

  @Test func freesOfOlderObjectsWithoutACacheAreAssignedByTheCountsOfTheKernel() throws {
    var start = kernel(liveObjects: 1600)
    start.caches += kernel("kmalloc-256", liveObjects: 1600).caches
    let mirror = try KernelMirror(of: start, policy: .hemment, cpuCount: 2)
    let free = AllocationEvent(
      time: 5, slot: AllocationEvent.noSlot, requestedBytes: 0, allocatedBytes: 0, site: 4,
      cache: AllocationEvent.noCache, cpu: 0, kind: .kfree, outcome: .unmatched)
    try mirror.play([AllocationEvent](repeating: free, count: 200)[...], symbols: KernelMirrorTests.symbols)
    var now = kernel(liveObjects: 1600)
    now.caches += kernel("kmalloc-256", liveObjects: 1400).caches
    let comparison = try mirror.compare(with: now, at: 10)
    #expect(comparison.counts.freesOfUnknownCaches == 200 && comparison.counts.correctedFrees == 200)
    #expect(comparison.mirror.caches.first { $0.name == "kmalloc-256" }?.activeObjects == 1400)
    #expect(comparison.mirror.caches.first { $0.name == "filp" }?.activeObjects == 1600)
  }

  @Test func unknownObjectsOnCPUsBoundTheObjectsFromAboveOnly() throws {
    func slabinfo(_ active: Int) -> Snapshot {
      var snapshot = kernel(liveObjects: active)
      snapshot.caches[0].occupancy = nil
      return snapshot
    }
    let mirror = try KernelMirror(of: slabinfo(1600), policy: .hemment, cpuCount: 2)
    #expect(try mirror.compare(with: slabinfo(2000), at: 1).counts.correctedAllocations == 0)
    #expect(try mirror.compare(with: slabinfo(1500), at: 2).counts.correctedFrees == 100)
  }

  @Test func cachesOfOneNameAreLeftOutAndNamed() throws {
    var start = kernel(liveObjects: 160)
    start.caches += kernel("nfs", liveObjects: 160).caches + kernel("nfs", liveObjects: 320).caches
    let comparison = try KernelMirror(of: start, policy: .hemment, cpuCount: 2).compare(with: start, at: 1)
    #expect(comparison.omittedCaches == ["nfs"] && comparison.kernel.caches.map(\.name) == ["filp"])
  }

  @Test func kmallocCachesOfOneSizeAreCombinedForAnEngine() throws {
    var start = kernel("kmalloc-256", liveObjects: 160)
    start.caches += kernel("kmalloc-cg-256", liveObjects: 320).caches
    let engine = try KernelMirror(of: start, policy: .hemment, cpuCount: 2).compare(with: start, at: 1)
    #expect(engine.kernel.caches.map(\.name) == ["kmalloc-256"] && engine.kernel.caches[0].activeObjects == 480)
    #expect(engine.kernelBytes == start.slabBytes)
    let model = try KernelMirror(of: start, policy: .linux, cpuCount: 2).compare(with: start, at: 1)
    #expect(model.kernel.caches.count == 2)
  }

  @Test func errorOfTheModelHasCurrentMeanAndWorst() {
    var error = ModelError()
    error.add(modelBytes: 1, kernelBytes: 0)
    #expect(error == ModelError())
    for bytes in [110, 80, 101] { error.add(modelBytes: bytes, kernelBytes: 100) }
    #expect(error.current == 1 && error.worst == -20 && error.comparisons == 3)
    #expect(abs(error.mean - 31.0 / 3) < 1e-9)
  }
}
