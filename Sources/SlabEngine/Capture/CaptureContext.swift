#if Capture
  /// Context of captured allocations: call site, cache, and requested bytes, in 64 bits.
  ///
  ///     ┌ call site: 16 bits ┬ cache index: 16 ┬ requested by size: 1 ┬ requested bytes: 31 ┐
  struct CaptureContext: Sendable {
    let key: UInt64

    /// In place of a cache index: the page allocator served the request, because it is larger than all general caches.
    static let wholePages = Int(UInt16.max)
    /// In place of a cache index: several caches.
    private static let severalCaches = wholePages - 1
    /// Context of all allocations that are captured when the table is full.
    static let overflow = CaptureContext(site: CallSites.other, cache: severalCaches, isGeneral: false, requested: 0)

    @inline(__always)
    init(key: UInt64) { self.key = key }

    /// Creates a context.
    /// - Parameters:
    ///   - site: Number of the call site.
    ///   - cache: Index of the cache, or `wholePages`.
    ///   - isGeneral: Whether the object was requested by size.
    ///   - requested: Requested bytes, at least 1 and less than 2^31.
    @inline(__always)
    init(site: UInt16, cache: Int, isGeneral: Bool, requested: Int) {
      let names = UInt64(site) << 48 | UInt64(UInt16(truncatingIfNeeded: cache)) << 32
      key = names | (isGeneral ? 1 << 31 : 0) | UInt64(UInt32(truncatingIfNeeded: requested) & 0x7FFF_FFFF)
    }

    /// Number of the call site.
    @inline(__always)
    var site: UInt16 { UInt16(truncatingIfNeeded: key >> 48) }
    /// Index of the cache; nil if the page allocator served the request, or for several caches.
    var cache: Int? {
      let index = Int(key >> 32 & 0xFFFF)
      return index < CaptureContext.severalCaches ? index : nil
    }
    /// Whether the object was requested by size.
    var isGeneral: Bool { key >> 31 & 1 == 1 }
    /// Requested bytes of each object.
    var requested: Int { Int(key & 0x7FFF_FFFF) }

    /// Returns the context of the same cache, whose call site and requested bytes are not known.
    func withoutSite(stride: Int) -> CaptureContext {
      let withoutSite = CaptureContext(
        site: CallSites.other, cache: 0, isGeneral: isGeneral, requested: stride)
      return CaptureContext(key: withoutSite.key | key & 0xFFFF << 32)
    }
  }
#endif
