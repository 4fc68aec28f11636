import SlabEngine

/// The live object of an event slot, and the facts about it that its free needs.
struct PlayerSlot {
  /// nil if the slot has no live object.
  var object: UnsafeMutableRawPointer?
  var bytes = 0
  /// Number of the event that allocated the object; part of its stamp.
  var event = 0
  /// Index of the object's cache among the player's caches; `generalCache` for kmalloc.
  var cache = PlayerSlot.generalCache
  /// Number of the object's allocation.
  var serial: UInt32 = 0
  /// The CPU that allocated the object.
  var cpu: UInt16 = 0
  /// Whether the source does not report the free of the object.
  var isFreeUnseen = false
  /// How the size of the request is known.
  var knowledge = RequestSizes.Knowledge.exact

  static let generalCache = -1
  /// Marks an object of the recorded allocator's own records, which is not replayed.
  static let allocatorRecord = -2
}
