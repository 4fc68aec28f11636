#if Capture
  internal import CSlabSupport
  internal import Glibc

  /// The start of capturing on the processor's and on the system's clock, from which the frequency of the processor's
  /// time-stamp counter is computed.
  struct CaptureStart {
    private let ticks = slab_clock_ticks()
    private let nanoseconds = CaptureStart.monotonic()

    /// Ticks per nanosecond. The value becomes more exact as time passes.
    var ticksPerNanosecond: Double {
      let elapsed = CaptureStart.monotonic() - nanoseconds
      return elapsed == 0 ? 1 : Double(slab_clock_ticks() - ticks) / Double(elapsed)
    }

    private static func monotonic() -> UInt64 {
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
  }
#endif
