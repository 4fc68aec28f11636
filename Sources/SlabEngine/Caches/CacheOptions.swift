/// Options of a cache besides the size of its objects.
public struct CacheOptions: Sendable {
  /// Flags of a cache (the kernel's SLAB_... flags).
  public struct Flags: OptionSet, Sendable, Hashable {
    /// One bit per flag.
    public let rawValue: Int

    /// Creates a set of flags from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Never shares slabs with another cache (SLAB_PERFORMANCE in Hemment's message; Linux: SLAB_NO_MERGE).
    public static let performance = Flags(rawValue: 1)
    /// Writes a pattern before and after each object, and checks it when the object is allocated and freed
    /// (SLAB_RED_ZONE).
    public static let redZone = Flags(rawValue: 2)
    /// Fills free objects with a pattern, and checks it when they are allocated (SLAB_POISON). It has no effect on a
    /// cache with a constructor.
    public static let poison = Flags(rawValue: 4)
    /// Records where each object was last allocated and freed (SLAB_STORE_USER): the CPUs and, in engines that capture
    /// data, the call sites.
    public static let storeUser = Flags(rawValue: 8)

    /// Whether objects bypass the magazines, so that each allocation and free is checked at once.
    var isDebug: Bool { !isDisjoint(with: [.redZone, .poison, .storeUser]) }
  }

  /// Treatment of remote frees: frees on another CPU than the one that allocated the object from its slab.
  public enum RemoteFrees: Sendable, Hashable {
    /// The object goes into a magazine of the freeing CPU. This is the fastest, but objects migrate between CPUs.
    case cachedLocally
    /// The object is returned to the CPU that last allocated from its slab, in batches.
    case returnedToAllocatingCPU
  }

  /// Alignment of each object in bytes: a power of two up to the page size.
  public var alignment: Int
  /// Flags of the cache.
  public var flags: Flags
  /// Treatment of remote frees.
  public var remoteFrees: RemoteFrees
  /// Constructor (the kernel's ctor): called once for each object when its slab is created. Objects must be freed in
  /// their constructed state. The constructor may access only the object, because locks of the engine are held while it
  /// runs.
  public var constructor: (@Sendable (UnsafeMutableRawPointer) -> Void)?
  /// Lower bound of the stride in bytes, used to replay the layout of a recorded kernel. 0 for none.
  public var minimumStride = 0
  /// Moves live objects, so that the shuffler can evacuate their slabs; nil if the objects cannot be moved.
  public var mover: ObjectMover?

  /// Creates options; by default 8-byte alignment, no flags, no constructor and no mover.
  public init(
    alignment: Int = 8, flags: Flags = [], remoteFrees: RemoteFrees = .cachedLocally,
    constructor: (@Sendable (UnsafeMutableRawPointer) -> Void)? = nil, mover: ObjectMover? = nil
  ) {
    self.alignment = alignment
    self.flags = flags
    self.remoteFrees = remoteFrees
    self.constructor = constructor
    self.mover = mover
  }

  /// Whether the options permit that the cache shares slabs with other caches.
  var maySharePool: Bool { flags.isEmpty && constructor == nil && remoteFrees == .cachedLocally }
}
