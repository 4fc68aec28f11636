/// Profile of the traffic of an allocator over an interval: the figures of each context, the CPUs that allocate and free, and
/// the live objects at up to ``momentCount`` times.
///
/// Profiles of different recordings, hosts or intervals can be merged and subtracted. Merging is associative and commutative,
/// and ``empty`` is its neutral element. The counts of a merged profile are sums; its peaks are sums too, and therefore upper
/// bounds.
package struct AllocationProfile: Sendable, Hashable {
  /// Largest number of moments.
  package static let momentCount = 256

  /// Origins of the profile, sorted; more than one after merging.
  package var sources: [ProfileSource] = []
  /// Whether times are known. If not, an event counts as a microsecond, and lifetimes are in ticks of the source's clock.
  package var hasClock = true
  /// Whether the sources rounded the requested sizes of skb data up to a size class, as a kernel does, so that the bytes in use
  /// of a context tell the size that was needed.
  package var roundsSkbDataSizes = true
  /// All contexts, sorted.
  package internal(set) var contexts: [AllocationContext] = []
  /// Figures of each context, in the order of ``contexts``.
  package internal(set) var figures: [AllocationFigures] = []
  /// Number of allocated objects by CPU.
  package internal(set) var allocObjectsByCPU: [Int] = []
  /// Number of freed objects by CPU: entry `[a][f]` for objects that CPU `a` allocated and CPU `f` freed. The matrix is square,
  /// and has no rows and columns of zeros at the end.
  package internal(set) var freesByCPU: [[Int]] = []
  /// Number of allocations that failed.
  package internal(set) var failedAllocations = 0
  /// Number of frees of objects that were allocated before the profile began.
  package internal(set) var unmatchedFrees = 0
  /// Sizes of objects from general caches in bytes, ascending: the requested bytes, or the needed bytes if the request was
  /// rounded up and they are known. Objects of the allocator itself (`AllocatorCallSites`) have no size.
  package internal(set) var sizes: [Int] = []
  /// Live objects at some times, in the order of ``ProfiledMoment/rank``.
  package internal(set) var moments: [ProfiledMoment] = []
  /// Number of live objects of each context, in the order of ``contexts``, when the objects that have a size in ``sizes`` had
  /// the most bytes; nil if not known. A sum over all sources after merging.
  package internal(set) var liveObjectsAtPeak: [Int]? = []
  /// Whether ``AllocationFigures/peakLiveObjects`` and ``liveObjectsAtPeak`` are upper bounds, because several sources reached
  /// their peaks at different times.
  package internal(set) var peaksAreUpperBounds = false

  /// Profile without events.
  package static let empty = AllocationProfile()

  /// Number of events of all sources.
  package var events: Int { sources.reduce(0) { $0 + $1.events } }
  /// Sum of the durations of all sources in seconds.
  package var seconds: Double { Double(sources.reduce(0) { $0 + $1.microseconds }) / 1e6 }
  /// Moments in the order of time. In a profile of several sources, times are since the first event of each source.
  /// - Complexity: O(moments x log(moments)).
  package var momentsByTime: [ProfiledMoment] {
    moments.sorted { ($0.microseconds, $0.events) < ($1.microseconds, $1.events) }
  }

  /// Returns the figures of a context; nil if the profile does not have it.
  /// - Complexity: O(log(contexts)).
  package subscript(context: AllocationContext) -> AllocationFigures? {
    var (low, high) = (0, contexts.count)
    while low < high {
      let middle = (low + high) / 2
      if contexts[middle] < context { low = middle + 1 } else { high = middle }
    }
    return low < contexts.count && contexts[low] == context ? figures[low] : nil
  }

  /// Creates a profile without events.
  package init() {}

  /// Creates a profile from its parts. Contexts are sorted, and equal contexts are added up.
  /// - Parameters:
  ///   - source: Origin of the profile.
  ///   - figures: Figures of each context.
  ///   - allocObjectsByCPU: Allocated objects by CPU.
  ///   - freesByCPU: Freed objects by allocating and freeing CPU.
  ///   - failedAllocations: Number of allocations that failed.
  ///   - unmatchedFrees: Number of frees of objects that were allocated before the profile began.
  package init(
    source: ProfileSource, figures: some Sequence<(AllocationContext, AllocationFigures)>,
    allocObjectsByCPU: [Int] = [], freesByCPU: [[Int]] = [], failedAllocations: Int = 0, unmatchedFrees: Int = 0
  ) {
    var sums: [AllocationContext: AllocationFigures] = [:]
    for (context, figures) in figures { sums[context, default: AllocationFigures()].add(figures) }
    sources = [source]
    contexts = sums.keys.sorted()
    self.figures = contexts.map { sums[$0] ?? AllocationFigures() }
    self.allocObjectsByCPU = CPUMatrix.sum(allocObjectsByCPU, [], sign: 1)
    self.freesByCPU = CPUMatrix.sum(freesByCPU, [], sign: 1)
    (self.failedAllocations, self.unmatchedFrees) = (failedAllocations, unmatchedFrees)
    liveObjectsAtPeak = nil
  }
}
