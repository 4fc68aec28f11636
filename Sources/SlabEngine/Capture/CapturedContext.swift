#if Capture
  /// Counters of one context of an engine's capture: a call site, a cache and a number of requested bytes.
  public struct CapturedContext: Sendable, Hashable {
    /// Name of the call site: a recorded symbol, or file and line. `other` if the capture had no room for more contexts
    /// (12,288); these allocations are counted by cache only.
    public var site: String
    /// Name of the cache; nil if the page allocator served the requests because they are larger than all general caches,
    /// or if the capture had no room for more contexts of the call site `other`.
    public var cache: String?
    /// Whether the objects were requested by size (kmalloc) and not from a named cache.
    public var isRequestedBySize: Bool
    /// Requested bytes of each object; its allocated bytes if the call site is `other`.
    public var requestedBytes: Int
    /// Number of allocated objects.
    public var allocations: Int
    /// Sum of the allocated bytes of all objects.
    public var allocatedBytes: Int
    /// Number of freed objects by lifetime: entry 0 counts lifetimes of 0 ticks, entry `i` those of 2^(i-1) up to
    /// 2^i - 1 ticks.
    public var lifetimes: [Int]
    /// Number of objects that were freed on another CPU than the one that allocated them.
    public var remoteFrees: Int
    /// Number of objects that ended without a free of the workload (`EngineCPU.freeUnseen(_:)`).
    public var unseenFrees: Int
    /// Number of freed objects, without unseen frees.
    public var frees: Int { lifetimes.reduce(0, +) }
    /// Number of live objects.
    public var liveObjects: Int { max(0, allocations - frees - unseenFrees) }
  }

  extension CapturedContext: Comparable {
    /// Orders contexts by call site, cache and requested bytes.
    public static func < (one: Self, other: Self) -> Bool {
      (one.site, one.cache ?? "", one.requestedBytes, one.isRequestedBySize ? 1 : 0)
        < (other.site, other.cache ?? "", other.requestedBytes, other.isRequestedBySize ? 1 : 0)
    }
  }
#endif
