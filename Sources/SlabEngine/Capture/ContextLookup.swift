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

    @inline(__always)
    var offset: Int { Int(truncatingIfNeeded: key >> 32) }
    @inline(__always)
    var isGeneral: Bool { bytes != 0 }
    /// Requested bytes; 0 if the object is not requested by size.
    @inline(__always)
    var bytes: Int { Int(truncatingIfNeeded: key & 0xFFFF_FFFF) }
  }

  /// An entry of a CPU's look-up table of contexts, a hash table of call site and request. The entry for a call site and
  /// request is at the index of its hash or, if another entry is there, at the index beside it, in the same cache line. The
  /// table is only used by the thread that drives the CPU. A zero entry is unused, because the key of a request is never 0.
  struct ContextLookup {
    let site: UInt64
    let request: CaptureRequest
    /// Counters of the context.
    let counters: UnsafeMutablePointer<Atomic<Int>>
    /// The part of `ObjectRecord.identity(of:common:)` that the context's objects that this CPU allocates have in common.
    let identity: UInt64

    static let count = 2048

    @inline(__always)
    func isFor(_ site: UInt64, _ request: CaptureRequest) -> Bool { self.site == site && self.request == request }

    /// Returns the index of the first entry for a call site and request.
    static func index(_ site: UInt64, _ request: CaptureRequest) -> Int {
      request.isGeneral ? index(site, bytes: request.bytes) : index(site, offset: request.offset)
    }

    /// Returns the index of the first entry for a call site and a number of requested bytes.
    @inline(__always)
    static func index(_ site: UInt64, bytes: Int) -> Int { index(site, number: UInt32(truncatingIfNeeded: bytes)) }

    /// Returns the index of the first entry for a call site and the cache whose per-CPU caches are at `offset`.
    @inline(__always)
    static func index(_ site: UInt64, offset: Int) -> Int {
      index(site, number: UInt32(truncatingIfNeeded: offset) >> UInt32(CPUCache.strideShift))
    }

    @inline(__always)
    private static func index(_ site: UInt64, number: UInt32) -> Int {
      // The number is above the bits in which most call sites differ. Multiplicative hash (Knuth, volume 3, 6.4).
      Int(truncatingIfNeeded: ((number << 12 &+ UInt32(truncatingIfNeeded: site)) &* 0x9E37_79B1) >> 21)
    }

    /// Returns the index of the other entry for the same call site and request.
    static func alternative(to index: Int) -> Int { index ^ 1 }
  }
#endif
