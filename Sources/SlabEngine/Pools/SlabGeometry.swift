/// Layout of the objects of a pool in slabs of any order.
///
///     stride: ┌ left red zone ┬ object ┬ right red zone ┬ alignment ┐     red zones only with CacheOptions.Flags.redZone
struct SlabGeometry: Hashable {
  /// Bytes from one object to the next.
  let stride: Int
  let alignment: Int
  /// Bytes of red zone before and after each object.
  let leftRedZone: Int
  let rightRedZone: Int
  /// The preferred order; see `OrderPolicy`.
  let preferredOrder: Int
  /// The lowest order that holds an object.
  let minimumOrder: Int
  /// See `PageDescriptor.reciprocal`.
  let reciprocal: UInt32

  /// Lays out objects of `objectSize` bytes.
  /// - Parameter cache: the cache's name, by which `orders` may have settings of its own for it.
  init(
    cache: String, objectSize: Int, alignment: Int, minimumStride: Int = 0, redZones: Bool = false, orders: OrderPolicy
  ) {
    leftRedZone = redZones ? max(8, alignment) : 0
    // The right red zone has at least eight bytes, and all bytes that the alignment adds.
    let end = max(leftRedZone + objectSize + (redZones ? 8 : 0), minimumStride)
    stride = (end + alignment - 1) & ~(alignment - 1)
    rightRedZone = redZones ? stride - leftRedZone - objectSize : 0
    self.alignment = alignment
    preferredOrder = orders.policy(forCache: cache, stride: stride).preferredOrder(stride: stride)
    minimumOrder = orders.minimumOrder(stride: stride)
    reciprocal = UInt32((1 << 32 + stride - 1) / stride)
  }

  /// Returns the number of objects in a slab of an order.
  func objects(inOrder order: Int) -> Int {
    min(MachineMemory.pageBytes << order / stride, PageDescriptor.maximumObjects)
  }

  /// Returns the bytes of a slab that no object covers, including the colour offset.
  func tail(ofOrder order: Int) -> Int { MachineMemory.pageBytes << order - objects(inOrder: order) * stride }

  /// Returns the bytes of a slab's free bitmap; 0 if the bitmap fits into the page descriptor.
  static func bitmapBytes(objects: Int) -> Int {
    objects > PageDescriptor.mostFewObjects ? bitmapWords(objects: objects) * 8 : 0
  }

  /// Returns the number of words of a slab's free bitmap.
  static func bitmapWords(objects: Int) -> Int { (objects + 63) / 64 }
}
