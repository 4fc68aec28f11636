/// The object that an event slot holds while events are replayed on the model.
struct SLUBSlot: BitwiseCopyable {
  /// The slab that the object lies in, or one of the values below.
  var slab = SLUBSlot.empty
  /// The object's cache; of a large request, the first page of its block.
  var cache: Int32 = 0
  /// Bytes that the owner asked for.
  var bytes: UInt32 = 0
  /// Number of the allocation: tells the objects apart that a slot holds one after another.
  var serial: UInt32 = 0
  /// The slot of an object whose free is not reported and that ends with this one; `none` if there is none.
  var partner: UInt32 = SLUBSlot.none
  /// The partner's serial number.
  var partnerSerial: UInt32 = 0
  /// The CPU that allocated the object.
  var cpu: UInt16 = 0
  /// Whether the source never reports the object's free.
  var isUnseen = false
  /// Whether the object is collected by kfree_rcu when its companion ends.
  var isFreedByRCU = false
  /// What is known of the request's size.
  var knowledge = RequestSizes.Knowledge.exact

  /// No object.
  static let empty: Int32 = -1
  /// A block of pages.
  static let large: Int32 = -2
  /// An object of SLUB's own records, which is not replayed.
  static let allocators: Int32 = -3
  /// No slot.
  static let none = UInt32.max
}
