/// Record of an object, in engines that capture data and in caches with `storeUser`: while the object is live, the
/// context, CPU, requested bytes and time of its allocation; after that, the call site and CPU of its free. 16 bytes.
@usableFromInline
struct ObjectRecord {
  /// Requested bytes, 0 if the object is not live; with `generalFlag` if it was requested by size from a general cache.
  private var request: UInt32
  private static let generalFlag: UInt32 = 1 << 31
  /// Number of the capture's context of the last allocation, 0 if the engine captures no data; and the CPU.
  var context: UInt16
  var cpu: UInt16
  /// While the object is live: the time of its allocation in ticks of the capture clock. After that: bit 63, and the
  /// call site and CPU of its free.
  var birth: UInt64

  @inline(__always)
  init(requested: Int, isGeneral: Bool, context: UInt16, cpu: UInt16, birth: UInt64) {
    request = UInt32(truncatingIfNeeded: requested) | (isGeneral ? ObjectRecord.generalFlag : 0)
    self.context = context
    self.cpu = cpu
    self.birth = birth
  }

  /// Requested bytes; 0 if the object is not live.
  var requested: UInt32 { request & ~ObjectRecord.generalFlag }

  /// Whether the object was requested by size from a general cache.
  var isGeneral: Bool { request & ObjectRecord.generalFlag != 0 }

  /// Marks the object as not live without recording a free. Used when the object has been moved.
  mutating func forget() { request = 0 }

  /// Records the free of the object.
  @inline(__always)
  mutating func free(site: UInt16, cpu: UInt16) {
    request = 0
    birth = UInt64(site) << 16 | UInt64(cpu) | 1 << 63
  }

  /// Call site and CPU of the last free; nil if the object is live or was never freed.
  var freedBy: (site: UInt16, cpu: UInt16)? {
    guard requested == 0, birth >> 63 == 1 else { return nil }
    return (UInt16(truncatingIfNeeded: birth >> 16), UInt16(truncatingIfNeeded: birth))
  }

  /// Whether the object was ever allocated.
  var wasAllocated: Bool { requested != 0 || freedBy != nil }
}
