package import Recordings
import SlabEngine

/// Player that replays events on a model of SLUB: each allocation and free of a source, on its recorded CPU.
///
/// The replay begins with the slabs of the starting state, if there is one. An object with an unseen free (a free without an
/// event) is freed with its companion, by reconciliation with object counts of the recorded kernel, or when its address is
/// allocated again, whichever comes first; `unseenFrees` counts these frees. After the last event of the source, the player
/// frees all live objects and starts again with the first event.
///
/// The player is deterministic: equal sources, starting states and seeds give equal states.
package struct SLUBPlayer: ~Copyable {
  /// Model on which the events are replayed.
  package internal(set) var model: SLUBModel
  /// Counts of the events played so far.
  package internal(set) var progress = PlayerProgress()
  /// Event that was played last; nil before the first.
  package internal(set) var lastEvent: AllocationEvent?
  /// Number of unseen frees, by the method that found them.
  package internal(set) var unseenFrees = UnseenFreeCounts()

  var cursor: EventCursor
  let unseen: UnseenFrees
  var sizes: RequestSizes
  let ticksPerSecond: UInt64
  var table: SLUBCacheTable
  var roles: [CallSiteRole] = []
  var slots: [SLUBSlot] = []
  /// Last object of each CPU that waits for the allocation of its companion.
  var waiting: [Waiting]
  /// Objects of each CPU that wait in kfree_rcu.
  var rcuQueues: [RCUFreeQueue]
  /// Objects with unseen frees, by cache.
  var unseenObjects: [UnseenObjects] = []
  /// Residents by cache: objects that were allocated before the first event, or by tasks that were not recorded.
  var residents: [ResidentObjects] = []
  /// Number of residents freed minus number of residents added since the first event, by cache.
  var freedResidents: [Int] = []
  /// Number of live objects before the first event, by cache.
  var startingLiveObjects: [Int] = []
  /// `active_objs` of the kernel before the first event, by cache.
  var startingActiveObjects: [Int] = []
  /// Whether kfree_rcu frees objects of the cache, by cache.
  var areFreedByRCU: [Bool] = []
  /// Requested bytes of live objects, by cache.
  var requestedBytes: [Int] = []
  var large = LargeRequestCounts()
  /// Log of the inferred unseen frees; nil if it is not kept.
  var inferredFrees: InferredFrees?
  /// Number of the event in this loop that is played, from 0.
  var eventNumber = 0
  let observations: [KernelObservation]
  var nextObservation = 0
  /// Time of the next observation or of the next step of a kfree_rcu queue.
  var nextDue = UInt64.max
  var random: SplitMix64

  /// Object that waits for the allocation of its companion. The search ends after `allocationsLeft` allocations.
  struct Waiting: BitwiseCopyable {
    var slot = SLUBSlot.none
    var serial: UInt32 = 0
    var pair: UInt8 = 0
    var allocationsLeft: UInt8 = 0
  }

  /// Counts of the requests that the page allocator serves.
  struct LargeRequestCounts {
    var (live, requestedBytes, blockBytes, failed) = (0, 0, 0, 0)
  }

  /// Creates a player with a new model.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - parameters: Parameters of SLUB.
  ///   - sizes: Sizes of the kmalloc classes, ascending.
  ///   - orders: Page orders of kmalloc classes, by size, that replace the orders of SLUB's formula.
  ///   - tuning: Tunables of caches that differ from the defaults of SLUB.
  ///   - memoryBytes: Machine memory in bytes.
  ///   - start: Slabs of the caches before the first event; nil for a machine without slabs.
  ///   - observations: Object counts of the recorded kernel, in order of time.
  ///   - seed: Seed of the random choices: positions of residents, and the residents that frees of unknown objects free.
  /// - Throws: `EngineError` if the page descriptors cannot be reserved, and errors of the source.
  /// - Complexity: O(events): a recording is read once.
  package init(
    _ source: any AllocationEventSource, parameters: SLUBParameters = SLUBParameters(),
    sizes: [Int] = KmallocClasses.sizes, orders: [Int: Int] = [:], tuning: SLUBTuning = SLUBTuning(), memoryBytes: Int,
    start: StartingState? = nil, observations: [KernelObservation] = [], seed: UInt64 = 0
  ) throws {
    try self.init(
      source, SourceFacts(of: source), parameters: parameters, sizes: sizes, orders: orders, tuning: tuning,
      memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
  }

  /// Creates a player of a source about which the facts are known already.
  /// - Throws: `EngineError` if the page descriptors cannot be reserved.
  init(
    _ source: any AllocationEventSource, _ facts: SourceFacts, parameters: SLUBParameters = SLUBParameters(),
    sizes: [Int] = KmallocClasses.sizes, orders: [Int: Int] = [:], tuning: SLUBTuning = SLUBTuning(), memoryBytes: Int,
    start: StartingState? = nil,
    observations: [KernelObservation] = [], seed: UInt64 = 0
  ) throws(EngineError) {
    let model = try SLUBModel(parameters: parameters, memoryBytes: memoryBytes, cpus: source.cpuCount)
    unseen = facts.unseenFrees
    self.sizes = facts.sizes
    self.model = model
    cursor = EventCursor(source)
    ticksPerSecond = source.ticksPerSecond == 0 ? 1_000_000 : source.ticksPerSecond
    table = SLUBCacheTable(
      KmallocClassTable(sizes: sizes, orders: orders, combinesKinds: start?.combinesKmallocKinds ?? false),
      tuning: tuning,
      mergesCaches: !source.hasMergedCaches, cpus: source.cpuCount)
    waiting = Array(repeating: Waiting(), count: source.cpuCount)
    rcuQueues = Array(repeating: RCUFreeQueue(ticksPerSecond: ticksPerSecond), count: source.cpuCount)
    self.observations = observations
    random = SplitMix64(seed: seed)
    if let start { makeStartingCaches(start, symbols: Set(source.symbols)) }
    setNextDue()
  }

  /// Name of the event source.
  package var sourceName: String { cursor.sourceName }
}
