/// Which page orders a pool's slabs take.
///
/// The preferred order follows SLUB's `calculate_order` (Linux, mm/slub.c): the lowest order that holds enough objects
/// and wastes at most 1/16 of the slab in its tail, then 1/8, 1/4, 1/2. When the page allocator refuses that order, a
/// pool falls to the next lower one that still holds an object.
public struct OrderPolicy: Sendable, Hashable {
  /// The highest order asked for, unless a single object needs more.
  public var maximumOrder: Int
  /// Objects that a slab should hold at least (as far as `maximumOrder` allows).
  public var minimumObjects: Int

  /// SLUB's highest order (3) by default, and slabs of 8 objects or more.
  public init(maximumOrder: Int = 3, minimumObjects: Int = 8) {
    self.maximumOrder = maximumOrder
    self.minimumObjects = minimumObjects
  }

  /// The lowest order whose slab holds at least one object of `stride` bytes.
  func minimumOrder(stride: Int) -> Int {
    var order = 0
    while MachineMemory.pageBytes << order < stride { order += 1 }
    return order
  }

  /// The order a pool of this stride asks for first.
  func preferredOrder(stride: Int) -> Int {
    let lowest = minimumOrder(stride: stride)
    guard lowest < maximumOrder else { return lowest }
    var wanted = minimumObjects
    while wanted > 1 {
      for tolerated in [16, 8, 4, 2] {
        for order in lowest...maximumOrder {
          let bytes = MachineMemory.pageBytes << order
          if bytes / stride >= wanted && bytes % stride * tolerated <= bytes { return order }
        }
      }
      wanted /= 2
    }
    return lowest
  }
}
