import SlabEngine

/// What it costs to serve some objects from one class: the model that the optimiser minimises.
///
/// A class of `size` bytes with slabs of some order holds `n` objects in `n / m + 1/2` slabs (`m` to a slab, the last one
/// half full on average), besides what lies in magazines, which is much the same for each class. The order is the one
/// of those allowed that makes this least: class and order are one choice.
public struct ClassCosts: Sendable, Hashable {
  /// Page orders that slabs may have.
  public var orders: ClosedRange<Int>
  /// Sizes are multiples of this.
  public var alignment: Int
  /// Bytes of free objects in magazines, and of metadata, that a class in use costs however many objects it has.
  public var overheadBytes: Double

  /// SLUB's orders, alignment to 8 bytes.
  public init(orders: ClosedRange<Int> = 0...3, alignment: Int = 8, overheadBytes: Double = 4096) {
    (self.orders, self.alignment, self.overheadBytes) = (orders, alignment, overheadBytes)
  }

  /// The size of the class that serves requests of up to so many bytes.
  func classSize(for bytes: Int) -> Int { max(8, (bytes + alignment - 1) / alignment * alignment) }

  /// Bytes that each object costs, and that the class costs besides, with slabs of an order; nil where no object fits.
  private func line(_ size: Int, _ order: Int) -> (each: Double, fixed: Double)? {
    let slab = 4096 << order
    let objects = min(slab / size, 4096)
    guard objects > 0 else { return nil }
    return (Double(slab) / Double(objects), Double(slab - 4096) / 2 + overheadBytes)
  }

  /// The orders of a class: those allowed, or, where none holds an object, the lowest that does.
  private func candidates(_ size: Int) -> ClosedRange<Int> {
    var lowest = orders.lowerBound
    while 4096 << lowest < size { lowest += 1 }
    return lowest...max(lowest, orders.upperBound)
  }

  /// Bytes that a class holds for so many objects, and the order that makes it least. Nothing for no objects.
  public func cost(size: Int, objects: Double) -> (bytes: Double, order: Int) {
    var best = (bytes: Double.infinity, order: 0)
    for order in candidates(size) {
      guard let line = line(size, order) else { continue }
      let bytes = objects * line.each + line.fixed
      if bytes < best.bytes { best = (bytes, order) }
    }
    return objects > 0 ? best : (0, best.order)
  }

  /// The lines whose lower envelope the cost is, for the optimiser: bytes for each object, bytes besides.
  func lines(size: Int) -> [(each: Double, fixed: Double)] { candidates(size).compactMap { line(size, $0) } }
}
