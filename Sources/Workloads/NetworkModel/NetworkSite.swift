/// Call site: function that allocates or frees objects. The names are those in recordings of Linux 6.18.
enum NetworkSite: UInt32, CaseIterable, Sendable {
  case allocate, reserve, buildSkb, clone, receiveRing
  case releaseData, freeHead, acknowledge, receiveState, deferredFree, consume, coalesce
  case makeSock, sockInode, securityInode, makeDentry, makeFile, securityFile, pathName
  case addEpoll, queueEpoll, bindPort, bindAddress, makeRequest, makeTimeWait, makeRoute, makeTrack
  case releaseSock, graceEnd, killDentry, closeFile, putFile, openFile, removeEpoll, putPort, accept, timer,
    destroyTrack
  case dropRequest, addIndexNode

  /// Name of the function.
  var name: String {
    switch self {
    case .allocate: "__alloc_skb"
    case .reserve: "kmalloc_reserve"
    case .buildSkb: "napi_skb_cache_get"
    case .clone: "skb_clone"
    case .receiveRing: "__netdev_alloc_skb"
    case .releaseData: "skb_release_data"
    case .freeHead: "kfree_skbmem"
    case .acknowledge: "tcp_ack"
    case .receiveState: "tcp_rcv_state_process"
    case .deferredFree: "skb_defer_free_flush"
    case .consume: "napi_consume_skb"
    case .coalesce: "kfree_skb_partial"
    case .makeSock: "sk_prot_alloc"
    case .sockInode: "sock_alloc_inode"
    case .securityInode: "security_inode_alloc"
    case .makeDentry: "__d_alloc"
    case .makeFile: "alloc_empty_file"
    case .securityFile: "security_file_alloc"
    case .pathName: "getname_flags"
    case .addEpoll: "do_epoll_ctl"
    case .queueEpoll: "ep_ptable_queue_proc"
    case .bindPort: "__inet_hash_connect"
    case .bindAddress: "inet_bind2_bucket_create"
    case .makeRequest: "inet_reqsk_alloc"
    case .makeTimeWait: "inet_twsk_alloc"
    case .makeRoute: "dst_alloc"
    case .makeTrack: "__nf_conntrack_alloc"
    case .releaseSock: "inet_release"
    case .graceEnd: "rcu_do_batch"
    case .killDentry: "__dentry_kill"
    case .closeFile: "__x64_sys_close"
    case .putFile: "__fput"
    case .openFile: "do_sys_openat2"
    case .removeEpoll: "ep_remove"
    case .putPort: "inet_put_port"
    case .accept: "inet_csk_accept"
    case .timer: "call_timer_fn"
    case .destroyTrack: "nf_ct_destroy"
    case .dropRequest: "reqsk_timer_handler"
    case .addIndexNode: "xas_alloc"
    }
  }
}
