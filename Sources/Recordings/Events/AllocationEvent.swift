/// One event of slab traffic, as a kernel's `kmem` tracepoints report it: the unit that recordings store, generators
/// produce and players play.
///
/// Objects are named by *slot*, not by pointer: a small number that is unique among the objects live at that moment
/// and is used again once its object is freed (lowest recently freed first), as a file descriptor is. A player can
/// therefore keep its objects in a plain array no longer than the peak of live objects, and no kernel address is
/// ever stored.
public struct AllocationEvent: Sendable, Hashable, BitwiseCopyable {
  /// Which tracepoint fired.
  public enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// A request to the general caches.
    case kmalloc = 0
    /// A free that names no cache; legal for objects of any cache.
    case kfree = 1
    /// A request to a named cache.
    case kmemCacheAlloc = 2
    /// A free that names its cache.
    case kmemCacheFree = 3
  }

  /// What the event did to the set of live objects.
  public enum Outcome: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// An allocation of a slot that was free.
    case allocated = 0
    /// An allocation whose pointer was live already: the older object was freed unseen (in bulk, by RCU, by the NAPI
    /// skb cache). The older object of this slot ends here, the new one begins.
    case allocatedOverLive = 1
    /// An allocation that returned NULL. `slot` is `noSlot`.
    case failed = 2
    /// A free of a live object.
    case freed = 3
    /// A free whose allocation was not seen. `slot` is `noSlot`.
    case unmatched = 4
    /// A free of NULL. `slot` is `noSlot`.
    case null = 5
    /// A free of ZERO_SIZE_PTR, what kmalloc(0) returns. `slot` is `noSlot`.
    case zeroSize = 6
  }

  /// The slot of events that touch no live object.
  public static let noSlot = UInt32.max
  /// The `cache` of events that name no cache: kfree, and kmalloc from a normal cache or one that isn't known.
  public static let noCache = UInt32.max

  /// When, in ticks of the source's clock. Usually never decreasing; a per-CPU clock may step back, and consumers clamp.
  public var time: UInt64
  /// The object, or `noSlot`.
  public var slot: UInt32
  /// Bytes asked for; 0 for frees.
  ///
  /// Of skb data this is no more than the class that serves them: kmalloc_reserve() (net/core/skbuff.c) rounds up before it
  /// calls kmalloc. `usedBytes` says what was needed.
  public var requestedBytes: UInt32
  /// Bytes the kernel set aside; 0 for frees.
  public var allocatedBytes: UInt32
  /// Call site: an index into the source's `symbols`.
  public var site: UInt32
  /// Cache name: an index into the source's `symbols`, or `noCache`. A kmalloc names its cache (`kmalloc-cg-1k`) if that
  /// is known to be other than the normal one of its size.
  public var cache: UInt32
  /// The CPU the event happened on.
  public var cpu: UInt16
  /// Which tracepoint fired.
  public var kind: Kind
  /// What it did to the set of live objects.
  public var outcome: Outcome
  /// Bytes of the object that ends here which were in use while it was live, as its `UseMeasure` counts them. nil if they are
  /// not known, and for every event that ends no object (an outcome other than `freed` and `allocatedOverLive`).
  public var usedBytes: UInt32?

  /// An event with every field given; how much of the object was in use is not known unless it is given.
  public init(
    time: UInt64, slot: UInt32, requestedBytes: UInt32, allocatedBytes: UInt32, site: UInt32, cache: UInt32,
    cpu: UInt16,
    kind: Kind, outcome: Outcome, usedBytes: UInt32? = nil
  ) {
    self.time = time
    self.slot = slot
    self.requestedBytes = requestedBytes
    self.allocatedBytes = allocatedBytes
    self.site = site
    self.cache = cache
    self.cpu = cpu
    self.kind = kind
    self.outcome = outcome
    self.usedBytes = usedBytes
  }

  /// Whether it allocates, successfully or not.
  public var isAllocation: Bool { kind == .kmalloc || kind == .kmemCacheAlloc }
}
