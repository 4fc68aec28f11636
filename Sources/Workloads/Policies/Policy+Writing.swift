import SlabEngine

extension Policy {
  /// The policy as a TOML file with every key and its explanation.
  package var toml: String {
    var lines = [
      "name = \"\(Policy.quoted(name))\"", "summary = \"\(Policy.quoted(summary))\"", "",
      "# Sizes of the general caches (kmalloc) in bytes, ascending multiples of 8; the largest is a power of two.",
      "general_caches = [\(generalCacheSizes.map(String.init).joined(separator: ", "))]", "",
      "# The share of an object that a cache may waste to share another cache's slabs; without the key no slabs are shared.",
      sharingBound.map { "sharing_bound = \($0)" } ?? "# sharing_bound = 0.125",
      "# Caches whose strides differ by fewer bytes are merged, as in SLUB (8); without the key none are.",
      mergeWindow.map { "merge_window = \($0)" } ?? "# merge_window = 8",
    ]
    lines += Policy.movableComments
    lines.append(movable.isEmpty ? "# movable = [\"radix_tree_node\"]" : "movable = \(Policy.list(movable))")
    lines += cacheLines + orderLines + reclaimLines + shufflingLines + slubLines
    return lines.joined(separator: "\n") + "\n"
  }

  /// Keys that name caches and call sites.
  private var cacheLines: [String] {
    guard slub == nil else { return [] }
    let caches = own.map { "{site = \"\(Policy.quoted($0.site))\", name = \"\(Policy.quoted($0.name))\"}" }
    return [
      "# Caches that never share slabs, so that CPUs wait less for each other's locks (SLAB_PERFORMANCE); general caches are",
      "# named kmalloc-64, kmalloc-2k. `slabscope compare --contention` shows what sharing costs at the locks.",
      performance.isEmpty ? "# performance = [\"skbuff_head_cache\"]" : "performance = \(Policy.list(performance))",
      "# Named caches that also serve requests by size, up to the size of their objects, from their first use on.",
      export.isEmpty ? "# export = [\"skbuff_head_cache\"]" : "export = \(Policy.list(export))",
      "# Call sites that request memory by size and get a cache of their own; `slabscope advise` proposes some.",
      own.isEmpty
        ? "# own = [{site = \"alloc_pipe_info\", name = \"pipe_buffers\"}]"
        : "own = [\(caches.joined(separator: ", "))]",
    ]
  }

  /// Caches of the kernel that a policy may name as movable, with the reasons.
  private static let movableComments = [
    "# Named caches whose objects the shuffler may move to fuller slabs; without the key no object is moved.",
    "# A kernel can move an object only if it finds and changes every pointer to it. Linux 6.18 moves none; its last patches",
    "# for that (slab movable objects, 2019) had radix_tree_node, because the tree is walked to the node's one parent, and",
    "# freed dentry and inode_cache objects that are not in use instead of moving them. maple_node would be possible as well.",
    "# Never: skbuff_head_cache, skbuff_small_head, sock_inode_cache, TCP, UDP, filp, task_struct, since drivers, timers,",
    "# queues, RCU readers and file tables keep addresses of them, and kmalloc's caches, since the owners are not known.",
  ]

  private var reclaimLines: [String] {
    [
      "", "# Draining of sparse slabs without moving objects, and the empty slabs that pools retain.", "[reclaim]",
      "# Ordering: whether allocation takes from the fullest partial slabs, not from the slab that became partial last.",
      "ordering = \(reclaim.takesFromFullest)",
      "# Number of empty slabs that each pool retains at least, up to 64 KiB of slabs.",
      "empty_slabs = \(reclaim.emptySlabs)",
      "# Share of the slabs by which a pool has shrunk that it retains empty for the next burst; it decreases by a quarter",
      "# ten times a second of the workload's time.", "burst_reserve = \(reclaim.burstReserve)",
      "# Whether free objects of caches that are not in use return to their slabs before a pool adds a slab.",
      "drain_idle_caches = \(reclaim.drainsIdleCaches)",
      "# Whether a depot keeps few full magazines until more are missed.",
      "limit_depots = \(reclaim.limitsDepots)",
      "# Caches whose magazines are drained ten times a second: \"never\" any, \"shrinking\" or unused ones, \"always\" all.",
      "drained_magazines = \"\(drainedMagazines.rawValue)\"",
    ]
  }

  private var shufflingLines: [String] {
    guard let shuffling else { return ["", "# [shuffling]", "# bytes_per_round = 262144"] }
    var lines = [
      "", "[shuffling]", "# The most bytes that a round moves; there are ten rounds a second of the workload's time.",
      "bytes_per_round = \(shuffling.bytesPerRound)",
      "# A pool is shuffled while more than this share of its objects is free.",
      "free_share = \(shuffling.freeShare)",
      "# Number of free pages that the machine retains; the memory of others is released to the operating system.",
      "backed_free_pages = \(shuffling.backedFreePages)",
    ]
    if shuffling.nanosecondsPerRound != .max {
      lines += [
        "# The most nanoseconds that a round takes. Runs with such a bound differ from each other.",
        "nanoseconds_per_round = \(shuffling.nanosecondsPerRound)",
      ]
    }
    return lines
  }

  private var slubLines: [String] {
    guard let slub else { return [] }
    return [
      "", "# With this table the policy is replayed on the model of Linux's SLUB, not on the engine.", "[slub]",
      "# cpu-slabs: Linux up to 6.19; sheaves: Linux since 7.0.", "variant = \"\(slub.variant.rawValue)\"",
      "# The boot parameters slab_min_order, slab_max_order, slab_min_objects (0: by the number of CPUs).",
      "min_order = \(slub.minimumOrder)", "max_order = \(slub.maximumOrder)", "min_objects = \(slub.minimumObjects)",
      "# Whether caches of similar size are merged; slab_nomerge disables it.", "merges = \(slub.mergesCaches)",
    ]
  }

  private static func list(_ names: [String]) -> String {
    "[\(names.map { "\"\(quoted($0))\"" }.joined(separator: ", "))]"
  }

  /// Returns the text with the escapes of a TOML basic string.
  static func quoted(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      default:
        scalar.value < 0x20 || scalar.value == 0x7F
          ? "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
          : String(Character(scalar))
      }
    }.joined()
  }
}
