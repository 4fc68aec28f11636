/// One slab: a cell of the slab map.
public struct SlabSnapshot: Sendable, Hashable {
  /// Number of its first page, from the start of machine memory.
  public var pageFrameNumber: Int
  /// Its page order.
  public var order: Int
  /// Objects it holds room for.
  public var objects: Int
  /// Objects in use: live, or in a CPU's magazine; those in a depot are free.
  public var objectsInUse: Int
  /// The cache that most of the objects out of it belong to, where caches share the slabs.
  public var owner: String

  /// A slab with every figure given.
  public init(pageFrameNumber: Int, order: Int, objects: Int, objectsInUse: Int, owner: String = "") {
    self.pageFrameNumber = pageFrameNumber
    self.order = order
    self.objects = objects
    self.objectsInUse = objectsInUse
    self.owner = owner
  }

  /// The share of its objects that are out, 0...1.
  public var occupancy: Double { objects == 0 ? 0 : Double(objectsInUse) / Double(objects) }
}
