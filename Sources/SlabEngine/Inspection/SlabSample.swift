/// One slab in a `CacheSample`.
public struct SlabSample: Sendable, Hashable {
  /// Page frame number of the slab's first page, counted from the start of machine memory.
  public var pageFrameNumber: Int
  /// Page order of the slab.
  public var order: Int
  /// Number of objects that the slab has room for.
  public var objects: Int
  /// Number of objects in use (SLUB's `inuse`): live, or free in a magazine or depot.
  public var objectsInUse: Int
  /// Number of objects among these that are free in a depot.
  public var objectsInDepots: Int
  /// Name of the cache that owns most of the objects in use.
  public var owner: String
}

extension SlabSample {
  /// Creates a sample of a slab without objects in depots.
  public init(page: Int, order: Int, objects: Int, objectsInUse: Int, owner: String) {
    self.init(
      pageFrameNumber: page, order: order, objects: objects, objectsInUse: objectsInUse, objectsInDepots: 0,
      owner: owner)
  }
}
