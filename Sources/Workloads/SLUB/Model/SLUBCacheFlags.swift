/// Properties of a cache that decide whether SLUB may merge it with another.
public struct SLUBCacheFlags: OptionSet, Sendable, Hashable {
  /// The bits.
  public let rawValue: UInt8

  /// Flags with these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// SLAB_RECLAIM_ACCOUNT: counted as reclaimable. Merges only with its like.
  public static let reclaimAccount = SLUBCacheFlags(rawValue: 1)
  /// SLAB_ACCOUNT: charged to a memory cgroup. Merges only with its like.
  public static let account = SLUBCacheFlags(rawValue: 2)
  /// SLAB_TYPESAFE_BY_RCU. Never merges.
  public static let typesafeByRCU = SLUBCacheFlags(rawValue: 4)
  /// SLAB_NO_MERGE, a constructor, a region that user space may copy, or sheaves. Never merges.
  public static let noMerge = SLUBCacheFlags(rawValue: 8)
  /// A kmalloc cache. Never merges.
  public static let kmalloc = SLUBCacheFlags(rawValue: 16)

  /// Flags that keep a cache from being merged.
  static let neverMerge: SLUBCacheFlags = [.typesafeByRCU, .noMerge, .kmalloc]
  /// Flags in which merged caches agree.
  static let mergeSame: SLUBCacheFlags = [.reclaimAccount, .account]

  /// The flags of caches that Linux 6.18 creates, by name; others are taken to have none.
  static func ofCache(named name: String) -> SLUBCacheFlags {
    if KmallocClasses.size(named: name) != nil { return .kmalloc }
    return known[name] ?? []
  }

  private static let known: [String: SLUBCacheFlags] = {
    var flags: [String: SLUBCacheFlags] = [:]
    func add(_ names: String, _ these: SLUBCacheFlags) {
      for name in names.split(separator: " ") { flags[String(name), default: []].formUnion(these) }
    }
    add(
      "TCP TCPv6 MPTCP MPTCPv6 filp bfilp request_sock_TCP request_sock_TCPv6 tw_sock_TCP tw_sock_TCPv6", .typesafeByRCU
    )
    add("nf_conntrack anon_vma sighand_cache vm_area_struct io_kiocb jbd2_journal_head", .typesafeByRCU)
    add("skbuff_head_cache skbuff_small_head dentry RAW RAWv6 mm_struct task_struct names_cache", .noMerge)
    add("proc_dir_entry ext4_inode_cache uts_namespace maple_node kmem_cache kmem_cache_node", .noMerge)
    // Constructors: every file system's inodes, sockets' among them.
    add("sock_inode_cache inode_cache proc_inode_cache shmem_inode_cache bdev_cache radix_tree_node", .noMerge)
    add(
      "sock_inode_cache inode_cache proc_inode_cache bdev_cache radix_tree_node dentry ext4_inode_cache",
      .reclaimAccount)
    add("buffer_head kernfs_iattrs_cache", .reclaimAccount)
    add("filp TCP TCPv6 UDP UDPv6 UNIX PING MPTCP sock_inode_cache dentry inode_cache proc_inode_cache", .account)
    add("eventpoll_epi eventpoll_pwq tcp_bind_bucket tcp_bind2_bucket ep_head cred pid signal_cache", .account)
    add("files_cache fs_cache anon_vma_chain vm_area_struct nsproxy seq_file sigqueue ip_fib_alias", .account)
    return flags
  }()
}

extension SLUBCacheLayout {
  /// Whether SLUB merges a new cache into this one (find_mergeable in mm/slab_common.c): both may be merged, agree in
  /// their accounting, the new one's objects fit, and less than a pointer's size is lost.
  func acceptsMerge(_ flags: SLUBCacheFlags, stride: Int, flags newFlags: SLUBCacheFlags) -> Bool {
    guard flags.isDisjoint(with: .neverMerge), newFlags.isDisjoint(with: .neverMerge) else { return false }
    guard flags.intersection(.mergeSame) == newFlags.intersection(.mergeSame) else { return false }
    // A stride that is a multiple of a cache line was as a rule rounded up to one: keep objects on lines of their own.
    let alignment = stride % 64 == 0 ? 64 : 8
    return stride <= self.stride && self.stride - stride < 8 && self.stride % alignment == 0
  }
}
