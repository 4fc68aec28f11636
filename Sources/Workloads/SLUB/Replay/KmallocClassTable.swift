import Recordings

/// Size classes of kmalloc in a replay: those of Linux, or those of a policy.
struct KmallocClassTable {
  /// Sizes of the classes in bytes, ascending.
  let sizes: [Int]
  /// Page orders of classes, by size, that replace the orders of SLUB's formula.
  let orders: [Int: Int]
  /// Size of the largest request that a class serves, in bytes.
  let largest: Int
  /// Whether the classes are those of Linux, so that the allocated bytes of a recorded event identify its class.
  let areLinuxClasses: Bool
  /// Whether one cache serves all kmalloc types (KMALLOC_NORMAL, KMALLOC_CGROUP, ...) of a size.
  let combinesKinds: Bool
  /// Index of the class in `sizes`, by (bytes + 7) / 8.
  private let numbers: [UInt8]

  init(sizes: [Int] = KmallocClasses.sizes, orders: [Int: Int] = [:], combinesKinds: Bool = false) {
    self.combinesKinds = combinesKinds
    self.sizes = sizes
    self.orders = orders
    largest = sizes.last ?? 0
    areLinuxClasses = sizes == KmallocClasses.sizes
    var numbers: [UInt8] = []
    var number = 0
    for units in 0...(largest / 8) {
      while sizes[number] < units * 8 { number += 1 }
      numbers.append(UInt8(number))
    }
    self.numbers = numbers
  }

  /// Returns the number of bytes that determines the class of an allocation.
  @inline(__always)
  func bytes(of event: AllocationEvent) -> Int {
    Int(areLinuxClasses ? max(event.requestedBytes, event.allocatedBytes) : event.requestedBytes)
  }

  /// Returns the index in `sizes` of the class that serves a request of up to `largest` bytes.
  @inline(__always)
  func number(for bytes: Int) -> Int { Int(numbers[(bytes &+ 7) &>> 3]) }
}
