import SlabEngine

/// Cost model of the optimiser: the slab memory of the objects of one size class.
///
/// `n` objects of `size` bytes take `n / m + 1/2` slabs, where `m` is the number of objects per slab and the last slab is half full on
/// average. Free objects in magazines take much the same memory in every class. The page order is the permitted one that takes the
/// least memory, so a class and its order are chosen together.
package struct ClassCosts: Sendable, Hashable {
  /// Permitted page orders of slabs.
  package var orders: ClosedRange<Int>
  /// Alignment of class sizes in bytes.
  package var alignment: Int
  /// Bytes of free objects in magazines, and of metadata, of a class in use, whatever its number of objects.
  package var overheadBytes: Double

  /// Creates a model, with SLUB's page orders and alignment to 8 bytes by default.
  package init(orders: ClosedRange<Int> = 0...3, alignment: Int = 8, overheadBytes: Double = 4096) {
    (self.orders, self.alignment, self.overheadBytes) = (orders, alignment, overheadBytes)
  }

  /// Returns the least size of a class that serves requests of `bytes`.
  func classSize(for bytes: Int) -> Int { max(8, (bytes + alignment - 1) / alignment * alignment) }

  /// Returns the bytes per object and the fixed bytes of a class whose slabs have this order; nil if no object fits.
  private func linearCost(_ size: Int, _ order: Int) -> (perObject: Double, fixed: Double)? {
    let slab = 4096 << order
    let objects = min(slab / size, 4096)
    guard objects > 0 else { return nil }
    return (Double(slab) / Double(objects), Double(slab - 4096) / 2 + overheadBytes)
  }

  /// Returns the permitted orders whose slabs have room for an object, or the lowest such order if none is permitted.
  private func candidates(_ size: Int) -> ClosedRange<Int> {
    var lowest = orders.lowerBound
    while 4096 << lowest < size { lowest += 1 }
    return lowest...max(lowest, orders.upperBound)
  }

  /// Returns the least slab memory of a number of objects in bytes, and the page order that it needs; 0 bytes for no objects.
  package func cost(size: Int, objects: Double) -> (bytes: Double, order: Int) {
    var best = (bytes: Double.infinity, order: 0)
    for order in candidates(size) {
      guard let cost = linearCost(size, order) else { continue }
      let bytes = objects * cost.perObject + cost.fixed
      if bytes < best.bytes { best = (bytes, order) }
    }
    return objects > 0 ? best : (0, best.order)
  }

  /// Returns the linear costs of all permitted orders. The cost of a class is the least of them.
  func linearCosts(size: Int) -> [(perObject: Double, fixed: Double)] {
    candidates(size).compactMap { linearCost(size, $0) }
  }
}
