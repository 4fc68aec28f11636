import Profiles
import Recordings

/// skb data of a profile by needed and allocated size, in general caches and in skbuff_small_head.
///
/// The kernel rounds these sizes up before it requests them. The needed size is known for objects whose bytes in use were
/// recorded.
package struct SkbDataDemand: Sendable, Hashable {
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
    package var usedBytes = 0.0
    /// Number of live objects at the peak of requested bytes.
    package var liveAtPeak = 0
    /// Mean number of live objects over time.
    package var liveOnAverage = 0.0
  }

  /// Sizes, sorted by needed bytes, then by allocated bytes.
  package let sizes: [Size]
  /// Number of objects whose bytes in use were not recorded.
  package let unknownObjects: Int

  /// Number of objects whose bytes in use were recorded.
  package var knownObjects: Int { sizes.reduce(0) { $0 + $1.objects } }
  /// Share (0...1) of skb data objects whose bytes in use were recorded; nil if there is no skb data.
  package var knownShare: Double? {
    let all = knownObjects + unknownObjects
    return all == 0 ? nil : Double(knownObjects) / Double(all)
  }

  private struct Key: Hashable {
    var neededBytes, allocatedBytes: Int
    var isGeneral: Bool
  }

  /// Finds the skb data of a profile.
  /// - Complexity: O(contexts).
  init(_ profile: AllocationProfile) {
    var (sizes, unknown) = ([Key: Size](), 0)
    let atPeak = SizeDemand.liveObjectsAtPeak(of: profile)
    let microseconds = SizeDemand.meanMicroseconds(of: profile)
    for (number, context) in profile.contexts.enumerated() where !AllocatorCallSites.contains(context.site) {
      let figures = profile.figures[number]
      guard let used = context.usedBytes else {
        unknown += profile.roundsSkbDataSizes && context.isRoundedSkbData ? figures.allocObjects : 0
        continue
      }
      let needed = min(
        Int(UsedBytesByAllocation.neededBytes(used: UInt32(clamping: used))), context.allocatedBytes)
      let key = Key(neededBytes: needed, allocatedBytes: context.allocatedBytes, isGeneral: context.isGeneral)
      var size =
        sizes[key]
        ?? Size(neededBytes: needed, allocatedBytes: context.allocatedBytes, isGeneral: context.isGeneral)
      size.objects += figures.allocObjects
      size.usedBytes += Double(figures.allocObjects) * Double(used)
      size.liveAtPeak += min(atPeak[number], SizeDemand.mostObjects)
      size.liveOnAverage += min(
        Double(figures.liveObjectMicroseconds) / microseconds, Double(SizeDemand.mostObjects))
      sizes[key] = size
    }
    self.sizes = sizes.values.filter { $0.objects > 0 }.sorted {
      ($0.neededBytes, $0.allocatedBytes, $0.isGeneral ? 1 : 0) < (
        $1.neededBytes, $1.allocatedBytes, $1.isGeneral ? 1 : 0
      )
    }
    unknownObjects = unknown
  }
}

extension AllocationContext {
  /// Whether the objects are skb data whose requested size is rounded up to a size class (``SkbDataCallSites``).
  fileprivate var isRoundedSkbData: Bool {
    isGeneral
      ? requestedBytes == allocatedBytes && SkbDataCallSites.contains(site) : cache == SkbDataCallSites.smallDataCache
  }
}
