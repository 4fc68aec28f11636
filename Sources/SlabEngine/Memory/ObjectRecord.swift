/// Record of an object, in engines that capture data and in caches with `storeUser`: the context, CPU and time of its
/// last allocation and, once it is free, the call site and CPU of its free. 16 bytes, zero if the object was never
/// allocated. `ObjectRecords` finds the record of an object.
struct ObjectRecord {
  /// While the object is live: the time of its allocation in ticks of the capture clock. After that: the call site of
  /// its free (see `SiteKey`), 0 if unknown.
  private var timeOrSite: UInt64
  /// While the object is live: `liveTag(of:offset:)`. After that: `freedTag(cpu:)`.
  private(set) var tag: UInt32
  /// `origin(context:cpu:)` of the last allocation.
  let origin: UInt32

  /// Upper half of `tag` if the object was freed. Upper halves of live tags are larger.
  private static let freed: UInt32 = 1

  /// Returns the tag of a live object. A record with this tag is that of exactly this object of exactly this cache: the
  /// record's address determines the upper bits of the object's address, and the tag the lower 16.
  /// - Parameter offset: The offset of the cache's per-CPU caches.
  @inline(__always)
  static func liveTag(of object: UnsafeMutableRawPointer, offset: Int) -> UInt32 {
    liveTag(of: object, cacheTag: cacheTag(offset: offset))
  }

  @inline(__always)
  static func liveTag(of object: UnsafeMutableRawPointer, cacheTag: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: UInt(bitPattern: object)) & 0xFFFF | cacheTag
  }

  /// Returns the part of the live tags that all objects of a cache have in common.
  static func cacheTag(offset: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: offset) << UInt32(16 - CPUCache.strideShift)
  }

  /// Returns the tag of an object that was freed on a CPU.
  static func freedTag(cpu: Int) -> UInt32 { UInt32(truncatingIfNeeded: cpu) | freed << 16 }

  /// Returns the origin of an object.
  /// - Parameter context: Number of the capture's context of the allocation, 0 if the engine captures no data.
  @inline(__always)
  static func origin(context: Int, cpu: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: context) | UInt32(truncatingIfNeeded: cpu) << 16
  }

  /// Creates the record of a live object.
  @inline(__always)
  init(tag: UInt32, origin: UInt32, birth: UInt64) {
    timeOrSite = birth
    self.tag = tag
    self.origin = origin
  }

  var isLive: Bool { tag >> 16 > ObjectRecord.freed }
  /// Whether the object was ever allocated.
  var wasAllocated: Bool { tag != 0 }

  /// Returns the number of the context of an origin.
  @inline(__always)
  static func context(ofOrigin origin: UInt32) -> Int { Int(truncatingIfNeeded: origin & 0xFFFF) }

  /// Returns the CPU of an origin.
  @inline(__always)
  static func cpu(ofOrigin origin: UInt32) -> Int { Int(truncatingIfNeeded: origin >> 16) }

  /// Number of the context of the last allocation.
  var context: Int { ObjectRecord.context(ofOrigin: origin) }
  /// CPU of the last allocation.
  var cpu: Int { ObjectRecord.cpu(ofOrigin: origin) }
  /// Time of a live object's allocation.
  @inline(__always)
  var birth: UInt64 { timeOrSite }

  /// Records the free of the object.
  @inline(__always)
  mutating func free(site: UInt64, tag: UInt32) {
    timeOrSite = site
    self.tag = tag
  }

  /// Returns the record of an object that has been moved to another address, and marks the object at the old address
  /// as never allocated.
  mutating func move(to object: UnsafeMutableRawPointer) -> ObjectRecord {
    var moved = self
    if isLive { moved.tag = UInt32(truncatingIfNeeded: UInt(bitPattern: object)) & 0xFFFF | tag & ~0xFFFF }
    self = ObjectRecord(tag: 0, origin: 0, birth: 0)
    return moved
  }

  /// Call site and CPU of the last free; nil if the object is live or was never allocated.
  var freedBy: (site: UInt64, cpu: Int)? {
    wasAllocated && !isLive ? (timeOrSite, Int(truncatingIfNeeded: tag & 0xFFFF)) : nil
  }
}
