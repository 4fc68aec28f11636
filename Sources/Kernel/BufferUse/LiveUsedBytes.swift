import Recordings

/// How much of each live object was seen to be in use, by slot: the most that any report said.
struct LiveUses {
  private struct Object {
    var allocatedBytes: UInt32 = 0
    /// 0 where nothing is known.
    var usedBytes: UInt32 = 0
    /// Number of objects that the slot has held.
    var generation: UInt32 = 0
  }

  private var objects: [Object] = []

  /// Notes that an object begins in a slot.
  @inline(__always)
  mutating func begin(_ slot: UInt32, allocatedBytes: UInt32) {
    while objects.count <= Int(slot) { objects.append(Object()) }
    objects[Int(slot)] = Object(
      allocatedBytes: allocatedBytes, generation: objects[Int(slot)].generation &+ 1)
  }

  /// Notes a use of the live object in a slot. It is ignored unless the object is as large as the buffer that is spoken of, and
  /// holds what is in use: another object may have taken the buffer's place unseen.
  /// - Parameter bufferBytes: of the whole buffer; nil if they are not known.
  mutating func note(_ usedBytes: UInt32, in slot: UInt32, bufferBytes: UInt32?) {
    guard Int(slot) < objects.count, usedBytes <= objects[Int(slot)].allocatedBytes else { return }
    if let bufferBytes, bufferBytes != objects[Int(slot)].allocatedBytes { return }
    objects[Int(slot)].usedBytes = max(objects[Int(slot)].usedBytes, usedBytes)
  }

  /// Bytes in use of the object in a slot, which ends; nil if not known.
  @inline(__always)
  func end(_ slot: UInt32) -> UInt32? {
    guard Int(slot) < objects.count, objects[Int(slot)].usedBytes > 0 else { return nil }
    return objects[Int(slot)].usedBytes
  }

  /// Bytes of the object in a slot.
  func allocatedBytes(_ slot: UInt32) -> UInt32 { Int(slot) < objects.count ? objects[Int(slot)].allocatedBytes : 0 }

  /// Tells objects that were in one slot one after the other apart.
  func generation(_ slot: UInt32) -> UInt32 { Int(slot) < objects.count ? objects[Int(slot)].generation : 0 }
}
