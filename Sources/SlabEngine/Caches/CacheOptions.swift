/// What a cache asks for besides its object's size.
public struct CacheOptions: Sendable {
  /// What sets a cache apart (the kernel's SLAB_... flags).
  public struct Flags: OptionSet, Sendable, Hashable {
    /// One bit a flag.
    public let rawValue: Int

    /// Flags by their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Never share slabs: the mail's SLAB_PERFORMANCE, Linux's SLAB_NO_MERGE.
    public static let performance = Flags(rawValue: 1)
    /// Keep a pattern before and after each object, and check it at each free and allocation (SLAB_RED_ZONE).
    public static let redZone = Flags(rawValue: 2)
    /// Fill free objects with a pattern, and check it when they are handed out (SLAB_POISON).
    public static let poison = Flags(rawValue: 4)
    /// Keep who allocated and who freed each object last (SLAB_STORE_USER): the CPUs, and the call sites in engines that
    /// capture data.
    public static let storeUser = Flags(rawValue: 8)

    /// Whether objects bypass the magazines, so that each free is checked at once.
    var isDebug: Bool { !isDisjoint(with: [.redZone, .poison, .storeUser]) }
  }

  /// Where an object goes that is freed on another CPU than the one whose slab it is from.
  public enum RemoteFrees: Sendable, Hashable {
    /// Into the freeing CPU's magazine: fastest, and objects wander between CPUs.
    case keptLocally
    /// Back to the CPU that took it from its slab, a batch at a time.
    case returnedHome
  }

  /// Alignment of each object in bytes, a power of two up to a page.
  public var alignment: Int
  /// What sets the cache apart.
  public var flags: Flags
  /// Where objects go that are freed on another CPU.
  public var remoteFrees: RemoteFrees
  /// Called once for each object when its slab is made (the kernel's ctor); owners return objects as constructed. It
  /// touches the object only: the engine is locked meanwhile.
  public var constructor: (@Sendable (UnsafeMutableRawPointer) -> Void)?
  /// Bytes from one object to the next, at least: what a recorded kernel set aside for one.
  public var minimumStride = 0
  /// Moves a live object elsewhere, so that the shuffler can evacuate its slab.
  public var mover: ObjectMover?

  /// Eight-byte alignment and nothing else, unless said otherwise.
  public init(
    alignment: Int = 8, flags: Flags = [], remoteFrees: RemoteFrees = .keptLocally,
    constructor: (@Sendable (UnsafeMutableRawPointer) -> Void)? = nil, mover: ObjectMover? = nil
  ) {
    self.alignment = alignment
    self.flags = flags
    self.remoteFrees = remoteFrees
    self.constructor = constructor
    self.mover = mover
  }

  /// Whether the cache may share slabs with others at all.
  var maySharePool: Bool { flags.isEmpty && constructor == nil && remoteFrees == .keptLocally }
}
