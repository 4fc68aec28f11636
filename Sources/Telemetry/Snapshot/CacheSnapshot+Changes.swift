extension [CacheSnapshot] {
  /// Returns the indices of the caches whose figures differ from those at the same index of an earlier array, in ascending order; nil if
  /// the arrays do not list the same caches in the same order.
  /// - Complexity: O(caches), which compares references, and O(1) if both values share one array. Only figures that are not shared are
  ///   compared.
  package func changes(since earlier: [CacheSnapshot]) -> [Int]? {
    guard count == earlier.count else { return nil }
    var changed: [Int] = []
    let isSameOrder = withUnsafeBytes { new in
      earlier.withUnsafeBytes { old in
        if new.baseAddress == old.baseAddress { return true }
        // A cache is a single reference, so that equal words are caches that share their figures. Comparing words does not retain them.
        func word(_ caches: UnsafeRawBufferPointer, _ index: Int) -> UInt {
          caches.load(fromByteOffset: index * MemoryLayout<CacheSnapshot>.stride, as: UInt.self)
        }
        for index in indices where word(new, index) != word(old, index) && self[index] != earlier[index] {
          guard self[index].name == earlier[index].name else { return false }
          changed.append(index)
        }
        return true
      }
    }
    return isSameOrder ? changed : nil
  }
}
