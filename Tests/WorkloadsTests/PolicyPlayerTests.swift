import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// One player for every policy: on the engine, or on the model of SLUB.
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

  @Test(arguments: Policy.presets) func eachPolicyIsPlayed(policy: Policy) throws {
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

  @Test func theSameResidentsAreThereUnderEveryPolicy() throws {
    let linux = try PolicyPlayer(source(), policy: .linux, memoryBytes: 64 << 20, seed: 3, start: start)
    let other = try PolicyPlayer(source(), policy: .powerOfTwo, memoryBytes: 64 << 20, seed: 3, start: start)
    func live(_ sample: EngineSample, _ isWanted: (CacheSample) -> Bool) -> [Int] {
      let caches = sample.caches.filter(isWanted)
      return [caches.reduce(0) { $0 + $1.liveObjects }, caches.reduce(0) { $0 + $1.totalObjects }]
    }
    for name in ["TCP", "dentry"] {
      let (first, second) = (live(linux.sample()) { $0.name == name }, live(other.sample()) { $0.name == name })
      #expect(first[0] == second[0], "\(name)")
      // dentry is no name of the source's events.
      #expect((first[1] == 130) == (name == "TCP") && second[1] >= first[1] && second[1] <= first[1] + 13)
    }
    // The engine serves both kinds of kmalloc from one cache.
    let (first, second) = (
      live(linux.sample()) { $0.stride == 1024 }, live(other.sample()) { $0.isGeneral && $0.objectSize == 1024 }
    )
    #expect(first[0] == second[0] && first[1] == 320 && second[1] >= 320)
  }

  @Test func linuxPoliciesAreReadAndPrinted() throws {
    let text = "name = \"mine\"\n[slub]\nvariant = \"sheaves\"\nmax_order = 1\nmin_objects = 4\nmerges = false\n"
    let policy = try Policy(toml: text, file: "mine.toml")
    var expected = SLUBParameters(variant: .sheaves)
    (expected.maximumOrder, expected.minimumObjects, expected.mergesCaches) = (1, 4, false)
    #expect(policy.slub == expected && Policy.linux.slub == SLUBParameters() && Policy.hemment.slub == nil)
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
  }
}
