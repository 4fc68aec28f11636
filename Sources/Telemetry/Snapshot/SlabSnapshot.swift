/// State of one slab at one time, for the slab map.
package struct SlabSnapshot: Sendable, Hashable {
  /// Page frame number of the first page. Of the running kernel, whose addresses are not shown, it is the number of the slab among
  /// those that were found, from 1.
  package var pageFrameNumber: Int
  /// Page order.
  package var order: Int
  /// Number of objects that the slab has room for.
  package var objects: Int
  /// Number of objects that are live or in a CPU's magazine. Objects in a depot count as free.
  package var objectsInUse: Int
  /// Name of the cache that owns most of the objects in use, of the running kernel that of the call site; empty if the slab is not
  /// shared.
  package var owner: String
  /// Microseconds since the allocation of the oldest live object; nil if not known.
  package var oldestMicroseconds: Int?

  /// Creates a slab from its figures.
  package init(pageFrameNumber: Int, order: Int, objects: Int, objectsInUse: Int, owner: String = "") {
    self.pageFrameNumber = pageFrameNumber
    self.order = order
    self.objects = objects
    self.objectsInUse = objectsInUse
    self.owner = owner
  }

  /// Share of the objects that are in use, 0...1.
  package var occupancy: Double { objects == 0 ? 0 : Double(objectsInUse) / Double(objects) }
}
