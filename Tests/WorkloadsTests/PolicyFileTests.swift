import Settings
import SlabEngine
import Testing

@testable import Workloads

@Suite struct PolicyFileTests {
  @Test(arguments: Policy.presets)
  func printedPolicyIsReadBack(policy: Policy) throws {
    #expect(try Policy(toml: policy.toml, file: "\(policy.name).toml") == policy)
  }

  @Test func omittedKeysHaveTheValuesOfPowerOfTwo() throws {
    let policy = try Policy(toml: "name = \"mine\"\n[orders]\nalternation = [0, -1]\n", file: "mine.toml")
    #expect(policy.generalCacheSizes == EngineConfiguration.powersOfTwo && policy.orders.alternation == [0, -1])
    #expect(policy.shuffling == nil && policy.sharingBound == nil)
  }

  @Test func reclaimTableIsRead() throws {
    let text = """
      name = "mine"
      [reclaim]
      ordering = false
      empty_slabs = 7
      burst_reserve = 0.5
      drain_idle_caches = true
      limit_depots = true
      drained_magazines = "shrinking"
      """
    let policy = try Policy(toml: text, file: "mine.toml")
    #expect(
      policy.reclaim
        == ReclaimPolicy(
          takesFromFullest: false, emptySlabs: 7, burstReserve: 0.5, drainsIdleCaches: true, limitsDepots: true))
    #expect(
      policy.drainedMagazines == .shrinking
        && policy.configuration(memoryBytes: 4 << 20, cpus: 1).reclaim == policy.reclaim)
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
  }

  @Test func ordersOfCachesAndStridesAreRead() throws {
    let text = """
      name = "mine"
      [orders]
      alternation = [0, -1]
      [orders."kmalloc-2k"]
      preferred = 3
      alternation = [0, 0, -1]
      [orders.1856]
      maximum = 2
      minimum_objects = 4
      alternation_tail = 0.25
      starts_small = true
      falls_back_to_lowest = true
      longest_back_off = 7
      fits_free_blocks = true
      smallest_tail = true
      """
    let policy = try Policy(toml: text, file: "mine.toml")
    let byCache = policy.orders.policy(forCache: "kmalloc-2k", stride: 2048)
    #expect(byCache.preferred == 3 && byCache.alternation == [0, 0, -1] && !byCache.startsSmall)
    let byStride = policy.orders.policy(forCache: "TCP", stride: 1856)
    #expect(byStride.maximumOrder == 2 && byStride.minimumObjects == 4 && byStride.alternation == [0, -1])
    #expect(byStride.startsSmall && byStride.fallsBackToLowest && byStride.longestBackOff == 7)
    #expect(byStride.prefersSmallestTail && !byCache.prefersSmallestTail)
    #expect(byStride.fitsFreeBlocks && byStride.alternationTail == 0.25 && byStride.preferred == nil)
    #expect(policy.orders.policy(forCache: "UDP", stride: 1024).alternation == [0, -1])
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
  }

  @Test func cachesThatASourceDoesNotHaveAreNamed() throws {
    let source = try WorkloadSettings(WorkloadCatalog.workload("churn")).make()
    #expect(Policy.presets.allSatisfy { $0.unknownNames(in: source) == nil })
    var policy = Policy.hemment
    policy.orders.byCache = ["kmalloc-96": OrderOverride(preferred: 0), "TPC": OrderOverride(preferred: 0)]
    (policy.movable, policy.performance) = (["TCP/2368", "filp"], ["dentrie"])
    policy.export = ["pipe_buffers"]
    policy.own = [Policy.OwnCache(site: "alloc_pipe_info", name: "pipe_buffers")]
    #expect(
      policy.unknownNames(in: source)
        == "churn has no cache 'TPC' (orders); did you mean 'TCP'?, 'dentrie' (performance); did you mean 'dentry'?, "
        + "and no call site 'alloc_pipe_info' (own)")
    let player = try PolicyPlayer(source, policy: policy, memoryBytes: 16 << 20)
    #expect(player.progress.policyProblem == policy.unknownNames(in: source))
  }

  @Test func onlyNamedCachesAreMovable() throws {
    #expect(Policy.presets.allSatisfy { $0.movable.isEmpty && $0.toml.contains("# movable = [") })
    let policy = try Policy(toml: "name = \"mine\"\nmovable = [\"radix_tree_node\", \"a\\\"b\"]\n", file: "mine.toml")
    #expect(policy.movable == ["radix_tree_node", "a\"b"])
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
  }

  @Test(arguments: [
    ("name = \"x\"\nmovable = \"dentry\"\n", "bad.toml:2: 'movable' takes a list of strings"),
    ("name = \"x\"\nmovable = [\"dentry\", 3]\n", "bad.toml:2: 'movable' takes strings that are not empty; entry 2"),
    ("name = ", "bad.toml:1: not TOML"),
    ("nmae = \"x\"", "bad.toml:1: unknown key 'nmae'; did you mean 'name'?"),
    ("name = \"x\"\n\n[ordres]\nmaximum = 3\n", "bad.toml:3: unknown key 'ordres'; did you mean 'orders'?"),
    ("name = \"x\"\n[orders]\nmaximum = 3\nalternatoin = [0]\n", "bad.toml:4: unknown key 'alternatoin' in [orders]"),
    ("name = \"x\"\n[orders]\nmaximum = 11\n", "bad.toml:3: 'maximum' takes a whole number from 0 to 10"),
    ("name = \"x\"\ngeneral_caches = [8, 16]\n", "bad.toml:2: "),
    ("name = \"x\"\ngeneral_caches = [8, \"a\"]\n", "bad.toml:2: 'general_caches' takes whole numbers from 8 to"),
    ("name = \"x\"\nsharing_bound = 2\n", "bad.toml:2: 'sharing_bound' takes a number from 0.0 to 0.99"),
    ("name = \"x\"\norders = 3\n", "bad.toml:2: 'orders' is not a table"),
    ("summary = \"x\"\n", "bad.toml: 'name' is missing"),
    ("name = \"x\"\n[reclaim]\nburst_reserve = 2\n", "bad.toml:3: 'burst_reserve' takes a number from 0.0 to 1.0"),
    ("name = \"x\"\n[reclaim]\nordring = true\n", "bad.toml:3: unknown key 'ordring' in [reclaim]"),
    (
      "name = \"x\"\n[reclaim]\ndrained_magazines = \"all\"\n",
      "bad.toml:3: 'drained_magazines' takes one of 'never', 'shrinking', 'always'"
    ),
    ("name = \"x\"\n[slub]\nvariant = \"slob\"\n", "bad.toml:3: 'variant' takes 'cpu-slabs' or 'sheaves'"),
    ("name = \"x\"\n[slub]\nmin_order = 4\n", "bad.toml:3: 'min_order' takes at most 'max_order'"),
    ("name = \"x\"\n[slub]\nmax_ordr = 4\n", "bad.toml:3: unknown key 'max_ordr'"),
    (
      "name = \"x\"\n[orders.\"kmalloc-2k\"]\nalternatoin = [0]\n",
      "bad.toml:3: unknown key 'alternatoin' in [orders.kmalloc-2k]; did you mean 'alternation'?"
    ),
    (
      "name = \"x\"\n[orders.\"1856\"]\nmaximum = 3\npreferred = 11\n",
      "bad.toml:4: 'preferred' takes a whole number from 0 to 10"
    ),
    ("name = \"x\"\n[orders.\"a.b\"]\npreferred = true\n", "bad.toml:3: 'preferred' takes a whole number"),
    ("name = \"x\"\n[orders.\"1857\"]\npreferred = 3\n", "bad.toml:2: a stride is a multiple of 8 from 8 to 4194304"),
    ("name = \"x\"\n[orders]\nTCP = { alternation = [] }\n", "bad.toml:3: 'alternation' takes at least one number"),
    ("name = \"x\"\n[orders]\nTCP = 3\n", "bad.toml:3: unknown key 'TCP' in [orders]"),
    (
      "name = \"x\"\n[slub]\n[orders.TCP]\npreferred = 1\n",
      "bad.toml:3: the model of Linux takes only 'preferred', and only for general caches, such as kmalloc-8"
    ),
    (
      "name = \"x\"\n[slub]\n[orders.\"kmalloc-64\"]\nlongest_back_off = 1\n",
      "bad.toml:3: the model of Linux takes only 'preferred'"
    ),
    ("name = \"x\"\r\n[shuffling]\r\nbytes_per_round = true\r\n", "bad.toml:3: 'bytes_per_round' takes a whole number"),
  ])
  func mistakesNameTheirLine(toml: String, message: String) throws {
    let error = try #require(throws: SettingsError.self) { try Policy(toml: toml, file: "bad.toml") }
    #expect(error.description.hasPrefix(message), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  /// Object size, objects per slab and pages per slab in Linux 6.18 on two CPUs.
  @Test(arguments: [
    (256, 16, 1), (576, 14, 2), (1024, 16, 4), (2048, 16, 8), (2368, 13, 8), (832, 19, 4), (192, 21, 1), (512, 16, 2),
    (4096, 8, 8), (8192, 4, 8), (320, 12, 1), (1128, 14, 4), (8, 512, 1),
  ])
  func theLinuxPolicysSlabsAreSLUBs(stride: Int, objects: Int, pages: Int) throws {
    let configuration = Policy.linux.configuration(memoryBytes: 16 << 20, cpus: 2)
    let engine = try SlabEngine(configuration)
    var options = CacheOptions()
    options.minimumStride = stride
    _ = try engine.makeCache("cache", objectSize: stride, options: options)
    let cache = try #require(engine.sample().caches.first { $0.name == "cache" })
    #expect(cache.objectsPerPreferredSlab == objects && 1 << cache.preferredOrder == pages)
  }
}
