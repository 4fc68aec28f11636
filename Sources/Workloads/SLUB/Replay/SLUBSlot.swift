/// Object of an event slot during a replay on the model. Slots number the objects of a source; a slot is reused after its
/// object is freed.
struct SLUBSlot: BitwiseCopyable {
  /// Slab of the object, or `empty`, `large` or `allocatorInternal`.
  var slab = SLUBSlot.empty
  /// Cache of the object; for a large request, the page frame number of its block.
  var cache: Int32 = 0
  /// Requested bytes.
  var bytes: UInt32 = 0
  /// Serial number of the allocation, which distinguishes successive objects of a slot.
  var serial: UInt32 = 0
  /// Slot of an object with an unseen free that is freed together with this one; `none` if there is no such object.
  var partner: UInt32 = SLUBSlot.none
  /// Serial number of the partner.
  var partnerSerial: UInt32 = 0
  /// CPU on which the object was allocated.
  var cpu: UInt16 = 0
  /// Whether the free of the object is unseen: the source has no event for it.
  var isUnseen = false
  /// Whether kfree_rcu frees the object after its companion is freed.
  var isFreedByRCU = false
  /// How exactly the requested size is known.
  var knowledge = RequestSizes.Knowledge.exact

  /// Value of `slab` for a slot without an object.
  static let empty: Int32 = -1
  /// Value of `slab` for a block of pages of a large request.
  static let large: Int32 = -2
  /// Value of `slab` for metadata of the recorded SLUB, which is not replayed.
  static let allocatorInternal: Int32 = -3
  /// Value of `partner` for no slot.
  static let none = UInt32.max
}
