#if Capture
  internal import Synchronization

  /// What an engine captured so far (S1 of the mail): the figures from which better sizes, orders and caches follow.
  public struct CaptureReport: Sendable, Hashable {
    /// Requests by exact size in bytes. Those beyond 131072 bytes count under 131073.
    public var requestsBySize: [Int: Int] = [:]
    /// Call sites that allocated anything, most bytes asked for first.
    public var sites: [Site] = []
    /// `freesByCPU[a][f]`: objects that CPU `a` allocated and CPU `f` freed.
    public var freesByCPU: [[Int]] = []
    /// Ticks per nanosecond of the lifetimes' clock, if it is the processor's; nil for a workload's own.
    public var ticksPerNanosecond: Double?

    /// One call site.
    public struct Site: Sendable, Hashable {
      /// Its name: a recorded symbol, or file and line.
      public var name: String
      /// Objects that it got.
      public var allocations: Int
      /// Bytes that it asked for.
      public var requestedBytes: Int
      /// Bytes of the objects that it got.
      public var allocatedBytes: Int
      /// Freed objects by lifetime: entry `i` counts lives of 2^i up to 2^(i+1) ticks.
      public var lifetimes: [Int]
      /// Objects that were live at the end of the workload, each time that it was played. They are not counted as freed.
      public var liveAtEnd: Int
      /// Objects of it that were freed.
      public var frees: Int { lifetimes.reduce(0, +) }
    }

    /// Objects that were freed on another CPU than the one that allocated them.
    public var remoteFrees: Int {
      freesByCPU.indices.reduce(0) { sum, cpu in sum + freesByCPU[cpu].reduce(0, +) - freesByCPU[cpu][cpu] }
    }
  }

  extension SlabEngine {
    /// What was captured so far; nil in an engine that captures nothing. Any thread may ask at any time; counters that
    /// run meanwhile are each read once, so sums may differ by what happened during the read.
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
      if captures.allSatisfy({ !$0.clock.pointee.isWorkloads }) {
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
