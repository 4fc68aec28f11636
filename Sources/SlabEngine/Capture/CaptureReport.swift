#if Capture
  internal import Synchronization

  /// Data that an engine has captured (S1): allocations and frees by context, and the CPUs that allocate and free.
  public struct CaptureReport: Sendable, Hashable {
    /// Contexts with at least one allocation, in ascending order of call site, cache and requested bytes.
    public var contexts: [CapturedContext] = []
    /// Number of objects that each CPU allocated.
    public var allocationsByCPU: [Int] = []
    /// `freesByCPU[a][f]` is the number of objects that CPU `a` allocated and CPU `f` freed.
    public var freesByCPU: [[Int]] = []
    /// Clock ticks per nanosecond if lifetimes are measured by the processor's time-stamp counter; nil if they are in
    /// the workload's own ticks.
    public var ticksPerNanosecond: Double?

    /// Number of objects that were freed on another CPU than the one that allocated them.
    public var remoteFrees: Int { contexts.reduce(0) { $0 + $1.remoteFrees } }
  }

  extension SlabEngine {
    /// Returns the data captured so far; nil if the engine does not capture data. Any thread may call this at any time.
    /// Each counter is read once while other threads may count, so that sums may differ by the events during the call.
    /// - Complexity: O(CPUs x (CPUs + contexts)).
    public func captureReport() -> CaptureReport? {
      guard let start = captureStart else { return nil }
      let captures = (0..<configuration.cpus).compactMap { cpu($0).state.pointee.capture }
      var report = CaptureReport()
      report.allocationsByCPU = [Int](repeating: 0, count: captures.count)
      for number in 0...captureContexts.largestNumber {
        if let context = capturedContext(number, captures, &report.allocationsByCPU) { report.contexts.append(context) }
      }
      report.contexts.sort()
      report.freesByCPU = captures.indices.map { allocating in
        captures.map { $0.frees[allocating].load(ordering: .relaxed) }
      }
      if captures.allSatisfy({ !$0.clock.pointee.isWorkloadTime }) {
        report.ticksPerNanosecond = start.ticksPerNanosecond
      }
      return report
    }

    /// Returns the sums of the counters of a context, and adds its allocations to those of each CPU; nil if there are
    /// none.
    private func capturedContext(
      _ number: Int, _ captures: [CPUCapture], _ allocationsByCPU: inout [Int]
    ) -> CapturedContext? {
      let counters = captures.map { $0.counters(ofContext: number) }
      let sum = { (word: Int) in counters.reduce(0) { $0 + $1[word].load(ordering: .relaxed) } }
      // Frees are read before allocations, so that a free during the call is not counted without its allocation.
      let lifetimes = (0..<CPUCapture.lifetimes).map { sum(CPUCapture.firstLifetime + $0) }
      let (remoteFrees, unseenFrees) = (sum(CPUCapture.remoteFrees), sum(CPUCapture.unseenFrees))
      var allocations = 0
      for (cpu, counters) in counters.enumerated() {
        let count = counters[CPUCapture.allocations].load(ordering: .relaxed)
        allocationsByCPU[cpu] += count
        allocations += count
      }
      guard allocations > 0 else { return nil }
      let context = captureContexts.context(number)
      return CapturedContext(
        site: sites.name(of: context.site), cache: context.cache.flatMap { cacheIncludingDestroyed(at: $0)?.name },
        isRequestedBySize: context.isGeneral, requestedBytes: context.requested, allocations: allocations,
        allocatedBytes: sum(CPUCapture.allocatedBytes), lifetimes: lifetimes, remoteFrees: remoteFrees,
        unseenFrees: unseenFrees)
    }
  }
#endif
