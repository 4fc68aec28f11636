/// Objects that a CPU has passed to kfree_rcu and that are not freed yet (kvfree_call_rcu and kfree_rcu_monitor in
/// mm/slab_common.c).
///
///     collected ──page of pointers full: a jiffy later; else after five seconds──▶ batch ──grace period──▶ freed
///
/// Two batches of a CPU may wait for a grace period; while they do, objects are collected.
struct RCUFreeQueue {
  /// Pointers in a page after its header (KVFREE_BULK_MAX_ENTR).
  static let objectsInPage = 505
  /// Seconds until fewer objects become a batch (KFREE_DRAIN_JIFFIES).
  static let seconds = 5
  /// The most batches that wait for a grace period (KFREE_N_BATCHES).
  static let mostBatches = 2
  /// Jiffies a second (CONFIG_HZ, unless it was configured otherwise).
  static let jiffiesPerSecond = 250
  /// Jiffies of a grace period: its thread looks for quiescent states once a jiffy (jiffies_till_first_fqs and
  /// jiffies_till_next_fqs in kernel/rcu/tree.c), and CPUs that run report one at their next tick.
  static let gracePeriod = 2

  /// An object, by its slot and number.
  struct Entry: BitwiseCopyable {
    var slot: UInt32
    var serial: UInt32
  }

  /// Objects that wait for the end of a grace period.
  private struct Batch {
    var end: UInt64
    var entries: [Entry]
  }

  private var collected: [Entry] = []
  private var batches: [Batch] = []
  private let jiffy: UInt64
  private let collectionTime: UInt64
  /// When the collected objects become a batch at the earliest; the greatest number if there are none.
  private var batchTime = UInt64.max

  init(ticksPerSecond: UInt64) {
    jiffy = max(1, ticksPerSecond / UInt64(RCUFreeQueue.jiffiesPerSecond))
    collectionTime = ticksPerSecond &* UInt64(RCUFreeQueue.seconds)
  }

  /// When something is to be done next; the greatest number if nothing is.
  var deadline: UInt64 {
    let end = batches.first?.end ?? .max
    return batches.count < RCUFreeQueue.mostBatches ? min(batchTime, end) : end
  }

  /// Adds an object.
  mutating func add(_ entry: Entry, time: UInt64) {
    if collected.isEmpty { batchTime = time &+ collectionTime }
    collected.append(entry)
    if collected.count == RCUFreeQueue.objectsInPage { batchTime = min(batchTime, time &+ jiffy) }
  }

  /// Goes on to a time.
  /// - Returns: objects whose grace period has ended, to be freed.
  mutating func advance(to time: UInt64) -> [Entry] {
    var ended: [Entry] = []
    while let first = batches.first, first.end <= time {
      ended += first.entries
      batches.removeFirst()
    }
    if batchTime <= time, batches.count < RCUFreeQueue.mostBatches {
      batches.append(Batch(end: time &+ jiffy &* UInt64(RCUFreeQueue.gracePeriod), entries: collected))
      collected.removeAll(keepingCapacity: true)
      batchTime = .max
    }
    return ended
  }

  /// Removes all objects.
  mutating func removeAll() {
    collected.removeAll(keepingCapacity: true)
    batches.removeAll(keepingCapacity: true)
    batchTime = .max
  }
}
