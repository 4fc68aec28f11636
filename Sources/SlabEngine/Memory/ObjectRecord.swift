/// Record of an object, in engines that capture data and in caches with `storeUser`: the context, CPU and time of its
/// last allocation and, once it is free, the call site and CPU of its free. 16 bytes, zero if the object was never
/// allocated. `ObjectRecords` finds the record of an object.
struct ObjectRecord {
  /// While the object is live: the time of its allocation in ticks of the capture clock. After that: the call site of
  /// its free (see `SiteKey`), 0 if unknown.
  private var timeOrSite: UInt64
  /// While the object is live: `liveTag(of:offset:)`. After that: `freedTag(cpu:)`.
  private(set) var tag: UInt32
  private let contextNumber: UInt16
  private let cpuNumber: UInt16

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
  /// - Parameter origin: `origin(context:cpu:)` of the allocation.
  @inline(__always)
  init(tag: UInt32, origin: UInt32, birth: UInt64) {
    timeOrSite = birth
    self.tag = tag
    contextNumber = UInt16(truncatingIfNeeded: origin)
    cpuNumber = UInt16(truncatingIfNeeded: origin >> 16)
  }

  /// Writes the record of a live object, with two stores.
  /// - Parameter identity: See `identity(of:common:)`.
  @inline(__always)
  static func write(identity: UInt64, birth: UInt64, to record: UnsafeMutablePointer<ObjectRecord>) {
    let words = UnsafeMutableRawPointer(record)
    // Tag, context and CPU, in this order, have the memory layout of `identity` on little-endian processors.
    words.storeBytes(of: birth, as: UInt64.self)
    words.storeBytes(of: identity.littleEndian, toByteOffset: 8, as: UInt64.self)
  }

  /// Returns the part of tag and origin that all live objects of a cache and an origin have in common.
  static func identity(origin: UInt32, cacheTag: UInt32) -> UInt64 { UInt64(origin) << 32 | UInt64(cacheTag) }

  /// Returns tag and origin of a live object.
  /// - Parameter common: The part that objects of the same cache and origin have in common.
  @inline(__always)
  static func identity(of object: UnsafeMutableRawPointer, common: UInt64) -> UInt64 {
    UInt64(truncatingIfNeeded: UInt(bitPattern: object) & 0xFFFF) | common
  }

  var isLive: Bool { tag >> 16 > ObjectRecord.freed }
  /// Whether the object was ever allocated.
  var wasAllocated: Bool { tag != 0 }

  /// Number of the context of the last allocation.
  @inline(__always)
  var context: Int { Int(contextNumber) }
  /// CPU of the last allocation.
  @inline(__always)
  var cpu: Int { Int(cpuNumber) }
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
