/// Caches whose objects the kernel frees when memory is short, so that their growth is no leak.
package enum ReclaimableCaches {
  /// Names of caches that are created with SLAB_RECLAIM_ACCOUNT and have a shrinker.
  private static let names: Set = [
    "dentry", "inode_cache", "buffer_head", "radix_tree_node", "extent_status", "ext4_extent_status", "xfs_inode",
    "xfs_buf", "btrfs_inode", "fuse_inode", "ovl_inode", "bdev_cache", "mbcache", "ext4_mb_cache", "nfs_read_data",
    "nfs_direct_cache", "lsm_inode_cache", "btrfs_extent_map", "btrfs_delayed_node", "xfs_ili", "f2fs_extent_node",
  ]
  /// Caches of inodes that belong to an open socket or pipe. They are created with SLAB_RECLAIM_ACCOUNT, but no shrinker can
  /// free them, so that their growth can be a leak.
  private static let pinned: Set = ["sock_inode_cache", "mqueue_inode_cache"]

  /// Returns whether the kernel can free the objects of a cache.
  /// - Parameters:
  ///   - name: Name of the cache, as in /proc/slabinfo.
  ///   - flag: Whether the cache was created with SLAB_RECLAIM_ACCOUNT; nil if not known.
  package static func contains(_ name: String, flag: Bool? = nil) -> Bool {
    if pinned.contains(name) { return false }
    return flag == true || names.contains(name) || name.hasSuffix("_inode_cache") || name.hasPrefix("kmalloc-rcl-")
  }
}
