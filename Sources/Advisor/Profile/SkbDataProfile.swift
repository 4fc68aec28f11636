import Recordings

/// Profile of skb data by needed and allocated size, in general caches and in skbuff_small_head.
///
/// The kernel rounds these sizes up before it requests them. The needed size is known for objects whose bytes in use were
/// recorded.
package struct SkbDataProfile: Sendable, Hashable {
  /// Objects with the same needed and the same allocated size.
  package struct Size: Sendable, Hashable {
    /// Needed bytes: the bytes in use, rounded up to a cache line.
    package var neededBytes: Int
    /// Allocated bytes.
    package var allocatedBytes: Int
    /// Whether the objects were allocated by size, so that other sizes of general caches would change their memory.
    package var isGeneral: Bool
    /// Number of objects allocated.
    package var objects = 0
    /// Sum of the bytes in use, without rounding to a cache line.
    package var usedBytes = 0
    /// Number of live objects at the peak of requested bytes.
    package var liveAtPeak = 0
    /// Mean number of live objects over time.
    package var liveOnAverage = 0.0
  }

  /// Sizes, sorted by needed bytes, then by allocated bytes.
  package internal(set) var sizes: [Size] = []
  /// Number of objects whose bytes in use were not recorded.
  package internal(set) var unknownObjects = 0

  /// Number of objects whose bytes in use were recorded.
  package var knownObjects: Int { sizes.reduce(0) { $0 + $1.objects } }
  /// Share (0...1) of skb data objects whose bytes in use were recorded; nil if there is no skb data.
  package var knownShare: Double? {
    let all = knownObjects + unknownObjects
    return all == 0 ? nil : Double(knownObjects) / Double(all)
  }
}

/// Collector of an ``SkbDataProfile``.
struct SkbDataCollector {
  private struct Key: Hashable {
    var needed: UInt32
    var allocated: UInt32
    var isGeneral: Bool
  }

  private struct Tally {
    var size: SkbDataProfile.Size
    var live = 0
    /// Sum of live objects times clock ticks, up to `time`.
    var liveTicks = 0.0
    /// Clock reading up to which `liveTicks` is complete.
    var time = 0.0
  }

  private var indices: [Key: Int] = [:]
  private var tallies: [Tally] = []
  private var unknownObjects = 0

  /// Counts the allocation of an object whose bytes in use were recorded.
  /// - Parameter isCounted: Whether the allocation is in the profiled part of the source.
  /// - Returns: Index of the object's size, to pass to `end` when it is freed.
  mutating func begin(
    used: UInt32, allocated: UInt32, isGeneral: Bool, clock: Double, isCounted: Bool
  ) -> Int32 {
    let needed = min(UsedBytesByAllocation.neededBytes(used: used), allocated)
    let key = Key(needed: needed, allocated: allocated, isGeneral: isGeneral)
    let index = indices[key] ?? tallies.count
    if index == tallies.count {
      indices[key] = index
      let size = SkbDataProfile.Size(
        neededBytes: Int(needed), allocatedBytes: Int(allocated), isGeneral: isGeneral)
      tallies.append(Tally(size: size, time: clock))
    }
    accumulate(index, until: clock)
    tallies[index].live += 1
    if isCounted {
      tallies[index].size.objects += 1
      tallies[index].size.usedBytes += Int(used)
    }
    return Int32(index)
  }

  /// Counts the free of an object.
  mutating func end(_ index: Int32, clock: Double) {
    accumulate(Int(index), until: clock)
    tallies[Int(index)].live -= 1
  }

  /// Counts the allocation of an object whose bytes in use were not recorded.
  mutating func countUnknown() { unknownObjects += 1 }

  /// Adds the live objects of a size up to `clock` to `liveTicks`.
  private mutating func accumulate(_ index: Int, until clock: Double) {
    tallies[index].liveTicks += Double(tallies[index].live) * (clock - tallies[index].time)
    tallies[index].time = clock
  }

  /// Begins the profiled part of the source.
  mutating func begin(clock: Double) {
    for index in tallies.indices { (tallies[index].liveTicks, tallies[index].time) = (0, clock) }
  }

  /// Records the objects that are live now as those at the peak.
  mutating func recordPeak() { for index in tallies.indices { tallies[index].size.liveAtPeak = tallies[index].live } }

  /// Returns the profile of the last `span` ticks before `clock`.
  mutating func profile(clock: Double, span: Double) -> SkbDataProfile {
    var profile = SkbDataProfile()
    profile.unknownObjects = unknownObjects
    for index in tallies.indices {
      accumulate(index, until: clock)
      var size = tallies[index].size
      size.liveOnAverage = tallies[index].liveTicks / span
      if size.objects > 0 { profile.sizes.append(size) }
    }
    profile.sizes.sort { ($0.neededBytes, $0.allocatedBytes) < ($1.neededBytes, $1.allocatedBytes) }
    return profile
  }
}
