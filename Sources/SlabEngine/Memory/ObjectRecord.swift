/// What is kept of one object: while it lives, who asked for it, for how many bytes, and when; afterwards who freed it.
/// In engines that capture data, and in caches that store users. 16 bytes.
@usableFromInline
struct ObjectRecord {
  /// Bytes asked for; 0 while the object is not live.
  @usableFromInline var requested: UInt32
  /// Number of the call site that allocated it last, 0 if unknown, and the CPU.
  @usableFromInline var site: UInt16
  @usableFromInline var cpu: UInt16
  /// While it lives, when it was allocated, in ticks of the capturing clock; then `FreeUser`.
  @usableFromInline var birth: UInt64

  @inlinable @inline(__always)
  init(requested: Int, site: UInt16, cpu: UInt16, birth: UInt64) {
    self.requested = UInt32(truncatingIfNeeded: requested)
    self.site = site
    self.cpu = cpu
    self.birth = birth
  }

  /// Ends the object's life.
  @inlinable @inline(__always)
  mutating func free(site: UInt16, cpu: UInt16) {
    requested = 0
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
