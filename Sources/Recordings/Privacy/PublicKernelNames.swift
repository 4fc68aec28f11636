/// Names of caches and functions in mainline Linux, which a recording keeps with `--anonymize`. Sources: the slab
/// caches and the recorded call sites of a 6.18 kernel with common file systems and network protocols, and the prefixes
/// of the functions of mainline subsystems.
enum PublicKernelNames {
  /// Returns whether mainline Linux has a cache of this name.
  static func isCache(_ name: String) -> Bool {
    caches.contains(name[...]) || families.contains { name.hasPrefix($0) }
  }

  /// Returns whether mainline Linux has a function of this name, or a subsystem whose functions have its prefix.
  /// Suffixes added by the compiler (`.isra.0`) are ignored.
  static func isFunction(_ name: String) -> Bool {
    let base = name.prefix { $0 != "." }
    return name == "?" || functions.contains(base) || prefixes.contains { base.hasPrefix($0) }
  }

  /// Prefixes of caches that exist in several sizes.
  private static let families = [
    "kmalloc-", "dma-kmalloc-", "memdup_user-", "msg_msg-", "bio-", "biovec-", "sgpool-", "size-", "erofs_pcluster-",
    "dmaengine-unmap-", "ext4_groupinfo_", ":",
  ]

  /// Prefixes of functions.
  private static let prefixes = words(
    """
    skb: skb_ __skb_ sk_ __sk_ sock_ __sock_ tcp_ __tcp_ udp_ __udp_ udpv6_ tcpv6_ ip_ __ip_ ip6_ __ip6_ ipv6_ inet_ __inet_
    inet6_ icmp_ igmp_ arp_ neigh_ __neigh_ dst_ rt_ fib_ fib6_ napi_ netif_ __netif_ netdev_ net_ dev_ __dev_ eth_
    page_pool_ qdisc_ pfifo_ fq_ tc_ nf_ __nf_ nft_ xt_ br_ veth_ tun_ tap_ loopback_ virtnet_ virtio_ virtqueue_ e1000_
    ixgbe_ i40e_ ice_ mlx5_ mlx5e_ mlx4_ bnxt_ ena_ gve_ packet_ unix_ netlink_ __netlink_ rtnl_ rtnetlink_ genl_ xfrm_
    tls_ sctp_ mptcp_ bpf_ vfs_ do_ __do_ ksys_ __x64_sys_ __se_sys_ ___sys_ __sys_ kmem_ kmalloc_ __kmalloc_ kmemdup
    kstr __kmem mm_ mas_ vm_ vma_ anon_vma_ mempool_ page_ alloc_ __alloc_ free_ __free_ ext4_ __ext4_ jbd2_ xfs_ btrfs_
    nfs_ fuse_ ovl_ proc_ kernfs_ __kernfs_ sysfs_ d_ __d_ dput inode_ fsnotify_ inotify_ ep_ eventpoll_ io_ __io_ blk_
    bio_ scsi_ nvme_ dm_ md_ security_ selinux_ apparmor_ audit_ seq_ pipe_ fd_ file_ filp_ fput task_ copy_ dup_ exec_
    load_elf_ futex_ timer_ call_timer_ hrtimer_ posix_ signal_ send_ rcu_ workqueue_ process_ worker_ kthread_ ida_
    idr_ xa_ xas_ radix_tree_ rhashtable_ rht_ cgroup_ mem_cgroup_ memcg_ list_lru_ perf_ trace_ tracing_ ftrace_ event_
    kvm_ acpi_ pci_ usb_ hid_ drm_ dma_ iommu_ kobject_ kset_ device_ driver_ regmap_ of_ crypto_ key_ keyring_
    assoc_array_ sk_prot_ sg_ swap_ shmem_ tmpfs_ zs_ getname putname path_ user_ put_ get_ __put_ __get_ release_
    __release_ delayed_ ops_ setup_ register_ unregister_ __register_ __fput unknown-
    """)

  private static let caches = Set(
    words(
      """
      ? AF_VSOCK Acpi-State MPTCP MPTCPv6 PING PINGv6 RAW RAWv6 SCTP SCTPv6 TCP TCPv6 UDP UDP-Lite UDPLITEv6 UDPv6 UNIX
      UNIX-STREAM anon_vma anon_vma_chain arp_cache audit_buffer avc_node avc_xperms_data bdev_cache bfilp bfq_io_cq
      bio-120 bio-184 bio-248 bio-264 bio-312 bio-376 bio-392 bio-448 bio_post_read_ctx biovec-128 biovec-max blkdev_ioc
      bpf_map bridge_fdb_cache btrfs_delayed_node btrfs_extent_buffer btrfs_free_space btrfs_inode btrfs_ordered_extent
      btrfs_path btrfs_trans_handle buffer_head ceph_inode_info cifs_inode_cache cred_jar dax_cache debugfs_inode_cache
      dentry dm_rq_target_io dma-buf dma-kmalloc-128 dma-kmalloc-16 dma-kmalloc-192 dma-kmalloc-1k dma-kmalloc-256
      dma-kmalloc-2k dma-kmalloc-32 dma-kmalloc-4k dma-kmalloc-512 dma-kmalloc-64 dma-kmalloc-8 dma-kmalloc-8k
      dma-kmalloc-96 dmaengine-unmap-2 dnotify_struct dquot drm_buddy_block ep_head erofs_inode erofs_pcluster-1
      erofs_pcluster-128 erofs_pcluster-16 erofs_pcluster-257 erofs_pcluster-4 erofs_pcluster-64 eventpoll_epi
      ext4_allocation_context ext4_groupinfo_4k ext4_inode_cache ext4_io_end ext4_prealloc_space extent_status
      fanotify_perm_event fasync_cache fat_inode_cache fib6_node file_lease_cache file_lock_cache files_cache filp
      fs_cache fscrypt_inode_info fsnotify_mark fsnotify_mark_connector ftrace_event_field fuse_inode fuse_request
      hugetlbfs_inode_cache i915_request i915_vma inet_peer_cache inode_cache inotify_inode_mark intel_context io_buffer
      io_kiocb iommu_domain iommu_iova iommu_iova_magazine ip4-frags ip6_dst_cache ip_dst_cache ip_fib_alias ip_fib_trie
      isofs_inode_cache jbd2_journal_head jbd2_revoke_table_s jbd2_transaction_s kernfs_node_cache key_jar kioctx
      kmalloc-128 kmalloc-16 kmalloc-192 kmalloc-1k kmalloc-256 kmalloc-2k kmalloc-32 kmalloc-4k kmalloc-512 kmalloc-64
      kmalloc-8 kmalloc-8k kmalloc-96 kmalloc-cg-128 kmalloc-cg-16 kmalloc-cg-192 kmalloc-cg-1k kmalloc-cg-256
      kmalloc-cg-2k kmalloc-cg-32 kmalloc-cg-4k kmalloc-cg-512 kmalloc-cg-64 kmalloc-cg-8 kmalloc-cg-8k kmalloc-cg-96
      kmalloc-rcl-128 kmalloc-rcl-16 kmalloc-rcl-192 kmalloc-rcl-1k kmalloc-rcl-256 kmalloc-rcl-2k kmalloc-rcl-32
      kmalloc-rcl-4k kmalloc-rcl-512 kmalloc-rcl-64 kmalloc-rcl-8 kmalloc-rcl-8k kmalloc-rcl-96 kmalloc_buckets
      kmem_cache kmem_cache_node ksm_mm_slot ksm_rmap_item ksm_stable_node kvm_mmu_page_header kvm_vcpu lsm_file_cache
      lsm_inode_cache maple_node mb_cache_entry mem_cgroup memdup_user-128 memdup_user-16 memdup_user-192 memdup_user-1k
      memdup_user-256 memdup_user-2k memdup_user-32 memdup_user-4k memdup_user-512 memdup_user-64 memdup_user-8
      memdup_user-8k memdup_user-96 mm_slot mm_struct mnt_cache mqueue_inode_cache msg_msg-128 msg_msg-16 msg_msg-192
      msg_msg-1k msg_msg-256 msg_msg-2k msg_msg-32 msg_msg-4k msg_msg-512 msg_msg-64 msg_msg-8 msg_msg-8k msg_msg-96
      names_cache ndisc_cache net_namespace nf_conntrack nf_conntrack_expect nf_flow_offload nfs_inode_cache
      nfs_read_data nfs_write_data nsproxy numa_policy ovl_inode page->ptl pde_opener pending_reservation perf_event pid
      pid_namespace pidfs_attr_cache pidfs_xattr_cache pool_workqueue posix_timers_cache proc_dir_entry proc_inode_cache
      radix_tree_node raid5-md0 request_queue request_sock_TCP request_sock_TCPv6 request_sock_subflow_v4
      request_sock_subflow_v6 rpc_inode_cache scsi_sense_cache sctp_bind_bucket sctp_chunk secpath_cache seq_file
      sgpool-128 sgpool-16 sgpool-32 sgpool-64 sgpool-8 shared_policy_node shmem_inode_cache sighand_cache signal_cache
      sigqueue size-32 skbuff_ext_cache skbuff_fclone_cache skbuff_head_cache skbuff_small_head sock_inode_cache
      squashfs_inode_cache swapped task_delay_info task_group task_struct taskstats tcp_bind2_bucket tcp_bind_bucket
      thread_stack trace_event_file tracefs_inode_cache tw_sock_TCP tw_sock_TCPv6 udf_inode_cache uid_cache
      user_namespace userfaultfd_ctx_cache uts_namespace vm_area_struct vmap_area x86_emulator xfrm_dst xfrm_state
      xfs_bmbt_cur xfs_bnobt_cur xfs_buf xfs_buf_item xfs_bui_item xfs_da_state xfs_efd_item xfs_efi_item xfs_icr
      xfs_ifork xfs_ili xfs_inobt_cur xfs_inode xfs_log_ticket xfs_rmapbt_cur xfs_rtrmapbt_cur xfs_rud_item xfs_rui_item
      xfs_trans xfs_xmi_item xt_hashlimit zs_handle zspage zswap_entry
      """))

  private static let functions = Set(
    words(
      """
      ____ip_mc_inc_group ___neigh_create ___sys_recvmsg ___sys_sendmsg __addrconf_sysctl_register __alloc_skb
      __anon_vma_prepare __d_alloc __dentry_kill __devinet_sysctl_register __do_sys_getcwd __do_sys_setgroups
      __do_sys_setns __es_insert_extent __es_remove_extent __fput __fput_deferred __free_slab __get_vm_area_node
      __hw_addr_add_ex __inet_hash_connect __ip_make_skb __ipv6_dev_mc_inc __kernfs_new_node
      __kmalloc_node_track_caller_noprof __kvmalloc_node_noprof __list_lru_init __mmput __mt_destroy __mt_dup
      __neigh_event_send __netlink_kernel_create __proc_create __put_anon_vma __put_task_struct __register_sysctl_table
      __scm_recv_common __scm_send __send_signal_locked __sg_free_table __tcp_close __vmalloc_node_range_noprof
      __x64_sys_close __x64_sys_mount addrconf_exit_net addrconf_ifdown addrconf_init_net addrconf_sysctl_unregister
      alloc_bprm alloc_buffer_head alloc_empty_file alloc_empty_sheaf alloc_fdtable alloc_fs_context alloc_inode
      alloc_mnt_ns alloc_netdev_mqs alloc_pid alloc_pipe_info alloc_slab_obj_exts alloc_super alloc_vfsmnt
      anon_vma_clone anon_vma_fork arp_process attach_recursive_mnt begin_new_exec bio_free blk_update_request
      brnf_init_net bucket_table_alloc bvec_alloc call_timer_fn cleanup_net copy_fs_struct copy_net_ns copy_process
      copy_semundo create_new_namespaces deferred_put_nlk_sk delayed_free_vfsmnt delayed_vfree_work dequeue_signal
      destroy_inode destroy_super_work device_add device_release devinet_exit_net devinet_init_net do_epoll_create
      do_epoll_ctl do_eventfd do_execveat_common do_exit do_mkdirat do_readlinkat do_sock_setsockopt do_sys_openat2
      do_timer_create do_unlinkat dst_alloc dst_cow_metrics_generic dst_destroy dup_fd ep_clear_and_put
      ep_ptable_queue_proc ep_remove eventfd_release eventpoll_release_file exit_mmap ext4_alloc_inode
      ext4_alloc_io_end_vec ext4_dir_open ext4_do_writepages ext4_end_bio ext4_end_io_end ext4_ext_map_blocks
      ext4_find_extent ext4_fname_free_filename ext4_init_io_end ext4_mb_new_blocks ext4_release_dir ext4_release_io_end
      fasync_helper fib4_semantics_init fib6_add_1 fib6_info_alloc fib6_net_exit fib6_net_init fib_create_info
      fib_default_rule_add fib_insert_alias fib_net_exit_batch fib_net_init fib_notifier_ops_register fib_rules_register
      fib_table_insert fib_trie_table file_f_owner_allocate finish_task_switch flock_lock_inode flush_sigqueue
      fqdir_free_fn fqdir_init free_bprm free_buffer_head free_fair_sched_group free_fdtable_rcu free_netdev
      free_pipe_info free_rt_sched_group free_task futex_hash_allocate futex_hash_free get_mountpoint getname_flags
      getname_kernel ida_alloc_range ida_free igmp6_group_dropped in6_dev_finish_destroy_rcu in_dev_free_rcu
      inet6_net_init inet_alloc_ifa inet_bind2_bucket_create inet_bind_bucket_create inet_csk_accept inet_put_port
      inet_release inet_reqsk_alloc inet_sock_destruct inet_twsk_alloc inet_twsk_bind_unhash inetdev_event inetdev_init
      ioam6_net_init iovec_from_user ip6_dst_destroy ip6_mc_input ip6_pkt_discard ip6_route_net_exit ip6_route_net_init
      ip6addrlbl_alloc ip6mr_rules_exit ip_fib_net_exit ip_rcv_core ip_set_net_init ipmr_rules_exit ipv4_frags_exit_net
      ipv4_frags_init_net ipv4_inetpeer_init ipv4_mib_exit_net ipv4_mib_init_net ipv4_sysctl_exit_net
      ipv4_sysctl_init_net ipv6_add_addr ipv6_add_dev ipv6_frags_exit_net ipv6_frags_init_net ipv6_icmp_sysctl_init
      ipv6_inetpeer_init ipv6_route_sysctl_init ipv6_sysctl_net_exit ipv6_sysctl_net_init iterate_cleanup_work kern_path
      kernfs_fop_open kernfs_fop_release kernfs_free_fs_context kernfs_free_rcu kernfs_get_tree kmalloc_reserve
      kobject_get_path kobject_put kobject_set_name_vargs kobject_uevent_env krealloc_node_align_noprof
      kset_create_and_add ksys_unshare kvfree_rcu_list list_lru_destroy load_elf_binary load_elf_phdrs
      locks_dispose_list lsm_blob_alloc mas_dup_alloc mas_new_ma_node mas_preallocate mas_push_data
      mas_spanning_rebalance mas_store_gfp mas_wr_bnode memcg_list_lru_alloc mempool_alloc_noprof mirred_exit_net
      mirred_init_net mm_alloc mptcp_net_init mr_table_alloc neigh_parms_alloc neigh_sysctl_register net_alloc_generic
      net_passive_dec netdev_create_hash netdev_exit netdev_release netdev_run_todo netlink_broadcast_filtered
      netlink_dump netlink_recvmsg netlink_unicast nexthop_net_exit nexthop_net_init nf_conntrack_pernet_exit
      nf_conntrack_pernet_init nf_ct_destroy nf_ct_ext_add nf_ct_net_exit nf_ct_net_init nf_ct_tmpl_alloc
      nf_log_net_exit nf_log_net_init nf_lwtunnel_net_init nf_nat_masq_schedule open_exec ops_init ops_undo_list
      page_reporting_process path_mount path_openat pidfs_register_pid pipe_release prepare_creds proc_alloc_inode
      proc_cgroup_show proc_net_ns_init proc_pid_readlink proc_self_get_link proc_sys_call_handler process_one_work
      pskb_expand_head put_cred_rcu put_files_struct put_fs_context put_pid qdisc_alloc radix_tree_node_alloc
      rcu_do_batch register_netdevice release_task remove_proc_entry remove_proc_subtree rhashtable_free_and_destroy
      rtnl_newlink sched_free_group_rcu security_cred_free security_file_alloc security_inode_alloc security_sb_free
      security_sk_free security_task_free seg6_net_exit seg6_net_init seq_open seq_read_iter seq_release
      shmem_alloc_inode shrinker_alloc shrinker_free_rcu_cb single_open single_release sk_prot_alloc skb_clone
      skb_defer_free_flush skb_release_data skb_release_head_state sock_alloc_inode strndup_user synproxy_net_exit
      sysctl_core_net_exit sysctl_core_net_init sysctl_route_net_init sysfs_init_fs_context sysfs_kill_sb task_work_run
      taskstats_exit tcp_ack tcp_add_backlog tcp_data_queue tcp_disconnect tcp_get_metrics tcp_rcv_established
      tcp_rcv_state_process tcp_recvmsg_locked tcp_timewait_state_process tcp_v4_destroy_sock tcp_v4_do_rcv tcp_v4_rcv
      tcp_validate_incoming tcp_write_queue_purge tcp_write_xmit tnode_new udp_destruct_sock udp_init_sock
      udp_queue_rcv_one_skb udpv6_destruct_sock udpv6_init_sock uevent_net_init umount_tree unix_destroy_fpl
      unix_free_vertices unix_net_exit unix_net_init unix_prepare_fpl unix_release_sock unix_stream_connect
      unix_stream_read_generic unix_sysctl_register unlink_anon_vmas unregister_netdevice_many_notify unwind_task_free
      user_path_at veth_dev_init vfree vfs_fstatat vfs_parse_fs_qstr vfs_writev virtio_transport_tx_work vm_area_alloc
      vm_area_dup vm_area_free vms_complete_munmap_vmas walk_component xas_alloc xfrm4_net_exit xfrm4_net_init
      xfrm6_net_exit xfrm6_net_init xfrm_net_exit xfrm_net_init xfrm_policy_fini xfrm_state_fini xfrm_state_init
      xfrm_sysctl_init
      """))

  private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
}
