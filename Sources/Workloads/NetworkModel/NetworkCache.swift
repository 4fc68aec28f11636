/// Slab cache of the network stack in Linux 6.18 on x86-64, with the sizes that the kernel's events report. If the
/// kernel merges caches, its events name the merged cache (for example `pool_workqueue` instead of
/// `skbuff_fclone_cache`); these are the names without merging.
enum NetworkCache: UInt32, CaseIterable, Sendable {
  /// struct sk_buff (net/core/skbuff.c), hardware-cache aligned.
  case head
  /// struct sk_buff_fclones: two sk_buffs and a reference count, used by TCP to send clones (net/core/skbuff.c).
  case fclone
  /// Small linear data with their shared info (net/core/skbuff.c).
  case smallHead
  /// struct tcp_sock (net/ipv4/tcp_ipv4.c).
  case tcp
  /// struct socket_alloc (net/socket.c).
  case socketInode
  /// Data of the security modules for an inode (security/security.c).
  case securityInode
  /// struct dentry (fs/dcache.c): name of a socket.
  case dentry
  /// struct file (fs/file_table.c).
  case file
  /// Data of the security modules for a file (security/security.c).
  case securityFile
  /// Buffer of PATH_MAX bytes for a path that is being looked up (fs/namei.c).
  case path
  /// struct epitem, struct epitems_head, struct eppoll_entry (fs/eventpoll.c).
  case epollItem
  case epollHead
  case epollEntry
  /// struct inet_bind_bucket and struct inet_bind2_bucket: a local port in use, and its address
  /// (net/ipv4/inet_hashtables.c).
  case bindBucket
  case bindAddressBucket
  /// struct tcp_request_sock: a connection that is being established (net/ipv4/inet_connection_sock.c).
  case requestSock
  /// struct tcp_timewait_sock: a closed connection, for TCP_TIMEWAIT_LEN (net/ipv4/inet_timewait_sock.c).
  case timeWaitSock
  /// struct rtable: a route that packets refer to as their dst (net/ipv4/route.c).
  case route
  /// struct nf_conn (net/netfilter/nf_conntrack_core.c).
  case connectionTrack
  /// struct xa_node (lib/radix-tree.c): a node of the index of a file's cached pages.
  case indexNode

  /// Name in /proc/slabinfo.
  var name: String {
    switch self {
    case .head: "skbuff_head_cache"
    case .fclone: "skbuff_fclone_cache"
    case .smallHead: "skbuff_small_head"
    case .tcp: "TCP"
    case .socketInode: "sock_inode_cache"
    case .securityInode: "lsm_inode_cache"
    case .dentry: "dentry"
    case .file: "filp"
    case .securityFile: "lsm_file_cache"
    case .path: "names_cache"
    case .epollItem: "eventpoll_epi"
    case .epollHead: "ep_head"
    case .epollEntry: "eventpoll_pwq"
    case .bindBucket: "tcp_bind_bucket"
    case .bindAddressBucket: "tcp_bind2_bucket"
    case .requestSock: "request_sock_TCP"
    case .timeWaitSock: "tw_sock_TCP"
    case .route: "ip_dst_cache"
    case .connectionTrack: "nf_conntrack"
    case .indexNode: "radix_tree_node"
    }
  }

  /// Requested size and allocated size of an object in bytes.
  @inline(__always)
  var bytes: (object: UInt32, stride: UInt32) {
    switch self {
    case .head: (224, 256)
    case .fclone: (456, 512)
    case .smallHead: (576, 576)
    case .tcp: (2304, 2368)
    case .socketInode: (768, 832)
    case .securityInode: (32, 32)
    case .dentry: (192, 192)
    case .file: (184, 192)
    case .securityFile: (24, 24)
    case .path: (4096, 4096)
    case .epollItem: (128, 128)
    case .epollHead: (16, 16)
    case .epollEntry: (64, 64)
    case .bindBucket: (128, 128)
    case .bindAddressBucket: (128, 128)
    case .requestSock: (312, 320)
    case .timeWaitSock: (248, 256)
    case .route: (192, 192)
    case .connectionTrack: (248, 256)
    case .indexNode: (576, 584)
    }
  }

  /// Call site that usually frees objects of this cache.
  @inline(__always)
  var freeSite: NetworkSite {
    switch self {
    case .head, .fclone: .freeHead
    case .smallHead: .releaseData
    case .tcp: .releaseSock
    case .socketInode, .securityInode, .bindBucket, .route, .epollItem, .indexNode: .graceEnd
    case .dentry: .killDentry
    case .file: .closeFile
    case .securityFile: .putFile
    case .path: .openFile
    case .epollHead, .epollEntry: .removeEpoll
    case .bindAddressBucket: .putPort
    case .requestSock: .accept
    case .timeWaitSock: .timer
    case .connectionTrack: .destroyTrack
    }
  }
}
