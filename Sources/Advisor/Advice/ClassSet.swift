import SlabEngine
import Workloads

/// A set of general caches, and what it does to a profile.
public struct ClassSet: Sendable, Hashable {
  /// What it is called.
  public var name: String
  /// Sizes, ascending.
  public var sizes: [Int]

  /// Today's kmalloc, and what others have or had.
  static let standing = [
    ClassSet(name: "power-of-two", sizes: Policy.powerOfTwo.generalCacheSizes),
    ClassSet(name: "one-and-a-half", sizes: Policy.oneAndAHalf.generalCacheSizes),
    linux, ClassSet(name: "four-per-doubling", sizes: fourPerDoubling),
  ]

  /// Today's kmalloc.
  static let linux = ClassSet(name: "linux", sizes: Policy.linux.generalCacheSizes)

  /// jemalloc's (its manual's table of size classes): four to each doubling, from 128 bytes up.
  private static var fourPerDoubling: [Int] {
    var sizes = [8] + stride(from: 16, through: 128, by: 16)
    var group = 128
    while group < AllocationProfile.largestSize {
      sizes += (1...4).map { group + group / 4 * $0 }
      group *= 2
    }
    return sizes
  }

  /// The size that serves a request; where none does, the whole pages, a power of two of them, that it gets.
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

  /// How many of the classes serve any of some requests.
  func used(by sizes: [Int]) -> Int { Set(sizes.map { size(for: $0) }).intersection(self.sizes).count }

  /// Of the bytes of objects that live, the share that nobody asked for.
  func roundingShare(_ sizes: [Int], _ weights: [Double]) -> Double {
    var (lost, all) = (0.0, 0.0)
    for (bytes, weight) in zip(sizes, weights) {
      let size = size(for: bytes)
      lost += Double(size - bytes) * weight
      all += Double(size) * weight
    }
    return all == 0 ? 0 : lost / all
  }
}
