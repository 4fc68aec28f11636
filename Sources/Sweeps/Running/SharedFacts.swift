import Advisor
import Recordings
import Synchronization
import Workloads

/// Facts about the sources of cells that neighbours in the list share, so that a source is read once for all policies.
///
/// The schedule of unseen frees depends on the memory and the seed; policies on the model of SLUB need none.
final class SharedFacts: Sendable {
  private struct Key: Hashable {
    var inputHash: String
    var seed: UInt64
    var memoryBytes: Int
  }

  /// Facts of one key. A thread that needs them waits while another thread computes them.
  private final class Entry: Sendable {
    let key: Key
    let facts = Mutex<(plain: SourceFacts?, scheduled: SourceFacts?)>((nil, nil))
    init(_ key: Key) { self.key = key }
  }

  private let entries = Mutex<[Entry]>([])
  private let capacity: Int

  /// Retains the facts of as many keys as threads use at a time.
  init(threads: Int) { capacity = threads + 1 }

  /// Returns the facts for a cell.
  /// - Parameters:
  ///   - cell: The cell.
  ///   - policy: Its policy.
  ///   - source: Source of its events.
  ///   - start: State of the caches before the first event.
  /// - Throws: Errors of the source, and `EngineError`.
  func facts(
    for cell: SweepCell, policy: Policy, source: any AllocationEventSource, start: ReplayStart?
  ) throws -> SourceFacts {
    let entry = entry(Key(inputHash: cell.inputHash, seed: cell.seed, memoryBytes: cell.memoryBytes))
    return try entry.facts.withLock { facts in
      let plain = try facts.plain ?? SourceFacts(of: source)
      facts.plain = plain
      guard policy.slub == nil else { return plain }
      if let scheduled = facts.scheduled { return scheduled }
      let scheduled = try plain.scheduled(
        source, memoryBytes: cell.memoryBytes, start: start?.state, observations: start?.observations ?? [],
        seed: cell.seed)
      facts.scheduled = scheduled
      return scheduled
    }
  }

  private func entry(_ key: Key) -> Entry {
    entries.withLock { entries in
      if let entry = entries.first(where: { $0.key == key }) { return entry }
      let entry = Entry(key)
      entries.append(entry)
      if entries.count > capacity { entries.removeFirst() }
      return entry
    }
  }
}
