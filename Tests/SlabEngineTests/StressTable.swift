@testable import SlabEngine

/// Live object of a stress test, filled with its owner's stamp.
struct StampedObject {
  var address: UnsafeMutableRawPointer
  let bytes: Int
  let stamp: UInt8
  /// Index of the named cache; nil for kmalloc.
  let cache: Int?

  init(at address: UnsafeMutableRawPointer, bytes: Int, stamp: UInt8, cache: Int?) {
    (self.address, self.bytes, self.stamp, self.cache) = (address, bytes, stamp, cache)
    address.initializeMemory(as: UInt8.self, repeating: stamp, count: bytes)
  }

  var isIntact: Bool { UnsafeRawBufferPointer(start: address, count: bytes).allSatisfy { $0 == stamp } }
}

/// Objects that any thread may free, and that the shuffler may move, with the table's lock held.
struct StressTable {
  private var objects: [StampedObject] = []
  private var indices: [UnsafeMutableRawPointer: Int] = [:]

  mutating func insert(_ object: StampedObject) {
    indices[object.address] = objects.count
    objects.append(object)
  }

  /// Removes the object that a random number selects; nil if the table is empty.
  mutating func remove(_ choice: UInt64) -> StampedObject? {
    guard !objects.isEmpty else { return nil }
    let index = Int(choice % UInt64(objects.count))
    objects.swapAt(index, objects.count - 1)
    let removed = objects.removeLast()
    indices[removed.address] = nil
    if index < objects.count { indices[objects[index].address] = index }
    return removed
  }

  /// Moves an object. An object that is not in the table is free in a magazine, belongs to one thread, or is just being
  /// allocated or freed.
  mutating func move(_ move: ObjectMove) -> MoveAnswer {
    guard let index = indices.removeValue(forKey: move.from) else { return .dontKnow }
    move.perform()
    objects[index].address = move.to
    indices[move.to] = index
    return .yes
  }
}
