import Recordings

/// Number of bytes in use of each live object, by slot: the maximum of all reports on the object.
struct LiveUsedBytes {
  private struct Object {
    var allocatedBytes: UInt32 = 0
    /// Bytes in use; 0 if unknown.
    var usedBytes: UInt32 = 0
    /// Number of objects that have been in the slot.
    var generation: UInt32 = 0
  }

  private var objects: [Object] = []

  /// Starts an object in a slot.
  @inline(__always)
  mutating func begin(_ slot: UInt32, allocatedBytes: UInt32) {
    while objects.count <= Int(slot) { objects.append(Object()) }
    objects[Int(slot)] = Object(
      allocatedBytes: allocatedBytes, generation: objects[Int(slot)].generation &+ 1)
  }

  /// Adds a report on the live object in a slot. The report is ignored if the object does not have the size of the buffer or
  /// is smaller than the bytes in use: the buffer may have been freed without an event and its address allocated again.
  /// - Parameters:
  ///   - usedBytes: Bytes in use.
  ///   - slot: Slot of the object.
  ///   - bufferBytes: Size of the buffer; nil if unknown.
  mutating func note(_ usedBytes: UInt32, in slot: UInt32, bufferBytes: UInt32?) {
    guard Int(slot) < objects.count, usedBytes <= objects[Int(slot)].allocatedBytes else { return }
    if let bufferBytes, bufferBytes != objects[Int(slot)].allocatedBytes { return }
    objects[Int(slot)].usedBytes = max(objects[Int(slot)].usedBytes, usedBytes)
  }

  /// Returns the bytes in use of the object in a slot; nil if unknown.
  @inline(__always)
  func usedBytes(_ slot: UInt32) -> UInt32? {
    guard Int(slot) < objects.count, objects[Int(slot)].usedBytes > 0 else { return nil }
    return objects[Int(slot)].usedBytes
  }

  /// Returns the allocated bytes of the object in a slot.
  func allocatedBytes(_ slot: UInt32) -> UInt32 { Int(slot) < objects.count ? objects[Int(slot)].allocatedBytes : 0 }

  /// Returns a number that distinguishes successive objects in the same slot.
  func generation(_ slot: UInt32) -> UInt32 { Int(slot) < objects.count ? objects[Int(slot)].generation : 0 }
}
