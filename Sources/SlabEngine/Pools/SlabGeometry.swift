/// How objects of one cache or pool lie in slabs of any order.
struct SlabGeometry: Hashable {
  /// Bytes from one object to the next.
  let stride: Int
  let alignment: Int
  /// The order asked for first, and the lowest that holds an object.
  let preferredOrder: Int
  let minimumOrder: Int
  /// See `PageDescriptor.reciprocalShift`.
  let reciprocal: UInt64

  init(objectSize: Int, alignment: Int, orders: OrderPolicy) {
    stride = (objectSize + alignment - 1) & ~(alignment - 1)
    self.alignment = alignment
    preferredOrder = orders.preferredOrder(stride: stride)
    minimumOrder = orders.minimumOrder(stride: stride)
    reciprocal = (1 << PageDescriptor.reciprocalShift + UInt64(stride) - 1) / UInt64(stride)
  }

  func objects(inOrder order: Int) -> Int { MachineMemory.pageBytes << order / stride }

  /// Bytes of a slab that no object covers, its colour included.
  func tail(ofOrder order: Int) -> Int { MachineMemory.pageBytes << order % stride }

  /// Words of a slab's free bitmap.
  static func bitmapWords(objects: Int) -> Int { (objects + 63) / 64 }
}
