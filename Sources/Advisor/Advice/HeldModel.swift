import SlabEngine
import Workloads

/// What a set of general caches holds, from the counts of live objects alone: a few figures for each class in place of
/// every slab and magazine.
///
/// A class has slabs for its objects and for `spare` times as many free ones, in slabs and magazines; a class that was in
/// use keeps some slabs that are empty, as the engine's pools do (`SlabPool.reserve`).
struct HeldModel {
  fileprivate struct ClassState {
    let slabBytes: Int
    let objectsPerSlab: Int
    /// Objects that lie in the CPUs' magazines at least, once it is used.
    let cached: Double
    var objects = 0.0
    /// Slabs that it had at most, of late.
    var peak = 0.0
  }

  private let spare: Double
  /// The class of each of the profile's sizes.
  private let classOfSize: [Int]
  private var classes: [ClassState] = []
  /// Sizes that no class serves: bytes of the whole pages that each object has; 0 for the others.
  private let pageBytes: [Int]

  /// A policy's general caches, on a profile's machine.
  init(_ policy: Policy, _ profile: AllocationProfile, spare: Double) {
    self.spare = spare
    let (sizes, set) = (profile.sizes, ClassSet(name: policy.name, sizes: policy.generalCacheSizes))
    // As the engine is configured: SLUB's orders go by the number of CPUs.
    let orders = policy.configuration(memoryBytes: 0, cpus: profile.cpus).orders
    var (indices, classOfSize, pageBytes): ([Int: Int], [Int], [Int]) = ([:], [], [])
    for bytes in sizes {
      let size = set.size(for: bytes)
      let isServed = set.sizes.last.map { size <= $0 } ?? false
      pageBytes.append(isServed ? 0 : size)
      if indices[size] == nil {
        indices[size] = classes.count
        let slab = 4096 << orders.preferredOrder(stride: size)
        classes.append(
          ClassState(
            slabBytes: slab, objectsPerSlab: max(1, slab / size),
            cached: Double(profile.cpus * HeldModel.smallestMagazine(size))))
      }
      classOfSize.append(indices[size] ?? 0)
    }
    (self.classOfSize, self.pageBytes) = (classOfSize, pageBytes)
  }

  /// Objects that a magazine of a class holds at first (`CacheDescriptor.smallestMagazine`).
  private static func smallestMagazine(_ size: Int) -> Int { max(2, max(2, min(64, 16_384 / size)) / 8) }

  /// Bytes held once so many objects of each size live, after what was told before.
  mutating func hold(_ counts: [Int32]) -> Double {
    for index in classes.indices { classes[index].objects = 0 }
    var held = 0.0
    for (index, count) in counts.enumerated() where count > 0 {
      // Whole pages are held for as long as they are used, and no longer.
      if pageBytes[index] > 0 {
        held += Double(pageBytes[index]) * Double(count)
      } else {
        classes[classOfSize[index]].objects += Double(count)
      }
    }
    for index in classes.indices { held += classes[index].hold(spare) }
    return held
  }
}

extension HeldModel.ClassState {
  fileprivate mutating func hold(_ spare: Double) -> Double {
    // One that is alone in its slab leaves nothing free there.
    let share = Double(objectsPerSlab - 1) / Double(objectsPerSlab)
    let filled = (objects * (1 + spare * share) + cached) / Double(objectsPerSlab)
    let needed = objects > 0 ? max(1, filled.rounded(.up)) : 0
    peak = max(peak, needed)
    // Two empty slabs, or 64 KiB of them, or a quarter of what there was.
    let kept = min(peak, max(min(2, 65_536 / Double(slabBytes)), peak / 4))
    return Double(slabBytes) * max(needed, kept)
  }
}
