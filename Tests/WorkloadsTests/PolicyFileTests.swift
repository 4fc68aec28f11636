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
      drained_magazines = "shrinking"
      """
    let policy = try Policy(toml: text, file: "mine.toml")
    #expect(policy.reclaim == ReclaimPolicy(takesFromFullest: false, emptySlabs: 7, burstReserve: 0.5))
    #expect(
      policy.drainedMagazines == .shrinking
        && policy.configuration(memoryBytes: 4 << 20, cpus: 1).reclaim == policy.reclaim)
    #expect(try Policy(toml: policy.toml, file: "mine.toml") == policy)
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
