import SlabEngine

/// The object that an event slot holds at the moment.
struct PlayerSlot {
  var object: UnsafeMutableRawPointer?
  var bytes = 0
  /// Number of the event that allocated it: what its stamp was made of.
  var event = 0
  /// Named cache it came from, as an index into the player's; `generalCache` for kmalloc.
  var cache = PlayerSlot.generalCache
  /// Whether the source never frees it: what lives of it is an upper bound.
  var isUnsure = false

  static let generalCache = -1
}
