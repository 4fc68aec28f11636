#if Capture
  internal import Synchronization

  /// Data that an engine has captured (S1): sizes, call sites, lifetimes, and the CPUs that allocate and free.
  public struct CaptureReport: Sendable, Hashable {
    /// Number of requests by size in bytes. Requests for more than 131072 bytes are counted under 131073.
    public var requestsBySize: [Int: Int] = [:]
    /// Call sites with at least one allocation, in descending order of requested bytes.
    public var sites: [Site] = []
    /// `freesByCPU[a][f]` is the number of objects that CPU `a` allocated and CPU `f` freed.
    public var freesByCPU: [[Int]] = []
    /// Clock ticks per nanosecond if lifetimes are measured by the processor's time-stamp counter; nil if they are in
    /// the workload's own ticks.
    public var ticksPerNanosecond: Double?

    /// Captured data of one call site.
    public struct Site: Sendable, Hashable {
      /// Name of the call site: a recorded symbol, or file and line.
      public var name: String
      /// Number of objects that the site allocated.
      public var allocations: Int
      /// Bytes that the site requested.
      public var requestedBytes: Int
      /// Bytes of the objects that were allocated for these requests.
      public var allocatedBytes: Int
      /// Number of freed objects by lifetime: entry `i` counts lifetimes of at least 2^i and less than 2^(i+1) ticks.
      public var lifetimes: [Int]
      /// Number of objects that were live at the end of the workload, summed over its repetitions. They are not counted
      /// as freed.
      public var liveAtEnd: Int
      /// Number of the site's objects that were freed.
      public var frees: Int { lifetimes.reduce(0, +) }
    }

    /// Number of objects that were freed on another CPU than the one that allocated them.
    public var remoteFrees: Int {
      freesByCPU.indices.reduce(0) { sum, cpu in sum + freesByCPU[cpu].reduce(0, +) - freesByCPU[cpu][cpu] }
    }
  }

  extension SlabEngine {
    /// Returns the data captured so far; nil if the engine does not capture data. Any thread may call this at any time.
    /// Each counter is read once while other threads may count, so that sums may differ by the events during the call.
    /// - Complexity: O(CPUs x (sizes + sites)).
    public func captureReport() -> CaptureReport? {
      guard let start = captureStart else { return nil }
      let captures = (0..<configuration.cpus).compactMap { cpu($0).state.pointee.capture }
      var report = CaptureReport()
      for size in 0...CPUCapture.largestSize + 1 {
        let count = captures.reduce(0) { $0 + $1.words[size].load(ordering: .relaxed) }
        if count > 0 { report.requestsBySize[size] = count }
      }
      report.sites = (0..<sites.count).compactMap { site(UInt16($0), in: captures) }
        .sorted { ($1.requestedBytes, $0.name) < ($0.requestedBytes, $1.name) }
      report.freesByCPU = captures.indices.map { allocating in
        captures.map { $0.words[CPUCapture.largestSize + 2 + allocating].load(ordering: .relaxed) }
      }
      if captures.allSatisfy({ !$0.clock.pointee.isWorkloadTime }) {
        report.ticksPerNanosecond = start.ticksPerNanosecond
      }
      return report
    }

    private func site(_ number: UInt16, in captures: [CPUCapture]) -> CaptureReport.Site? {
      let counters = captures.map { $0.sites + Int(number) * CPUCapture.wordsPerSite }
      let sum = { (word: Int) in counters.reduce(0) { $0 + $1[word].load(ordering: .relaxed) } }
      let allocations = sum(0)
      guard allocations > 0 else { return nil }
      return CaptureReport.Site(
        name: sites.name(of: number), allocations: allocations, requestedBytes: sum(1), allocatedBytes: sum(2),
        lifetimes: (0..<CPUCapture.lifetimes).map { sum(3 + $0) },
        liveAtEnd: captures.reduce(0) { $0 + $1.liveAtEnd(ofSite: number) })
    }
  }
#endif
