public import CSlabSupport

/// Starts to load the cache line of an address, which is about to be written, into the processor's caches. Any address is allowed.
@_spi(Replay) @inlinable @inline(__always)
public func prefetchForWriting(_ address: UnsafeMutableRawPointer) { slab_prefetch(address) }
