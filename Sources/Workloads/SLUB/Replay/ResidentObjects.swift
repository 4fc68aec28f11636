import Recordings

/// The objects of a cache that were allocated before the first event, or by tasks whose events the recording does not have:
/// how many of them lie in each slab.
///
/// A free names the cache, not the slab. Objects that are freed together were as a rule allocated together, one slab after
/// another: in recordings with real addresses, 94 to 99 of 100 frees of dentries and inodes lie in the slab of the free before or
/// in one of the last eight slabs, and most slabs are freed to the last object. The cache itself tells whether that is so: if
/// its objects are freed together, its slabs are full or gone, else they are partial. So of the objects that are freed, as large a
/// share is freed slab by slab as slabs were full at the start; the others are drawn at random.
struct ResidentObjects {
  private struct Group: BitwiseCopyable {
    let slab: Int32
    var objects: Int32
  }

  private var groups: [Group] = []
  /// The group that frees take objects of, the last one if `isDraining`.
  private var isDraining = false
  /// At least as many as any group has objects.
  private var mostObjects: Int32 = 0
  /// Objects of all slabs.
  private(set) var count = 0

  /// The share of objects that are freed slab by slab.
  private let clustering: Double

  /// No objects.
  /// - Parameter clustering: the share of objects that are freed slab by slab.
  init(clustering: Double = 0) { self.clustering = clustering }

  /// Objects by the slab of each, those of one slab together.
  init(_ slabs: [Int32], clustering: Double) {
    self.init(clustering: clustering)
    for slab in slabs { append(slab) }
  }

  /// Adds an object that lies in a slab.
  mutating func append(_ slab: Int32) {
    count += 1
    // The group at the end is another one from here on.
    isDraining = false
    if let last = groups.indices.last, groups[last].slab == slab {
      groups[last].objects += 1
    } else {
      groups.append(Group(slab: slab, objects: 1))
    }
    mostObjects = max(mostObjects, groups[groups.count - 1].objects)
  }

  /// Removes an object; returns its slab, or nil if there is none.
  mutating func removeNext(random: inout SplitMix64) -> Int32? {
    guard let last = groups.indices.last else { return nil }
    if !isDraining {
      groups.swapAt(drawnGroup(&random), last)
      // A slab that is freed to the last object counts as often as it has objects.
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

  /// Removes an object of the slab that has fewest of them; returns the slab, or nil if there is no object.
  ///
  /// Objects that kfree_rcu had collected before the recording are freed without an event. Those that it collected with them are
  /// free already, so that the last ones lie in the emptiest slabs.
  /// - Complexity: O(slabs).
  mutating func removeFromSparsestSlab() -> Int32? {
    guard let place = groups.indices.min(by: { groups[$0].objects < groups[$1].objects }) else { return nil }
    isDraining = false
    let slab = groups[place].slab
    groups[place].objects -= 1
    count -= 1
    if groups[place].objects == 0 {
      groups.swapAt(place, groups.count - 1)
      groups.removeLast()
    }
    return slab
  }

  /// The group of an object drawn at random: a group is drawn, and taken with a probability in proportion to its objects.
  private func drawnGroup(_ random: inout SplitMix64) -> Int {
    while true {
      let group = Int.random(in: 0..<groups.count, using: &random)
      if Int32.random(in: 0..<mostObjects, using: &random) < groups[group].objects { return group }
    }
  }
}
