/// Objects that the kernel frees a known time after their use, so that their number grows in any shorter recording.
enum DelayedFrees {
  /// Seconds for which a closed TCP connection is in the state TIME_WAIT (TCP_TIMEWAIT_LEN in include/net/tcp.h).
  private static let timeWait = 60.0
  /// Functions that allocate the socket in TIME_WAIT and the records of its port.
  private static let timeWaitFunctions: Set = [
    "inet_twsk_alloc", "inet_bind_bucket_create", "inet_bind2_bucket_create", "__inet_hash_connect",
  ]
  private static let timeWaitCaches: Set = [
    "tw_sock_TCP", "tw_sock_TCPv6", "tcp_bind_bucket", "tcp_bind2_bucket", "tw_sock_DCCP",
  ]

  /// Returns the seconds after which the objects of a call site or cache are freed; 0 if none are known.
  /// - Parameters:
  ///   - function: Function of the call site, without its offset; nil for a cache as a whole.
  ///   - cache: Name of the cache.
  static func seconds(function: String?, cache: String) -> Double {
    timeWaitCaches.contains(cache) || timeWaitFunctions.contains(function ?? "") ? timeWait : 0
  }
}
