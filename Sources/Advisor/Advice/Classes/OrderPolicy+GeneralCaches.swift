import SlabEngine

extension OrderPolicy {
  /// Sets the preferred page order of the general cache with objects of `size` bytes.
  mutating func prefer(order: Int, forGeneralCacheOf size: Int) {
    byCache[SlabEngine.generalCacheName(size), default: OrderOverride()].preferred = order
  }
}
