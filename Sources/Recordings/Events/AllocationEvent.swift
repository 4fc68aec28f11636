/// One allocation or free, with the figures that the kernel's `kmem` tracepoints report. Recordings store events,
/// generators produce them, and players replay them.
///
/// An event identifies its object by *slot* instead of by address. A slot is a small number that is unique among the live
/// objects; like a file descriptor, it is used again after its object is freed (``SlotAllocator``). A player can therefore
/// keep its objects in an array that is no longer than the peak number of live objects, and no kernel address is stored.
public struct AllocationEvent: Sendable, Hashable, BitwiseCopyable {
  /// Tracepoint of an event.
  public enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Allocation from a general cache.
    case kmalloc = 0
    /// Free that does not name a cache. kfree accepts objects of every cache.
    case kfree = 1
    /// Allocation from a named cache.
    case kmemCacheAlloc = 2
    /// Free that names the cache.
    case kmemCacheFree = 3
  }

  /// Effect of an event on the set of live objects.
  public enum Outcome: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Allocation of an object in a free slot.
    case allocated = 0
    /// Allocation at the address of a live object. The older object was freed without an event (in bulk, by RCU or by the
    /// NAPI skb cache); it ends with this event, and the new object takes its slot.
    case allocatedOverLive = 1
    /// Allocation that returned NULL. `slot` is `noSlot`.
    case failed = 2
    /// Free of a live object.
    case freed = 3
    /// Free of an object whose allocation was not recorded. `slot` is `noSlot`.
    case unmatched = 4
    /// Free of NULL. `slot` is `noSlot`.
    case null = 5
    /// Free of ZERO_SIZE_PTR, the result of kmalloc(0). `slot` is `noSlot`.
    case zeroSize = 6
  }

  /// Value of `slot` in an event without a live object.
  public static let noSlot = UInt32.max
  /// Value of `cache` in an event that does not name a cache: kfree, and kmalloc from a normal or unknown cache.
  public static let noCache = UInt32.max

  /// Time in ticks of the source's clock (``AllocationEventSource/ticksPerSecond``). A per-CPU clock may step back, so that
  /// a time may be less than that of the previous event.
  public var time: UInt64
  /// Slot of the object, or `noSlot`.
  public var slot: UInt32
  /// Requested bytes; 0 for frees.
  ///
  /// For skb data this is the size of the kmalloc class, because kmalloc_reserve() (net/core/skbuff.c) rounds the size up
  /// before it calls kmalloc. `usedBytes` has the number of bytes that were in use.
  public var requestedBytes: UInt32
  /// Bytes that the kernel allocated for the request; 0 for frees.
  public var allocatedBytes: UInt32
  /// Call site, an index into the source's `symbols`.
  public var site: UInt32
  /// Name of the cache, an index into the source's `symbols`, or `noCache`. A kmalloc event names its cache only if the
  /// kind of the cache is known and not normal (`kmalloc-cg-1k`).
  public var cache: UInt32
  /// CPU of the event.
  public var cpu: UInt16
  /// Tracepoint of the event.
  public var kind: Kind
  /// Effect on the set of live objects.
  public var outcome: Outcome
  /// Number of bytes that were in use in the object that this event ends, determined by the recording's
  /// ``UsedBytesMethod``. nil if the number is not known or the event ends no object (its outcome is neither `freed` nor
  /// `allocatedOverLive`).
  public var usedBytes: UInt32?

  /// Creates an event. `usedBytes` is unknown by default.
  public init(
    time: UInt64, slot: UInt32, requestedBytes: UInt32, allocatedBytes: UInt32, site: UInt32, cache: UInt32,
    cpu: UInt16, kind: Kind, outcome: Outcome, usedBytes: UInt32? = nil
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

  /// Whether the event is an allocation, successful or failed.
  public var isAllocation: Bool { kind == .kmalloc || kind == .kmemCacheAlloc }
}
