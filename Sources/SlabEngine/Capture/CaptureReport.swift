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
      let states = (0..<configuration.cpus).map { cpu($0).state }
      let captures = states.map { $0.pointee.capture }
      var report = CaptureReport()
      report.allocationsByCPU = [Int](repeating: 0, count: captures.count)
      report.freesByCPU = captures.indices.map { allocating in
        captures.map { $0.remoteFrees[allocating].load(ordering: .relaxed) }
      }
      var frees = [Int](repeating: 0, count: captures.count)
      for number in 0...captureContexts.largestNumber {
        if let context = capturedContext(number, captures, &report.allocationsByCPU, &frees) {
          report.contexts.append(context)
        }
      }
      report.contexts.sort()
      // A CPU counts only its remote frees by the allocating CPU; the rest of its frees are local.
      for cpu in captures.indices {
        let remote = report.freesByCPU.reduce(0) { $0 + $1[cpu] }
        report.freesByCPU[cpu][cpu] = max(0, frees[cpu] - remote)
      }
      if states.allSatisfy({ !$0.pointee.clock.isWorkloadTime }) {
        report.ticksPerNanosecond = start.ticksPerNanosecond
      }
      return report
    }

    /// Returns the sums of the counters of a context, and adds its allocations and frees to those of each CPU; nil if
    /// there are none.
    private func capturedContext(
      _ number: Int, _ captures: [CPUCapture], _ allocationsByCPU: inout [Int], _ freesByCPU: inout [Int]
    ) -> CapturedContext? {
      let counters = captures.map { $0.counters(ofContext: number) }
      let sum = { (word: Int) in counters.reduce(0) { $0 + $1[word].load(ordering: .relaxed) } }
      // Frees are read before allocations, so that a free during the call is not counted without its allocation.
      var lifetimes = [Int](repeating: 0, count: CPUCapture.lifetimes)
      for (cpu, capture) in captures.enumerated() where capture.hasCounted(context: number) {
        let frees = capture.lifetimes(ofContext: number)
        for lifetime in lifetimes.indices {
          let count = frees[lifetime].load(ordering: .relaxed)
          lifetimes[lifetime] += count
          freesByCPU[cpu] += count
        }
      }
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
        allocatedBytes: allocations * captureContexts.stride(ofContext: number) + sum(CPUCapture.additionalBytes),
        lifetimes: lifetimes, remoteFrees: remoteFrees,
        unseenFrees: unseenFrees)
    }

    /// Returns the sum of the requested bytes of the live objects that were requested by size, by index of the cache. Any
    /// thread may call this at any time. Without the frees of the shuffler, which the capture does not count.
    /// - Complexity: O(CPUs x contexts).
    func capturedRequestedBytes() -> [Int: Int] {
      var bytes: [Int: Int] = [:]
      guard configuration.capturesData else { return bytes }
      let captures = (0..<configuration.cpus).map { cpu($0).state.pointee.capture }
      for number in 1...max(1, captureContexts.largestNumber) {
        guard let cache = captureContexts.context(number).cache,
          case let requested = captureContexts.bytesRequestedBySize(ofContext: number), requested > 0
        else { continue }
        // Frees are read before allocations, so that a free during the call is not counted without its allocation.
        let ended = captures.filter { $0.hasCounted(context: number) }.reduce(0) {
          $0 + $1.frees(ofContext: number)
            + $1.counters(ofContext: number)[CPUCapture.unseenFrees].load(ordering: .relaxed)
        }
        let allocations = captures.reduce(0) {
          $0 + $1.counters(ofContext: number)[CPUCapture.allocations].load(ordering: .relaxed)
        }
        bytes[cache, default: 0] += (allocations - ended) * requested
      }
      return bytes
    }
  }
#endif
