import Recordings

/// kmalloc's classes in a replay: Linux's as a rule, or those that a policy has.
struct GeneralClasses {
  /// The sizes, ascending.
  let sizes: [Int]
  /// Page orders of classes that don't follow SLUB's calculation.
  let orders: [Int: Int]
  /// The largest request that a class serves.
  let largest: Int
  /// Whether the classes are those of the recorded kernel, so that an event's allocated bytes name its class.
  let areRecorded: Bool
  /// Whether all kinds of a size are one cache.
  let joinsKinds: Bool
  /// Numbers of classes by (bytes + 7) / 8.
  private let numbers: [UInt8]

  init(sizes: [Int] = KmallocClasses.sizes, orders: [Int: Int] = [:], joinsKinds: Bool = false) {
    self.joinsKinds = joinsKinds
    self.sizes = sizes
    self.orders = orders
    largest = sizes.last ?? 0
    areRecorded = sizes == KmallocClasses.sizes
    var numbers: [UInt8] = []
    var number = 0
    for units in 0...(largest / 8) {
      while sizes[number] < units * 8 { number += 1 }
      numbers.append(UInt8(number))
    }
    self.numbers = numbers
  }

  /// Bytes by which a request finds its class.
  @inline(__always)
  func bytes(of event: AllocationEvent) -> Int {
    Int(areRecorded ? max(event.requestedBytes, event.allocatedBytes) : event.requestedBytes)
  }

  /// The number in `sizes` of the class that serves a request of up to `largest` bytes.
  @inline(__always)
  func number(for bytes: Int) -> Int { Int(numbers[(bytes &+ 7) &>> 3]) }
}
