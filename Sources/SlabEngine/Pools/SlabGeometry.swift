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
  /// 2^32 / stride, rounded up: reciprocal * stride = 2^32 + d with d < stride. The offset of an object, k * stride <
  /// 2^22, times reciprocal is k * 2^32 + k * d with k * d < 2^22, so that the upper half of the product is exactly k.
  private let reciprocal: UInt32

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

  /// Returns the number of the object at an offset from the start of a slab, by a multiplication. For an offset within an
  /// object the result may be the number of a neighbour; the caller compares the offset with the start of that object.
  /// - Parameters:
  ///   - offset: offset in bytes.
  ///   - firstObject: offset of the slab's first object.
  @inline(__always)
  func index(of offset: Int, at firstObject: Int) -> Int {
    let offset = UInt64(truncatingIfNeeded: offset &- firstObject)
    return Int(truncatingIfNeeded: (offset &* UInt64(reciprocal)) >> 32)
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
