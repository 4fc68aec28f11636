/// kmalloc's size classes and their types (mm/slab_common.c): powers of two from 8 to 8192 bytes, 96 and 192. Larger
/// requests go to the page allocator.
public enum KmallocClasses {
  /// The kinds of kmalloc caches that slabinfo lists apart.
  public enum Kind: String, Sendable, CaseIterable {
    case normal = "kmalloc-"
    /// Charged to a memory cgroup (__GFP_ACCOUNT).
    case cgroup = "kmalloc-cg-"
    /// Reclaimable (__GFP_RECLAIMABLE).
    case reclaimable = "kmalloc-rcl-"
    /// For devices (__GFP_DMA).
    case dma = "dma-kmalloc-"
  }

  /// The classes' sizes in bytes, ascending.
  public static let sizes = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]
  /// The largest request that a class serves.
  public static let largest = 8192

  /// Numbers of classes by (bytes + 7) / 8, up to 192 bytes.
  private static let small: InlineArray<25, UInt8> = [
    0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6,
  ]

  /// The number in `sizes` of the class that serves a request of up to `largest` bytes.
  @inline(__always)
  static func number(for bytes: Int) -> Int {
    if bytes <= 192 { return Int(small[(bytes &+ 7) &>> 3]) }
    // 256 bytes, 2^8, have number 7.
    return max(7, Int.bitWidth - (bytes &- 1).leadingZeroBitCount - 1)
  }

  /// The size of the class that serves a request of up to `largest` bytes.
  public static func size(for bytes: Int) -> Int { sizes[number(for: bytes)] }

  /// The name of a class in slabinfo: `kmalloc-192`, `kmalloc-cg-1k`.
  public static func name(_ size: Int, _ kind: Kind = .normal) -> String {
    kind.rawValue + (size < 1024 ? "\(size)" : "\(size / 1024)k")
  }

  /// The size of the class of this name; nil if it is no kmalloc cache.
  public static func size(named name: String) -> Int? {
    for kind in [Kind.cgroup, .reclaimable, .dma, .normal] where name.hasPrefix(kind.rawValue) {
      let digits = name.dropFirst(kind.rawValue.count)
      return digits.hasSuffix("k") ? Int(digits.dropLast()).map { $0 * 1024 } : Int(digits)
    }
    return nil
  }
}
