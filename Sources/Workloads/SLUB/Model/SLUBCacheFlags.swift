/// Flags of a cache that decide whether SLUB may merge it with another cache.
package struct SLUBCacheFlags: OptionSet, Sendable, Hashable {
  /// Bits of the flags.
  package let rawValue: UInt8

  /// Creates flags from their bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// SLAB_RECLAIM_ACCOUNT: pages are counted as reclaimable. Merges only with caches that have the same flag.
  package static let reclaimAccount = SLUBCacheFlags(rawValue: 1)
  /// SLAB_ACCOUNT: objects are charged to a memory cgroup. Merges only with caches that have the same flag.
  package static let account = SLUBCacheFlags(rawValue: 2)
  /// SLAB_TYPESAFE_BY_RCU: slabs are freed after a grace period. Never merges.
  package static let typesafeByRCU = SLUBCacheFlags(rawValue: 4)
  /// SLAB_NO_MERGE, a constructor, a user-copy region (usersize), or sheaves: a cache that never merges.
  package static let noMerge = SLUBCacheFlags(rawValue: 8)
  /// SLAB_KMALLOC: a cache of kmalloc. Never merges.
  package static let kmalloc = SLUBCacheFlags(rawValue: 16)

  /// Flags that prevent a merge (SLAB_NEVER_MERGE).
  static let neverMerge: SLUBCacheFlags = [.typesafeByRCU, .noMerge, .kmalloc]
  /// Flags that must be equal in merged caches (SLAB_MERGE_SAME).
  static let mergeSame: SLUBCacheFlags = [.reclaimAccount, .account]

  /// Returns the flags with which Linux 6.18 creates the cache of a name; no flags for an unknown name.
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
    // Caches with constructors: the inodes of each file system, including sockets.
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
  /// Returns whether SLUB merges a new cache into this one (find_mergeable in mm/slab_common.c): neither has a flag that
  /// prevents it, their accounting flags are equal, the new objects fit, and each wastes less than a pointer.
  func acceptsMerge(_ flags: SLUBCacheFlags, stride: Int, flags newFlags: SLUBCacheFlags) -> Bool {
    guard flags.isDisjoint(with: .neverMerge), newFlags.isDisjoint(with: .neverMerge) else { return false }
    guard flags.intersection(.mergeSame) == newFlags.intersection(.mergeSame) else { return false }
    // A stride that is a multiple of 64 usually comes from SLAB_HWCACHE_ALIGN: objects must stay aligned to cache lines.
    let alignment = stride % 64 == 0 ? 64 : 8
    return stride <= self.stride && self.stride - stride < 8 && self.stride % alignment == 0
  }
}
