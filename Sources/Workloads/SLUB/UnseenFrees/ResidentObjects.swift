import Recordings

/// Residents of a cache: objects that were allocated before the first event, or by tasks that were not recorded. The
/// collection has the number of residents in each slab.
///
/// The event of a free has the cache, but not the slab, of a resident. Objects that are freed together were usually allocated
/// together, in one slab after another: in recordings with real addresses, 94 to 99 % of the frees of dentries and inodes are
/// in the slab of the previous free or in one of the last eight slabs, and most slabs lose all their objects. If the objects
/// of a cache are freed together, its slabs are full or discarded; otherwise they are partial. The share of full slabs at the
/// start is therefore used as the share of residents that are freed slab by slab. The others are selected at random.
struct ResidentObjects {
  private struct Group: BitwiseCopyable {
    let slab: Int32
    var objects: Int32
  }

  private var groups: [Group] = []
  /// Whether the following frees free the objects of the last group.
  private var isDraining = false
  /// Upper bound of the number of objects in a group.
  private var maximumObjects: Int32 = 0
  /// Number of objects in all slabs.
  private(set) var count = 0

  /// Share of the objects that are freed slab by slab, from 0 to 1.
  private let clustering: Double

  /// Creates an empty collection.
  /// - Parameter clustering: Share of the objects that are freed slab by slab, from 0 to 1.
  init(clustering: Double = 0) { self.clustering = clustering }

  /// Creates a collection from the slab of each object. The objects of a slab must be adjacent.
  init(_ slabs: [Int32], clustering: Double) {
    self.init(clustering: clustering)
    for slab in slabs { append(slab) }
  }

  /// Adds an object of a slab.
  mutating func append(_ slab: Int32) {
    count += 1
    // The last group changes, so that the slab that was being freed is no longer the last one.
    isDraining = false
    if let last = groups.indices.last, groups[last].slab == slab {
      groups[last].objects += 1
    } else {
      groups.append(Group(slab: slab, objects: 1))
    }
    maximumObjects = max(maximumObjects, groups[groups.count - 1].objects)
  }

  /// Removes the object that the next free frees, and returns its slab; nil if there are no objects.
  mutating func removeNext(random: inout SplitMix64) -> Int32? {
    guard let last = groups.indices.last else { return nil }
    if !isDraining {
      groups.swapAt(randomGroup(&random), last)
      // A slab whose objects are all freed counts once per object.
      let single = (1 - clustering) * Double(groups[last].objects)
      isDraining = Double.random(in: 0..<1, using: &random) * (clustering + single) < clustering
    }
    let slab = groups[last].slab
    groups[last].objects -= 1
    count -= 1
    if groups[last].objects == 0 {
      groups.removeLast()
      isDraining = false
    }
    return slab
  }

  /// Removes an object of the slab with the fewest objects, and returns the slab; nil if there are no objects.
  ///
  /// Objects that kfree_rcu had collected before the recording are freed without an event. Most objects of the same batches
  /// were freed before, so that the remaining ones are in the emptiest slabs.
  /// - Complexity: O(slabs).
  mutating func removeFromSparsestSlab() -> Int32? {
    guard let index = groups.indices.min(by: { groups[$0].objects < groups[$1].objects }) else { return nil }
    isDraining = false
    let slab = groups[index].slab
    groups[index].objects -= 1
    count -= 1
    if groups[index].objects == 0 {
      groups.swapAt(index, groups.count - 1)
      groups.removeLast()
    }
    return slab
  }

  /// Returns the group of a random object, by rejection sampling: a random group is accepted with a probability proportional
  /// to its number of objects.
  private func randomGroup(_ random: inout SplitMix64) -> Int {
    while true {
      let group = Int.random(in: 0..<groups.count, using: &random)
      if Int32.random(in: 0..<maximumObjects, using: &random) < groups[group].objects { return group }
    }
  }
}
