#if Capture
  internal import CSlabSupport
  internal import Glibc

  /// When capturing began, on the processor's clock and on the system's: what one's ticks are worth in the other's
  /// nanoseconds.
  struct CaptureStart {
    private let ticks = slab_clock_ticks()
    private let nanoseconds = CaptureStart.monotonic()

    /// Ticks per nanosecond, better the longer capturing goes on.
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
