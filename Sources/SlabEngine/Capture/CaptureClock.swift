#if Capture
  internal import CSlabSupport

  /// The clock by which a CPU captures.
  ///
  /// To read the processor's time-stamp counter takes longer than the rest of a capture, and each reading is a branch that
  /// the processor mispredicts. The counter is therefore read once for several events. Their number doubles, up to
  /// `mostEvents`, if the last readings were less than `leastTicks` apart, and is halved otherwise, so that every event of
  /// a program that seldom allocates has its own reading. Lifetimes that are shorter than the time between two readings
  /// are inexact.
  @usableFromInline
  struct CaptureClock {
    /// The workload's time if the workload sets one, otherwise the last reading of the processor's time-stamp counter.
    @usableFromInline var now: UInt64 = 0
    @usableFromInline var isWorkloadTime = false
    /// Number of events before the one for which the processor's time-stamp counter is read.
    private var eventsBeforeReading: Int32 = 0
    private var eventsPerReading: Int32 = 1
    static let mostEvents: Int32 = 32
    /// About one microsecond.
    static let leastTicks: UInt64 = 2048

    init() {}

    /// Counts an event. Returns whether the clock must be read for it.
    @inline(__always)
    mutating func countEvent() -> Bool {
      // The test for a negative result needs no instruction of its own.
      eventsBeforeReading &-= 1
      return eventsBeforeReading < 0
    }

    /// Makes the next event one for which the clock must be read.
    mutating func expectReading() { eventsBeforeReading = 0 }

    /// Reads the processor's time-stamp counter unless the workload sets the time.
    mutating func read() {
      if isWorkloadTime { eventsBeforeReading = CaptureClock.mostEvents - 1 } else { read(slab_clock_ticks()) }
    }

    /// Sets the time to a reading of the processor's time-stamp counter, and the number of events until the next one.
    mutating func read(_ ticks: UInt64) {
      let isFrequent = ticks &- now < CaptureClock.leastTicks
      eventsPerReading = isFrequent ? min(eventsPerReading * 2, CaptureClock.mostEvents) : max(eventsPerReading / 2, 1)
      eventsBeforeReading = eventsPerReading - 1
      now = ticks
    }
  }
#endif
