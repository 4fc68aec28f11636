import Recordings

/// skb data by what was needed and what was allocated, whether in general caches or in one of their own (skbuff_small_head).
///
/// The kernel rounds these requests up before it makes them; what was needed is known of those objects whose use was recorded.
public struct SkbDataProfile: Sendable, Hashable {
  /// Objects of one need and one allocated size.
  public struct Size: Sendable, Hashable {
    /// Bytes needed: those in use, up to the next cache line, where the kernel's record behind the data ends.
    public var neededBytes: Int
    /// Bytes that the kernel allocated.
    public var allocatedBytes: Int
    /// Whether they were asked for by size, so that other general caches would serve them.
    public var isGeneral: Bool
    /// Objects.
    public var objects = 0
    /// Bytes in use of them, without the room up to the cache line.
    public var usedBytes = 0
    /// Objects that lived when most bytes were asked for.
    public var liveAtPeak = 0
    /// Objects that lived on average.
    public var liveOnAverage = 0.0
  }

  /// By bytes needed, then by bytes allocated.
  public internal(set) var sizes: [Size] = []
  /// Objects whose use is not known: of requests that were rounded up, and of skbuff_small_head.
  public internal(set) var unknownObjects = 0

  /// Objects whose use is known.
  public var knownObjects: Int { sizes.reduce(0) { $0 + $1.objects } }
  /// Of the objects whose requests were rounded up, the share whose use is known; nil if there is none.
  public var knownShare: Double? {
    let all = knownObjects + unknownObjects
    return all == 0 ? nil : Double(knownObjects) / Double(all)
  }
}

/// Counts skb data while a profile is collected.
struct SkbDataCollector {
  private struct Key: Hashable {
    var needed: UInt32
    var allocated: UInt32
    var isGeneral: Bool
  }

  private struct Tally {
    var size: SkbDataProfile.Size
    var live = 0
    var area = 0.0
    var since = 0.0
  }

  private var indices: [Key: Int] = [:]
  private var tallies: [Tally] = []
  private var unknownObjects = 0

  /// Counts an object of a known use.
  /// - Parameter isCounted: whether it is allocated within the part that is profiled.
  /// - Returns: the number of its size, for `end`.
  mutating func begin(
    used: UInt32, allocated: UInt32, isGeneral: Bool, clock: Double, isCounted: Bool
  ) -> Int32 {
    let needed = min(ObjectUses.neededBytes(used: used), allocated)
    let key = Key(needed: needed, allocated: allocated, isGeneral: isGeneral)
    let index = indices[key] ?? tallies.count
    if index == tallies.count {
      indices[key] = index
      let size = SkbDataProfile.Size(
        neededBytes: Int(needed), allocatedBytes: Int(allocated), isGeneral: isGeneral)
      tallies.append(Tally(size: size, since: clock))
    }
    settle(index, clock)
    tallies[index].live += 1
    if isCounted {
      tallies[index].size.objects += 1
      tallies[index].size.usedBytes += Int(used)
    }
    return Int32(index)
  }

  mutating func end(_ index: Int32, clock: Double) {
    settle(Int(index), clock)
    tallies[Int(index)].live -= 1
  }

  mutating func countUnknown() { unknownObjects += 1 }

  private mutating func settle(_ index: Int, _ clock: Double) {
    tallies[index].area += Double(tallies[index].live) * (clock - tallies[index].since)
    tallies[index].since = clock
  }

  /// Begins the part that is profiled.
  mutating func begin(clock: Double) {
    for index in tallies.indices { (tallies[index].area, tallies[index].since) = (0, clock) }
  }

  /// Keeps what lives now as what lived at the peak.
  mutating func keepPeak() { for index in tallies.indices { tallies[index].size.liveAtPeak = tallies[index].live } }

  /// The profile of a span of the clock up to now.
  mutating func profile(clock: Double, span: Double) -> SkbDataProfile {
    var profile = SkbDataProfile()
    profile.unknownObjects = unknownObjects
    for index in tallies.indices {
      settle(index, clock)
      var size = tallies[index].size
      size.liveOnAverage = tallies[index].area / span
      if size.objects > 0 { profile.sizes.append(size) }
    }
    profile.sizes.sort { ($0.neededBytes, $0.allocatedBytes) < ($1.neededBytes, $1.allocatedBytes) }
    return profile
  }
}
