import SlabEngine

/// The live object of an event slot, and the facts about it that its free needs: 32 bytes, so that a slot is within one cache line.
struct PlayerSlot: BitwiseCopyable {
  /// nil if the slot has no live object.
  var object: UnsafeMutableRawPointer?
  /// Requested bytes.
  var bytes: UInt32 = 0
  /// Number of the event that allocated the object, modulo 2^32; part of its stamp.
  var event: UInt32 = 0
  /// Number of the object's allocation, modulo 2^32.
  var serial: UInt32 = 0
  /// Index of the object's cache among the player's caches; `generalCache` for kmalloc.
  var cache = PlayerSlot.generalCache
  /// The CPU that allocated the object.
  var cpu: UInt16 = 0
  private var flags: UInt8 = 0
  /// How the size of the request is known.
  var knowledge = RequestSizes.Knowledge.exact

  static let generalCache: Int32 = -1
  /// Marks an object of the recorded allocator's own records, which is not replayed.
  static let allocatorRecord: Int32 = -2

  private static let freeUnseenFlag: UInt8 = 1
  private static let stampedFlag: UInt8 = 2

  /// Creates an empty slot.
  /// - Parameter cache: `allocatorRecord` if the slot belongs to a record of the recorded allocator.
  init(cache: Int32 = PlayerSlot.generalCache) { self.cache = cache }

  /// Creates the slot of a live object.
  @inline(__always)
  init(
    object: UnsafeMutableRawPointer, bytes: UInt32, event: Int, cache: Int32, serial: UInt32, cpu: UInt16,
    isFreeUnseen: Bool, isStamped: Bool, knowledge: RequestSizes.Knowledge
  ) {
    self.object = object
    self.bytes = bytes
    self.event = UInt32(truncatingIfNeeded: event)
    self.cache = cache
    self.serial = serial
    self.cpu = cpu
    flags = (isFreeUnseen ? PlayerSlot.freeUnseenFlag : 0) | (isStamped ? PlayerSlot.stampedFlag : 0)
    self.knowledge = knowledge
  }

  /// Whether the source does not report the free of the object.
  var isFreeUnseen: Bool {
    @inline(__always) get { flags & PlayerSlot.freeUnseenFlag != 0 }
  }

  /// Whether the object has a stamp, which is checked when the object is freed.
  var isStamped: Bool {
    @inline(__always) get { flags & PlayerSlot.stampedFlag != 0 }
  }

  /// Returns the number of the event that allocated the object, which was one of the 2^32 events before `now`.
  func eventNumber(before now: Int) -> Int { now - Int(UInt32(truncatingIfNeeded: now) &- event) }
}
