/// Queue of objects that a CPU has passed to kfree_rcu and that are not freed yet (struct kfree_rcu_cpu, kvfree_call_rcu and
/// kfree_rcu_monitor in mm/slab_common.c).
///
///     collected ──one jiffy after a page of pointers is full, or after 5 seconds──▶ batch ──grace period──▶ freed
///
/// At most two batches wait for a grace period at a time. Further objects are only collected until then.
struct RCUFreeQueue {
  /// Number of pointers in a page after its header (KVFREE_BULK_MAX_ENTR).
  static let objectsInPage = 505
  /// Delay in seconds after which objects that do not fill a page become a batch (KFREE_DRAIN_JIFFIES).
  static let drainSeconds = 5
  /// Maximum number of batches that wait for a grace period (KFREE_N_BATCHES).
  static let maximumBatches = 2
  /// Number of jiffies per second: the default of CONFIG_HZ.
  static let jiffiesPerSecond = 250
  /// Length of a grace period in jiffies: its kthread checks for quiescent states once per jiffy (jiffies_till_first_fqs and
  /// jiffies_till_next_fqs in kernel/rcu/tree.c), and running CPUs report theirs at the next tick.
  static let gracePeriodJiffies = 2

  /// Object, identified by its slot and serial number.
  struct Entry: BitwiseCopyable {
    var slot: UInt32
    var serial: UInt32
  }

  /// Objects that wait for the end of the same grace period.
  private struct Batch {
    var end: UInt64
    var entries: [Entry]
  }

  private var collected: [Entry] = []
  private var batches: [Batch] = []
  private let jiffy: UInt64
  private let collectionTime: UInt64
  /// Earliest time at which the collected objects become a batch; `UInt64.max` if there are none.
  private var batchTime = UInt64.max

  init(ticksPerSecond: UInt64) {
    jiffy = max(1, ticksPerSecond / UInt64(RCUFreeQueue.jiffiesPerSecond))
    collectionTime = ticksPerSecond &* UInt64(RCUFreeQueue.drainSeconds)
  }

  /// Time of the next call of `advance` that has an effect; `UInt64.max` if there is none.
  var deadline: UInt64 {
    let end = batches.first?.end ?? .max
    return batches.count < RCUFreeQueue.maximumBatches ? min(batchTime, end) : end
  }

  /// Adds an object (kvfree_call_rcu).
  mutating func add(_ entry: Entry, time: UInt64) {
    if collected.isEmpty { batchTime = time &+ collectionTime }
    collected.append(entry)
    if collected.count == RCUFreeQueue.objectsInPage { batchTime = min(batchTime, time &+ jiffy) }
  }

  /// Advances to a time (kfree_rcu_monitor, kfree_rcu_work).
  /// - Returns: Objects whose grace period has ended. The caller must free them.
  mutating func advance(to time: UInt64) -> [Entry] {
    var ended: [Entry] = []
    while let first = batches.first, first.end <= time {
      ended += first.entries
      batches.removeFirst()
    }
    if batchTime <= time, batches.count < RCUFreeQueue.maximumBatches {
      batches.append(Batch(end: time &+ jiffy &* UInt64(RCUFreeQueue.gracePeriodJiffies), entries: collected))
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
