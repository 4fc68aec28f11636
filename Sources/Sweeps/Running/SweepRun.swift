import Advisor
import FoundationEssentials
import Recordings
import SlabEngine
import Synchronization
package import Workloads

/// Run of the cells of a shard on the cores of this host. Finished cells are skipped.
package struct SweepRun: Sendable {
  /// Counts of a run.
  package struct Summary: Sendable, Hashable {
    /// Cells that were finished before.
    package var skipped = 0
    /// Cells that this run has finished.
    package var finished = 0
    /// Cells that failed, with the reasons. They have no result and run again the next time.
    package var failures: [String] = []
  }

  /// The sweep.
  package let sweep: Sweep
  /// Cells to run.
  package let shard: SweepShard
  /// Folder of the results.
  package let results: ResultsFolder
  /// Number of cells to run at the same time. Each has a machine of its own.
  package let jobs: Int
  /// Objects whose contents are verified.
  package let verification: ContentVerification

  /// Creates a run, without starting it.
  /// - Parameters:
  ///   - sweep: The sweep.
  ///   - shard: Cells to run.
  ///   - results: Folder of the results.
  ///   - jobs: Number of cells to run at the same time.
  ///   - verification: Objects whose contents are verified. No figure depends on it.
  package init(
    _ sweep: Sweep, shard: SweepShard = .whole, results: ResultsFolder, jobs: Int,
    verification: ContentVerification = .sampled
  ) {
    (self.sweep, self.shard, self.results, self.jobs) = (sweep, shard, results, jobs)
    self.verification = verification
  }

  /// Runs the cells that have no result.
  /// - Parameter progress: Called on any thread with the number of cells that are done and the number of all cells of the shard.
  /// - Throws: The errors of opening an input or of writing a result, which end the run. A replay that fails does not.
  package func run(progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }) throws -> Summary {
    let cells = shard.cells(of: sweep.count)
    let threads = max(1, min(jobs, cells.count))
    let facts = SharedFacts(threads: threads)
    let next = Atomic(cells.lowerBound)
    let state = Mutex<(summary: Summary, error: (any Error)?)>((Summary(), nil))
    let work: @Sendable () -> Void = {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < cells.upperBound, state.withLock({ $0.error == nil }) else { return }
        do {
          let outcome = try runCell(at: index, facts)
          let done = state.withLock { state in
            state.summary.add(outcome)
            return state.summary.skipped + state.summary.finished + state.summary.failures.count
          }
          progress(done, cells.count)
        } catch {
          state.withLock { $0.error = $0.error ?? error }
        }
      }
    }
    // Threads besides this one; the last job runs here.
    let others = (1..<threads).map { _ in JoinableThread(work) }
    work()
    for thread in others { thread.join() }
    return try state.withLock { state in
      if let error = state.error { throw error }
      return state.summary
    }
  }

  /// Outcome of a cell.
  fileprivate enum Outcome {
    case skipped, finished
    case failed(String)
  }

  private func runCell(at index: Int, _ facts: SharedFacts) throws -> Outcome {
    let cell = try sweep.cell(at: index)
    if results.result(of: cell) != nil { return .skipped }
    let position = sweep.position(of: index)
    let input = try sweep.input(at: position.input)
    do {
      try results.write(replay(cell, sweep.policies[position.policy], input, facts))
      return .finished
    } catch let error as SweepError {
      throw error
    } catch {
      return .failed("cell \(cell.key) (\(cell.input), \(cell.policy), seed \(cell.seed)): \(error)")
    }
  }

  private func replay(
    _ cell: SweepCell, _ policy: Policy, _ input: SweepInput, _ facts: SharedFacts
  ) throws -> CellResult {
    let (began, start) = (Date().timeIntervalSince1970, ContinuousClock.now)
    let source = input.makeSource(cell.seed)
    let events =
      try cell.secondLimit.map { try SweepRun.eventCount(of: source, seconds: $0) } ?? cell.eventLimit ?? .max
    let run = try ComparedRun(
      source, events: events, policy: policy, memoryBytes: cell.memoryBytes, pressure: cell.pressure, seed: cell.seed,
      start: input.start, verification: verification,
      facts: facts.facts(for: cell, policy: policy, source: source, start: input.start))
    let times = CellTimes(
      seconds: start.duration(to: .now) / .seconds(1), nanosecondsPerEvent: run.nanosecondsPerEvent, beganAt: began)
    return CellResult(cell: cell, figures: CellFigures(run), times: times)
  }

  /// Returns the number of events of a source up to a time after the first event.
  /// - Throws: Errors of the source, and ``SweepError`` if the rate of its clock is not known.
  private static func eventCount(of source: any AllocationEventSource, seconds: Double) throws -> Int {
    guard source.ticksPerSecond > 0 else {
      throw SweepError(
        "\(source.name): the times of this recording are ticks of a clock whose rate is unknown; use 'events' in the plan instead of 'seconds'"
      )
    }
    let ticks = seconds * Double(source.ticksPerSecond)
    var (source, batch, first, count) = (source, [AllocationEvent](), UInt64?.none, 0)
    while true {
      try source.nextBatch(into: &batch)
      guard let start = first ?? batch.first?.time else { return count }
      first = start
      guard !batch.isEmpty else { return count }
      // Clocks of CPUs differ slightly, so that an event may be earlier than the first.
      if let end = batch.firstIndex(where: { $0.time > start && Double($0.time - start) >= ticks }) {
        return count + end
      }
      count += batch.count
    }
  }
}

extension SweepRun.Summary {
  fileprivate mutating func add(_ outcome: SweepRun.Outcome) {
    switch outcome {
    case .skipped: skipped += 1
    case .finished: finished += 1
    case .failed(let reason): failures.append(reason)
    }
  }
}
