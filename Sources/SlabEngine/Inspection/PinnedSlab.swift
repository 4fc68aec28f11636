/// A slab with few objects in use, and some of the objects that pin it: that prevent its return to the page allocator.
public struct PinnedSlab: Sendable, Hashable {
  /// Page frame number of the slab's first page, counted from the start of machine memory.
  public var pageFrameNumber: Int
  /// Page order of the slab.
  public var order: Int
  /// Number of objects that the slab has room for.
  public var objects: Int
  /// Number of objects in use: live, or free in a magazine or depot.
  public var objectsInUse: Int
  /// Some of the objects in use, in ascending order of address.
  public var pins: [Pin]

  /// An object that pins a slab.
  public struct Pin: Sendable, Hashable {
    /// Name of the cache that owns the object.
    public var cache: String
    /// Whether the object is live; false if it is free in a magazine or depot. Always true if the cache keeps no object
    /// records.
    public var isLive = true
    /// Name of the call site that allocated the object; nil if it is not recorded or the object is not live.
    public var site: String?
    /// Requested bytes; nil if they are not recorded or the object is not live.
    public var requestedBytes: Int?
    /// Age of the object in ticks of the capture clock; nil if it is not recorded or the object is not live.
    public var ageTicks: UInt64?
  }
}
