import Recordings

/// Caches from which network traffic allocates: socket buffers and their data, sockets, files, epoll items.
enum NetworkingCaches {
  private static let prefixes = [
    "skbuff_", "TCP", "UDP", "UNIX", "PING", "RAW", "sock_inode_cache", "filp", "eventpoll", "ep_head", "request_sock",
    "tw_sock", "tcp_bind", "lsm_file_cache",
    // Kernels merge skbuff_fclone_cache into this cache.
    "pool_workqueue",
  ]
  private static let sizes: Set = [192, 256, 512, 1024, 2048, 4096, 8192]

  /// Returns whether a cache is a networking cache.
  static func contains(_ name: String) -> Bool {
    if let (kind, bytes) = KmallocKind.parse(name) { return kind == .normal && sizes.contains(bytes) }
    return prefixes.contains { name.hasPrefix($0) }
  }
}
