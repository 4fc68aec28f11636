/// What is kept of one object: while it lives, who asked for it, for how many bytes, and when; afterwards who freed it.
/// In engines that capture data, and in caches that store users. 16 bytes.
@usableFromInline
struct ObjectRecord {
  /// Bytes asked for, 0 while the object is not live; with `generalFlag` where they were asked for by size alone.
  private var request: UInt32
  private static let generalFlag: UInt32 = 1 << 31
  /// Number of the call site that allocated it last, 0 if unknown, and the CPU.
  var site: UInt16
  var cpu: UInt16
  /// While it lives, when it was allocated, in ticks of the capturing clock; then `FreeUser`.
  var birth: UInt64

  @inline(__always)
  init(requested: Int, isGeneral: Bool, site: UInt16, cpu: UInt16, birth: UInt64) {
    request = UInt32(truncatingIfNeeded: requested) | (isGeneral ? ObjectRecord.generalFlag : 0)
    self.site = site
    self.cpu = cpu
    self.birth = birth
  }

  /// Bytes asked for; 0 while the object is not live.
  var requested: UInt32 { request & ~ObjectRecord.generalFlag }

  /// Whether they were asked for by size alone, of a general cache.
  var isGeneral: Bool { request & ObjectRecord.generalFlag != 0 }

  /// Forgets that the object lives: it goes on elsewhere.
  mutating func forget() { request = 0 }

  /// Ends the object's life.
  @inline(__always)
  mutating func free(site: UInt16, cpu: UInt16) {
    request = 0
    birth = UInt64(site) << 16 | UInt64(cpu) | 1 << 63
  }

  /// Who freed the object last; nil while it lives, or before it first did.
  var freedBy: (site: UInt16, cpu: UInt16)? {
    guard requested == 0, birth >> 63 == 1 else { return nil }
    return (UInt16(truncatingIfNeeded: birth >> 16), UInt16(truncatingIfNeeded: birth))
  }

  /// Whether it was ever allocated.
  var wasAllocated: Bool { requested != 0 || freedBy != nil }
}
