import SlabEngine
import Workloads

/// Named set of general-cache sizes.
package struct ClassSet: Sendable, Hashable {
  /// Name of the set.
  package var name: String
  /// Object sizes in bytes, ascending.
  package var sizes: [Int]

  /// Creates a set.
  package init(name: String, sizes: [Int]) { (self.name, self.sizes) = (name, sizes) }

  /// Sets of other allocators, and of Linux's kmalloc.
  static let references = [
    ClassSet(name: "power-of-two", sizes: Policy.powerOfTwo.generalCacheSizes),
    ClassSet(name: "one-and-a-half", sizes: Policy.oneAndAHalf.generalCacheSizes),
    linux, ClassSet(name: "four-per-doubling", sizes: fourPerDoubling),
  ]

  /// Sizes of Linux's kmalloc.
  static let linux = ClassSet(name: "linux", sizes: Policy.linux.generalCacheSizes)

  /// Sizes of jemalloc (table of size classes in its manual): four per doubling, from 128 bytes up.
  private static var fourPerDoubling: [Int] {
    var sizes = [8] + stride(from: 16, through: 128, by: 16)
    var group = 128
    while group < SizeDemand.largestSize {
      sizes += (1...4).map { group + group / 4 * $0 }
      group *= 2
    }
    return sizes
  }

  /// Returns the size that serves a request. A request beyond the largest size gets a power of two of whole pages.
  func size(for bytes: Int) -> Int {
    var (low, high) = (0, sizes.count)
    while low < high {
      let middle = (low + high) / 2
      if sizes[middle] < bytes { low = middle + 1 } else { high = middle }
    }
    if low < sizes.count { return sizes[low] }
    var pages = 4096
    while pages < bytes { pages *= 2 }
    return pages
  }

  /// Returns the number of classes that serve at least one of the requests.
  func used(by sizes: [Int]) -> Int { Set(sizes.map { size(for: $0) }).intersection(self.sizes).count }

  /// Returns the share of the bytes of live objects that rounding takes.
  /// - Parameters:
  ///   - sizes: requested sizes in bytes.
  ///   - weights: live objects of each of these sizes.
  package func roundingShare(_ sizes: [Int], _ weights: [Double]) -> Double {
    var (lost, all) = (0.0, 0.0)
    for (bytes, weight) in zip(sizes, weights) {
      let size = size(for: bytes)
      lost += Double(size - bytes) * weight
      all += Double(size) * weight
    }
    return all == 0 ? 0 : lost / all
  }
}
