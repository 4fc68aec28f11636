import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of the player for all policies, on the engine and on the model of SLUB.
@Suite struct PolicyPlayerTests {
  private let start = StartingState(caches: [
    StartingState.Cache(
      name: "TCP", stride: 2368, order: 3, objectsPerSlab: 13, activeObjects: 100, totalObjects: 130, slabs: 10),
    StartingState.Cache(
      name: "kmalloc-1k", stride: 1024, order: 2, objectsPerSlab: 16, activeObjects: 150, totalObjects: 160, slabs: 10),
    StartingState.Cache(
      name: "kmalloc-cg-1k", stride: 1024, order: 2, objectsPerSlab: 16, activeObjects: 160, totalObjects: 160,
      slabs: 10),
    StartingState.Cache(
      name: "dentry", stride: 192, order: 0, objectsPerSlab: 21, activeObjects: 210, totalObjects: 210, slabs: 10),
  ])

  private func source() -> ListSource {
    ListSource(
      events: [
        AllocationEvent(
          time: 1, slot: 0, requestedBytes: 700, allocatedBytes: 1024, site: 0, cache: AllocationEvent.noCache, cpu: 0,
          kind: .kmalloc, outcome: .allocated)
      ], symbols: ["f", "TCP", "kmalloc-cg-1k"])
  }

  @Test(arguments: Policy.presets) func everyPolicyIsPlayed(policy: Policy) throws {
    var player = try PolicyPlayer(WorkloadCatalog.make("burst", seed: 2), policy: policy, memoryBytes: 64 << 20)
    while player.progress.events < 20_000 { _ = try player.play(upTo: 1024) }
    let (engine, unseen, violations) = (player.slabEngine, player.unseenFrees, player.validate())
    #expect((engine == nil) == (policy.slub != nil) && (unseen == nil) == (policy.slub == nil) && violations == [])
    let (sample, live) = (player.sample(), player.progress.liveObjects)
    #expect(sample.caches.reduce(sample.largeObjects) { $0 + $1.liveObjects } == live)
    #expect(sample.memoryBytes == 64 << 20 && player.memoryBytes == 64 << 20)
    let free = sample.freePages
    #expect(player.hogPages(100) == 100 && player.sample().hogPages == 100)
    #expect(player.releaseHogPages(100) == 100 && player.sample().freePages == free)
    #expect(player.policyName == policy.name && player.liveSizes(upTo: 1 << 17).values.reduce(0, +) > 0)
  }

  @Test(arguments: [Policy.hemment, .oneAndAHalf]) func slabMemoryStartsAtThatOfTheKernel(policy: Policy) throws {
    func slabBytes(_ policy: Policy) throws -> Int {
      let player = try PolicyPlayer(source(), policy: policy, memoryBytes: 64 << 20, seed: 3, start: start)
      return player.sample().caches.reduce(0) { $0 + $1.slabBytes }
    }
    // The engine has at most the slab memory of the kernel, less than one kernel slab below it.
    let (kernel, engine) = (try slabBytes(.linux), try slabBytes(policy))
    #expect(engine <= kernel && engine > kernel - 32 << 10)
  }

  @Test func everyPolicyStartsWithTheSameResidents() throws {
    let linux = try PolicyPlayer(source(), policy: .linux, memoryBytes: 64 << 20, seed: 3, start: start)
    let other = try PolicyPlayer(source(), policy: .powerOfTwo, memoryBytes: 64 << 20, seed: 3, start: start)
    func live(_ sample: EngineSample, _ isWanted: (CacheSample) -> Bool) -> [Int] {
      let caches = sample.caches.filter(isWanted)
      return [caches.reduce(0) { $0 + $1.liveObjects }, caches.reduce(0) { $0 + $1.totalObjects }]
    }
    for name in ["TCP", "dentry"] {
      let (first, second) = (live(linux.sample()) { $0.name == name }, live(other.sample()) { $0.name == name })
      #expect(first[0] == second[0], "\(name)")
      // Slabs of the engine and of the kernel differ in size, so that equal slab memory may have fewer objects.
      #expect((first[1] == 130) == (name == "TCP") && second[1] >= first[0] && second[1] <= first[1] + 13)
    }
    // The engine serves all kmalloc types from the same cache.
    let (first, second) = (
      live(linux.sample()) { $0.stride == 1024 }, live(other.sample()) { $0.isGeneral && $0.objectSize == 1024 }
    )
    #expect(first[0] == second[0] && first[1] == 320 && second[1] >= second[0])
  }

  /// The source has unseen frees and allocator metadata, which must not depend on the policy.
  @Test(arguments: Policy.presets.filter { $0.slub?.variant != .sheaves })
  func everyPolicyHasTheSameLiveObjects(policy: Policy) throws {
    let symbols = [
      "__alloc_skb+0x1/0x2", "kmalloc_reserve", "skb_release_data", "alloc_slab_obj_exts", "skbuff_head_cache",
    ]
    func event(
      _ time: UInt64, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, slot: UInt32, bytes: UInt32 = 0,
      site: UInt32, cache: UInt32 = AllocationEvent.noCache
    ) -> AllocationEvent {
      AllocationEvent(
        time: time, slot: slot, requestedBytes: bytes, allocatedBytes: bytes, site: site, cache: cache, cpu: 0,
        kind: kind, outcome: outcome)
    }
    var events: [AllocationEvent] = [event(0, .kmalloc, .allocated, slot: 0, bytes: 128, site: 3)]
    for slot in 1...10 as ClosedRange<UInt32> {
      events.append(event(1, .kmemCacheAlloc, .allocated, slot: 2 * slot, bytes: 256, site: 0, cache: 4))
      events.append(event(1, .kmalloc, .allocated, slot: 2 * slot + 1, bytes: 512, site: 1))
    }
    // Six heads are freed with their data. Of the other four, reconciliation frees all but one.
    for slot in 1...6 as ClosedRange<UInt32> { events.append(event(2, .kfree, .freed, slot: 2 * slot + 1, site: 2)) }
    events.append(event(3, .kfree, .freed, slot: 0, site: 2))
    events.append(event(900, .kmalloc, .allocated, slot: 1, bytes: 8, site: 2))
    let observations = [KernelObservation(time: 500, activeObjects: ["skbuff_head_cache": 13])]
    var player = try PolicyPlayer(
      ListSource(events: events, symbols: symbols), policy: policy, memoryBytes: 64 << 20, observations: observations)
    func heads(_ player: borrowing PolicyPlayer) -> Int {
      player.sample().caches.first { $0.name == "skbuff_head_cache" }?.liveObjects ?? -1
    }
    for round in 0..<2 {
      #expect(try player.play(upTo: 21) == 21)
      #expect(player.progress.liveObjects == 20 && heads(player) == 10, "round \(round)")
      #expect(try player.play(upTo: 7) == 7)
      #expect(try player.play(upTo: 1) == 1)
      #expect(player.progress.skippedFrees == 0 && player.progress.unseenFreeObjects == 6)
      #expect(heads(player) == 1 && player.progress.liveObjects == 6, "round \(round)")
      let violations = player.validate()
      #expect(violations == [])
    }
  }

  @Test func slabsStartAsFullAsThoseOfTheKernel() throws {
    var caches = start.caches
    // Three slabs are full with eight objects, and two have a single object.
    caches[0] = StartingState.Cache(
      name: "TCP", stride: 4096, order: 3, objectsPerSlab: 8, activeObjects: 26, totalObjects: 40, slabs: 5)
    caches[0].occupancy = [
      StartingState.SlabGroup(.full, objectsInUse: 8, count: 3),
      StartingState.SlabGroup(.node, objectsInUse: 1, count: 2),
    ]
    var policy = Policy.powerOfTwo
    policy.orders.startsSmall = false
    let player = try PolicyPlayer(
      source(), policy: policy, memoryBytes: 64 << 20, seed: 3, start: StartingState(caches: caches))
    let cache = try #require(player.sample(mapping: "TCP").caches.first { $0.name == "TCP" })
    #expect(cache.liveObjects == 26 && cache.totalObjects == 40)
    let slabs = try #require(cache.slabs)
    #expect(slabs.map { $0.objectsInUse }.sorted() == [1, 1, 8, 8, 8])
  }

  @Test func slubTableIsReadAndPrinted() throws {
    let text = "name = \"mine\"\n[slub]\nvariant = \"sheaves\"\nmax_order = 1\nmin_objects = 4\nmerges = false\n"
    let policy = try Policy(toml: text, file: "mine.toml")
    var expected = SLUBParameters(variant: .sheaves)
    (expected.maximumOrder, expected.minimumObjects, expected.mergesCaches) = (1, 4, false)
    #expect(policy.slub == expected && Policy.linux.slub == SLUBParameters() && Policy.hemment.slub == nil)
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
  }
}
