import SlabEngine
import Workloads

/// Model of the slab memory of a set of general caches, from the numbers of live objects alone: a few figures for each class
/// instead of every slab and magazine.
///
/// A class has slabs for its live objects and for `spare` times as many free ones in slabs and magazines. A class that was in use
/// retains some empty slabs, as the engine's pools do.
struct SlabMemoryModel {
  fileprivate struct ClassState {
    let slabBytes: Int
    let objectsPerSlab: Int
    /// Least number of objects in the magazines of all CPUs, once the class is in use.
    let cached: Double
    var objects = 0.0
    /// Largest number of slabs so far.
    var peak = 0.0
  }

  private let spare: Double
  /// Index of the class of each of the demand's sizes.
  private let classOfSize: [Int]
  private var classes: [ClassState] = []
  /// Bytes of the whole pages of each object, for sizes that no class serves; 0 for the other sizes.
  private let pageBytes: [Int]

  /// Creates the model of a policy's general caches on a machine with the demand's number of CPUs.
  /// - Parameter spare: free objects for each live object.
  init(_ policy: Policy, _ demand: SizeDemand, spare: Double) {
    self.spare = spare
    let (sizes, set) = (demand.sizes, ClassSet(name: policy.name, sizes: policy.generalCacheSizes))
    // SLUB's page orders depend on the number of CPUs.
    let orders = policy.configuration(memoryBytes: 0, cpus: demand.cpus).orders
    var (indices, classOfSize, pageBytes): ([Int: Int], [Int], [Int]) = ([:], [], [])
    for bytes in sizes {
      let size = set.size(for: bytes)
      let isServed = set.sizes.last.map { size <= $0 } ?? false
      pageBytes.append(isServed ? 0 : size)
      if indices[size] == nil {
        indices[size] = classes.count
        let classOrders = orders.policy(forCache: SlabEngine.generalCacheName(size), stride: size)
        let slab = 4096 << classOrders.preferredOrder(stride: size)
        classes.append(
          ClassState(
            slabBytes: slab, objectsPerSlab: max(1, slab / size),
            cached: Double(demand.cpus * SlabMemoryModel.smallestMagazine(size))))
      }
      classOfSize.append(indices[size] ?? 0)
    }
    (self.classOfSize, self.pageBytes) = (classOfSize, pageBytes)
  }

  /// Returns the initial magazine capacity of a class in objects (`CacheDescriptor.smallestMagazine`).
  private static func smallestMagazine(_ size: Int) -> Int { max(2, max(2, min(64, 16_384 / size)) / 8) }

  /// Returns the slab memory in bytes with these numbers of live objects of each size, after all earlier calls.
  mutating func slabBytes(live counts: [Int32]) -> Double {
    for index in classes.indices { classes[index].objects = 0 }
    var bytes = 0.0
    for (index, count) in counts.enumerated() where count > 0 {
      // Whole pages return to the page allocator when the object is freed.
      if pageBytes[index] > 0 {
        bytes += Double(pageBytes[index]) * Double(count)
      } else {
        classes[classOfSize[index]].objects += Double(count)
      }
    }
    for index in classes.indices { bytes += classes[index].updatedSlabBytes(spare: spare) }
    return bytes
  }
}

extension SlabMemoryModel.ClassState {
  /// Updates the largest number of slabs and returns the bytes of the class's slabs.
  fileprivate mutating func updatedSlabBytes(spare: Double) -> Double {
    // A slab of one object has no free objects while its object is live.
    let share = Double(objectsPerSlab - 1) / Double(objectsPerSlab)
    let filled = (objects * (1 + spare * share) + cached) / Double(objectsPerSlab)
    let needed = objects > 0 ? max(1, filled.rounded(.up)) : 0
    peak = max(peak, needed)
    // Empty slabs are retained: two, but at most 64 KiB, or a quarter of the peak.
    let retained = min(peak, max(min(2, 65_536 / Double(slabBytes)), peak / 4))
    return Double(slabBytes) * max(needed, retained)
  }
}
