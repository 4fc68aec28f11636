import Recordings
import Settings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of the keys of a policy that name caches and call sites: `performance`, `export`, `own`.
@Suite struct CachePolicyTests {
  @Test func keysAreReadAndPrinted() throws {
    let text = """
      name = "mine"
      performance = ["skbuff_head_cache", "kmalloc-2k"]
      export = ["dentry"]
      own = [{site = "alloc_pipe_info", name = "pipe_buffers"}]
      """
    let policy = try Policy(toml: text, file: "mine.toml")
    #expect(policy.performance == ["skbuff_head_cache", "kmalloc-2k"] && policy.export == ["dentry"])
    #expect(policy.own == [Policy.OwnCache(site: "alloc_pipe_info", name: "pipe_buffers")])
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
    #expect(policy.configuration(memoryBytes: 8 << 20, cpus: 1).performanceCaches == Set(policy.performance))
  }

  @Test(arguments: [
    ("name = \"x\"\nperformance = \"dentry\"\n", "bad.toml:2: 'performance' takes a list of strings"),
    ("name = \"x\"\nexport = [\"\"]\n", "bad.toml:2: 'export' takes strings that are not empty; entry 1"),
    ("name = \"x\"\nown = [\"site\"]\n", "bad.toml:2: 'own' takes tables [{site = \"...\", name = \"...\"}]; entry 1"),
    ("name = \"x\"\nown = [{site = \"a\", nmae = \"b\"}]\n", "bad.toml:2: 'own' takes tables"),
    ("name = \"x\"\nown = 3\n", "bad.toml:2: 'own' takes a list of tables"),
    ("name = \"x\"\nexport = [\"a\"]\n[slub]\nmin_order = 0\n", "bad.toml:2: 'export' needs a policy of the engine"),
  ])
  func mistakesNameTheirLine(toml: String, message: String) throws {
    let error = try #require(throws: SettingsError.self) { try Policy(toml: toml, file: "bad.toml") }
    #expect(error.description.hasPrefix(message), "\(error)")
  }

  @Test func cacheOfACallSiteServesOnlyItsRequests() throws {
    var policy = Policy.powerOfTwo
    policy.own = [Policy.OwnCache(site: "pipe", name: "pipe_buffers")]
    let sources = [0, 1].map { site in
      (0..<10).map { event(UInt64($0), .kmalloc, .allocated, slot: $0, bytes: 640, site: site) }
    }
    let events =
      sources[0]
      + sources[1].map { event in
        var event = event
        (event.time, event.slot) = (event.time + 10, event.slot + 10)
        return event
      } + [event(30, .kfree, .freed, slot: 0), event(31, .kmalloc, .allocated, slot: 0, bytes: 700, site: 1)]
    var player = try Player(
      ListSource(events: events, symbols: ["other", "pipe"]), policy: policy, memoryBytes: 8 << 20)
    while player.progress.events < events.count { _ = try player.play(upTo: events.count) }
    let caches = player.engine.sample().caches
    #expect(caches.first { $0.name == "pipe_buffers" }?.liveObjects == 10)
    #expect(caches.first { $0.name == "pipe_buffers/700" }?.liveObjects == 1)
    #expect(caches.first { $0.name == "kmalloc-1k" }?.liveObjects == 9)
    #expect(player.progress.policyProblem == nil && player.engine.validate() == [])
  }

  @Test func exportedCacheServesRequestsBySizeAndFailedExportsAreReported() throws {
    var policy = Policy.powerOfTwo
    policy.export = ["heads", "blocks"]
    let events = [
      event(0, .kmemCacheAlloc, .allocated, slot: 0, bytes: 232, cache: 0),
      event(1, .kmalloc, .allocated, slot: 1, bytes: 200, site: 2),
      event(2, .kmemCacheAlloc, .allocated, slot: 2, bytes: 256, cache: 1),
    ]
    var player = try Player(
      ListSource(events: events, symbols: ["heads", "blocks", "site"]), policy: policy, memoryBytes: 8 << 20)
    while player.progress.events < events.count { _ = try player.play(upTo: events.count) }
    let row = try #require(player.engine.sample().generalCaches?.first { $0.exportedCache != nil })
    #expect((row.size, row.exportedCache, row.served) == (232, "heads", 1))
    #expect(player.progress.policyProblem?.hasPrefix("blocks is not exported: ") == true)
  }

  private func event(
    _ time: UInt64, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, slot: Int, bytes: Int = 0,
    cache: Int? = nil, site: Int = 0
  ) -> AllocationEvent {
    AllocationEvent(
      time: time, slot: UInt32(slot), requestedBytes: UInt32(bytes), allocatedBytes: 0, site: UInt32(site),
      cache: cache.map { UInt32($0) } ?? AllocationEvent.noCache, cpu: 0, kind: kind, outcome: outcome)
  }
}
