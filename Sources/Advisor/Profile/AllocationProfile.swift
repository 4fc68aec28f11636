/// What the general caches were asked for: how many objects of each exact size lived, at any of some moments, at the peak
/// and on average; and what each call site had of it. What is held counts, not what was called most often.
///
/// Requests to named caches, and those beyond the largest general cache (128 KiB), are not in it.
public struct AllocationProfile: Sendable {
  /// Where it was taken from.
  public internal(set) var name: String
  /// Request sizes in bytes, ascending: what was needed, where the kernel had rounded it up and the recording knows it.
  public internal(set) var sizes: [Int] = []
  /// Requests of each size.
  public internal(set) var requests: [Int] = []
  /// Objects of each size that lived when most bytes were asked for.
  public internal(set) var liveAtPeak: [Int] = []
  /// Objects of each size that lived, on average over time (over events, where no time goes by).
  public internal(set) var liveOnAverage: [Double] = []
  /// Most objects of each size that lived at once up to each of the `moments` (rows), from the one before: slabs are held
  /// for what was there a moment ago.
  public internal(set) var liveAtMoments: [[Int32]] = []
  /// Events after which the rows of `liveAtMoments` were taken.
  public internal(set) var moments: [Int] = []
  /// The event after which most bytes were asked for, from 0.
  public internal(set) var peakEvent = 0
  /// Events looked at.
  public internal(set) var events = 0
  /// Seconds from the first of them to the last.
  public internal(set) var seconds = 0.0
  /// Ticks of lifetimes in a second; 0 where the clock's rate is unknown.
  public internal(set) var ticksPerSecond: UInt64 = 0
  /// CPUs are numbered below this.
  public internal(set) var cpus: Int
  /// Call sites of every kind of allocation, those with most bytes asked for first.
  public internal(set) var sites: [CallSiteProfile] = []

  /// skb data, whose requests hide what was needed.
  public internal(set) var data = SkbDataProfile()

  /// The largest request that a general cache serves.
  public static let largestSize = 1 << 17

  /// Requests in all.
  public var requestCount: Int { requests.reduce(0, +) }

  /// Bytes asked for by what lived at the peak.
  public var peakBytes: Int { zip(sizes, liveAtPeak).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// What a call site allocated, and what became of that.
public struct CallSiteProfile: Sendable, Hashable {
  /// The function.
  public var name: String
  /// The cache it named; nil where it asked by size.
  public var cache: String?
  /// Allocations.
  public var allocations = 0
  /// Bytes asked for, and bytes that the kernel set aside.
  public var requestedBytes = 0
  /// Bytes that the kernel set aside.
  public var allocatedBytes = 0
  /// The smallest and the largest request.
  public var smallest = Int.max
  /// The largest request.
  public var largest = 0
  /// Objects freed, and those of them on another CPU than they were allocated on (what perf calls ping-pong).
  public var frees = 0
  /// Objects freed on another CPU.
  public var remoteFrees = 0
  /// The sum of the lifetimes of freed objects, in ticks.
  public var lifetime: UInt64 = 0
  /// How long a freed object lived on average, in ticks.
  public var meanLifetime: Double { frees == 0 ? 0 : Double(lifetime) / Double(frees) }
  /// Objects that lived at once, most.
  public var peakLive = 0
  /// Objects that live.
  var live = 0

  /// Whether every request was of one size.
  public var isConstant: Bool { smallest == largest }
  /// The share of what the kernel set aside that nobody asked for, as `perf kmem stat` prints it.
  public var fragmentation: Double {
    allocatedBytes == 0 ? 0 : 1 - Double(requestedBytes) / Double(allocatedBytes)
  }
  /// The share of frees on another CPU.
  public var remoteShare: Double { frees == 0 ? 0 : Double(remoteFrees) / Double(frees) }
}
