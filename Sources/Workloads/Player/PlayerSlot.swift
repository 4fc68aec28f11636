import SlabEngine

/// The object that an event slot holds at the moment.
struct PlayerSlot {
  var object: UnsafeMutableRawPointer?
  var bytes = 0
  /// Number of the event that allocated it: what its stamp was made of.
  var event = 0
  /// Named cache it came from, as an index into the player's; `generalCache` for kmalloc.
  var cache = PlayerSlot.generalCache
  /// Number of its allocation.
  var serial: UInt32 = 0
  /// The CPU that allocated it.
  var cpu: UInt16 = 0
  /// Whether the source never frees it: what lives of it is an upper bound.
  var isUnsure = false
  /// What is known of its request's size.
  var knowledge = RequestSizes.Knowledge.exact

  static let generalCache = -1
  /// Marks an object of the recorded allocator's own records, which is not replayed.
  static let allocatorRecord = -2
}
