/// Counts of the objects of one context, in the form that is fast to update: one cache line.
struct ContextTally: BitwiseCopyable {
  var allocations = 0
  var unseenFrees = 0
  var remoteFrees = 0
  /// Sum of live objects times microseconds up to `time`.
  var liveMicroseconds = 0
  /// Microseconds up to which `liveMicroseconds` is complete.
  var time = 0
  var live: Int32 = 0
  var peakLive: Int32 = 0
  /// Live objects at the latest peak of sized bytes, valid if `peakNumber` is the number of that peak; otherwise no event has
  /// changed `live` since that peak, and `live` is the number.
  var liveAtPeak: Int32 = 0
  var peakNumber: UInt32 = 0
  /// Index of the size of the objects; -1 if they have no size.
  var size: Int32 = -1
  var flags = TrafficFlags()

  /// Changes the number of live objects.
  /// - Parameters:
  ///   - count: 1 or -1.
  ///   - now: Time in microseconds.
  ///   - peak: Number of the latest peak of sized bytes.
  @inline(__always)
  mutating func changeLive(by count: Int32, at now: Int, peak: UInt32) {
    if peakNumber != peak { (liveAtPeak, peakNumber) = (live, peak) }
    liveMicroseconds &+= Int(live) &* (now &- time)
    time = now
    live &+= count
  }

  /// Sets all counts but that of live objects to 0.
  mutating func beginInterval() {
    (allocations, unseenFrees, remoteFrees, liveMicroseconds, time) = (0, 0, 0, 0, 0)
    peakLive = live
  }

  /// Returns the live objects at the latest peak of sized bytes.
  func liveObjects(atPeak peak: UInt32) -> Int { Int(peakNumber == peak ? liveAtPeak : live) }
}

/// Sizes of the objects of one context in bytes.
struct ContextSizes: BitwiseCopyable {
  var requested: Int
  var allocated: Int
  /// Bytes that count for the peak of sized bytes; 0 if the objects have no size.
  var sized: Int
}

/// Live objects of one size.
struct SizeTally: BitwiseCopyable {
  var live: Int32 = 0
  /// Largest number of live objects since the latest moment.
  var peak: Int32 = 0

  @inline(__always)
  mutating func changeLive(by count: Int32) {
    live &+= count
    peak = max(peak, live)
  }
}

/// Live object in a slot of the source.
struct LiveObject: BitwiseCopyable {
  var time: UInt64 = 0
  /// Number of the context; -1 if the slot has no object.
  var context: Int32 = -1
  var cpu: UInt16 = 0
}
