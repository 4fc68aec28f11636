/// Objects that a timer of the kernel frees a known time after their use, so that their number grows in any shorter recording.
package enum DelayedFrees {
  /// Seconds until the objects of a cache are freed.
  private static let caches: [String: Double] = [
    // TCP_TIMEWAIT_LEN in include/net/tcp.h: the socket in TIME_WAIT and the records of its port.
    "tw_sock_TCP": 60, "tw_sock_TCPv6": 60, "tcp_bind_bucket": 60, "tcp_bind2_bucket": 60,
    // Five retransmissions of SYN+ACK (net.ipv4.tcp_synack_retries).
    "request_sock_TCP": 63, "request_sock_TCPv6": 63,
    // net.netfilter.nf_conntrack_udp_timeout_stream.
    "nf_conntrack": 120,
    // net.ipv4.ipfrag_time and net.ipv6.ip6frag_time.
    "ip4-frags": 30, "ip6-frags": 60,
    // net.ipv4.inet_peer_maxttl.
    "inet_peer_cache": 600,
    // BR_DEFAULT_AGEING_TIME in include/linux/if_bridge.h.
    "bridge_fdb_cache": 300,
  ]
  /// Seconds until the objects are freed that a function allocates, whose cache may have the name of another cache that the kernel
  /// has merged with it.
  private static let functions: [String: Double] = [
    "inet_twsk_alloc": 60, "inet_bind_bucket_create": 60, "inet_bind2_bucket_create": 60, "__inet_hash_connect": 60,
    "inet_reqsk_alloc": 63, "__nf_conntrack_alloc": 120, "inet_getpeer": 600,
    // net.ipv4.neigh.default.gc_stale_time.
    "___neigh_create": 60,
  ]

  /// Returns the seconds after which the objects of a call site or cache are freed; 0 if none are known.
  /// - Parameters:
  ///   - function: Function of the call site, without its offset; nil for a cache as a whole.
  ///   - cache: Name of the cache.
  package static func seconds(function: String?, cache: String) -> Double {
    max(caches[cache] ?? 0, function.flatMap { functions[$0] } ?? 0)
  }
}
