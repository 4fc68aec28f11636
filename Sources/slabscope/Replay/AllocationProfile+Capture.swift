import Profiles
import SlabEngine

#if Capture
  extension AllocationProfile {
    /// Creates a profile of the data that an engine has captured.
    ///
    /// Peaks, moments and mean numbers of live objects are not known. Lifetimes are exact to a bucket if a tick is a
    /// microsecond; otherwise an object may be in a neighbouring bucket.
    /// - Parameters:
    ///   - capture: Report of the engine.
    ///   - source: Name, events and duration of the workload.
    ///   - ticksPerSecond: Ticks of the workload's clock in a second; 0 if not known. The report's own clock is preferred.
    init(_ capture: CaptureReport, source: ProfileSource, ticksPerSecond: UInt64) {
      let ticksPerMicrosecond = capture.ticksPerNanosecond.map { $0 * 1000 } ?? Double(ticksPerSecond) / 1e6
      let figures = capture.contexts.map { context in
        (AllocationContext(context), AllocationFigures(context, ticksPerMicrosecond: ticksPerMicrosecond))
      }
      self.init(
        source: source, figures: figures, allocObjectsByCPU: capture.allocationsByCPU, freesByCPU: capture.freesByCPU)
      hasClock = ticksPerMicrosecond > 0
    }
  }

  extension AllocationContext {
    /// The context of an engine's capture. Allocated bytes are the mean, because a cache that moves to other slabs changes
    /// the size of its objects.
    fileprivate init(_ context: CapturedContext) {
      self.init(
        site: context.site, cache: context.cache ?? AllocationContext.largeRequests,
        isGeneral: context.isRequestedBySize, requestedBytes: context.requestedBytes,
        allocatedBytes: context.allocatedBytes / max(1, context.allocations))
    }
  }

  extension AllocationFigures {
    /// The counters of a context of an engine's capture.
    fileprivate init(_ context: CapturedContext, ticksPerMicrosecond: Double) {
      self.init()
      allocObjects = context.allocations
      requestedBytes = context.allocations * context.requestedBytes
      allocBytes = context.allocatedBytes
      (freeObjects, remoteFrees, unseenFrees) = (context.frees, context.remoteFrees, context.unseenFrees)
      liveObjects = context.liveObjects
      liveRequestedBytes = liveObjects * context.requestedBytes
      liveBytes = liveObjects * (context.allocatedBytes / max(1, context.allocations))
      lifetimes = LifetimeHistogram(context.lifetimes, ticksPerMicrosecond: ticksPerMicrosecond)
    }
  }

  extension LifetimeHistogram {
    /// Creates a histogram from counts by powers of two of clock ticks. The objects of a bucket are taken to have the
    /// lifetime in its middle.
    fileprivate init(_ counts: [Int], ticksPerMicrosecond: Double) {
      var buckets = [Int](repeating: 0, count: LifetimeHistogram.bucketCount)
      for (bucket, count) in counts.enumerated() where count > 0 {
        let middle = bucket == 0 ? 0 : Double(sign: .plus, exponent: bucket - 1, significand: 1.5)
        let microseconds = ticksPerMicrosecond > 0 ? middle / ticksPerMicrosecond : middle
        buckets[LifetimeHistogram.bucket(of: UInt64(microseconds))] += count
      }
      self.init(buckets)
    }
  }
#endif
