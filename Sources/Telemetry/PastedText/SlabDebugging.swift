/// Recognition of kernels that run with slab debugging.
///
/// With red zones, poisoning or user tracking, /proc/slabinfo prints the size of an object with its metadata: kmalloc-1k may have
/// objects of 3,072 bytes, of which a caller can use the 1,024 in the name.
package enum SlabDebugging {
  /// Returns the names of the kmalloc caches whose objects are at least 1.25 times as large as their names say.
  static func caches(_ caches: [PastedCache]) -> [String] {
    caches.compactMap { cache in
      guard let size = kmallocBytes(cache.name), let stride = cache.stride, stride * 4 >= size * 5 else { return nil }
      return cache.name
    }
  }

  /// Returns the size class in bytes that the name of a kmalloc cache contains: `kmalloc-1k`, `kmalloc-cg-64`, `dma-kmalloc-8`,
  /// `kmalloc-rnd-06-1k`; nil for other names.
  package static func kmallocBytes(_ name: String) -> Int? {
    guard name.hasPrefix("kmalloc-") || name.hasPrefix("dma-kmalloc-"), let last = name.split(separator: "-").last
    else {
      return nil
    }
    if let bytes = last.wholeNumber { return bytes }
    guard let number = last.dropLast().wholeNumber, number <= 1 << 20 else { return nil }
    switch last.last {
    case "k": return number << 10
    case "M": return number << 20
    default: return nil
    }
  }
}
