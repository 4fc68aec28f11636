/// Totals over all contexts, which only the statistics of a recording need.
struct TrafficTotals: Sendable, Hashable {
  /// Objects and bytes that are live at one time.
  struct Live: Sendable, Hashable {
    var objects = 0
    var requestedBytes = 0
    var allocatedBytes = 0
  }

  /// Live objects and bytes after the latest event.
  var live = Live()
  /// Peaks of each figure of `live`.
  var peak = Live()
  /// Numbers, from 1, of the events that first reached each peak.
  var peakEvents = Live()
  /// Number of freed objects whose tracepoints of allocation and free do not match, such as kmem_cache_alloc and kfree.
  var pairsAcrossKinds = 0
  /// Number of freed objects of which the free or the allocation belongs to socket buffers.
  var skbPairs = 0
  /// Number of events whose time is before that of an earlier event.
  var timesBackwards = 0
  /// Number of events of each CPU.
  var eventsByCPU: [Int] = []
  /// Time of the first event in ticks; nil if there are no events.
  var firstTime: UInt64?
  /// Latest time of an event in ticks.
  var lastTime: UInt64 = 0
}
