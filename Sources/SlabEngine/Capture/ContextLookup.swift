#if Capture
  internal import Synchronization

  /// Request for an object, as a key of `ContextLookup`: the cache, and the requested bytes if the object is requested by
  /// size.
  ///
  ///     ┌ offset of the per-CPU caches: 32 bits ┬ requested bytes: 32 ┐     0 bytes: not requested by size
  struct CaptureRequest: Equatable {
    let key: UInt64

    /// Requests an object of the cache whose per-CPU caches are at `offset`.
    @inline(__always)
    init(offset: Int) { key = UInt64(truncatingIfNeeded: offset) << 32 }

    /// Requests `bytes` bytes, at least 1, from the general cache whose per-CPU caches are at `offset`.
    @inline(__always)
    init(offset: Int, bytes: Int) {
      key = UInt64(truncatingIfNeeded: offset) << 32 | UInt64(truncatingIfNeeded: bytes)
    }

    var offset: Int { Int(key >> 32) }
    @inline(__always)
    var isGeneral: Bool { bytes != 0 }
    /// Requested bytes; 0 if the object is not requested by size.
    @inline(__always)
    var bytes: Int { Int(truncatingIfNeeded: key & 0xFFFF_FFFF) }
  }

  /// An entry of a CPU's look-up table of contexts, which is direct-mapped by a hash of call site and request. It is only
  /// used by the thread that drives the CPU. A zero entry is unused, because the key of a request is never 0.
  struct ContextLookup {
    let site: UInt64
    let request: CaptureRequest
    /// Counters of the context.
    let counters: UnsafeMutablePointer<Atomic<Int>>
    /// `ObjectRecord.origin` of the context's objects that this CPU allocates.
    let origin: UInt32

    static let count = 2048

    /// Returns the index of the entry for a call site and request.
    @inline(__always)
    static func index(_ site: UInt64, _ request: CaptureRequest) -> Int {
      // Above the requested bytes, so that a sum for one site and size is not that for another. Multiplicative hash (Knuth,
      // volume 3, 6.4).
      Int(truncatingIfNeeded: ((request.key &+ site << 20) &* 0x9E37_79B9_7F4A_7C15) >> 53)
    }
  }
#endif
