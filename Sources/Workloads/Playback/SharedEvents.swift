import Dispatch
package import Recordings
import SlabEngine
import Synchronization

/// Events of a source that several players on several threads play at the same time: each batch is decoded once.
///
///     source ─decode─▶ │ batch │ batch │ batch │ ... at most `capacity` ─▶ reader, reader, ...
///
/// The reader that first needs a batch decodes it, while the other readers play earlier batches. A batch is kept until every reader has
/// finished with it; a reader that is `capacity` batches ahead of the slowest one waits for it. Therefore all readers must be in use at the
/// same time, each by a thread of its own, and a reader that is not in use must be released.
///
/// The batches, and hence the results of players, do not depend on the number of readers.
package final class SharedEvents: Sendable {
  /// Largest number of batches in memory. A batch of a recording has 8,192 events of 40 bytes.
  private static let capacity = 8

  /// A decoded batch.
  private struct Batch {
    var events: [AllocationEvent]
    /// Strings of the source after the batch was decoded.
    var symbols: [String]
    /// Number of readers that have not finished with the batch.
    var readers: Int
  }

  /// Position of a reader.
  private struct Position {
    /// Number of the batch that the reader reads next.
    var next = 0
    /// Whether the reader has not finished with the batch before that.
    var hasBatch = false
    /// Whether the reader was released.
    var isReleased = false
  }

  private struct State {
    /// The source after the last decoded batch; nil while a thread decodes.
    var source: (any AllocationEventSource)?
    var isDecoding = false
    /// Batches in order, from number `first` on.
    var batches: [Batch] = []
    var first = 0
    var positions: [Position]
    /// Whether the last batch was decoded.
    var isAtEnd = false
    /// Error of the source; every reader throws it after the batches before it.
    var error: (any Error)?
    /// Memory of batches that all readers have finished with.
    var spare: [[AllocationEvent]] = []
    /// Semaphores of the threads that wait for a change. Each thread has a semaphore of its own, so that none takes the signal of another.
    var waiting: [DispatchSemaphore] = []

    /// Number of readers that have not been released.
    var readerCount: Int { positions.count { !$0.isReleased } }

    /// Takes note that a reader has finished with its batch.
    mutating func finishBatch(of reader: Int) {
      guard positions[reader].hasBatch else { return }
      positions[reader].hasBatch = false
      batches[positions[reader].next - 1 - first].readers -= 1
      removeFinished()
    }

    /// Takes note that a reader will read no further batch.
    mutating func release(_ reader: Int) {
      finishBatch(of: reader)
      positions[reader].isReleased = true
      for index in batches.indices where first + index >= positions[reader].next { batches[index].readers -= 1 }
      removeFinished()
    }

    /// Removes the batches at the beginning that all readers have finished with.
    mutating func removeFinished() {
      while let batch = batches.first, batch.readers == 0 {
        spare.append(batch.events)
        batches.removeFirst()
        first += 1
      }
      wakeThreads()
    }

    /// Wakes all threads that wait for a change.
    mutating func wakeThreads() {
      for semaphore in waiting { semaphore.signal() }
      waiting.removeAll(keepingCapacity: true)
    }
  }

  private let state: Mutex<State>
  /// The source at its first event.
  private let source: any AllocationEventSource

  /// Creates readers of a source.
  /// - Parameters:
  ///   - source: the source, from which all readers read from the beginning.
  ///   - readers: number of readers.
  package init(_ source: any AllocationEventSource, readers: Int) {
    self.source = source
    state = Mutex(State(source: source, positions: Array(repeating: Position(), count: readers)))
  }

  /// Returns the reader of a number from 0. It may be called once for each number.
  package func reader(_ number: Int) -> SharedEventReader { SharedEventReader(self, number, of: source) }

  /// Decodes batches before a reader needs them, on a thread of its own, until all readers have been released.
  package func decodeAhead() {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let semaphore = DispatchSemaphore(value: 0)
      while true {
        let step = state.withLock { state -> Step in
          if state.readerCount == 0 || state.isAtEnd || state.error != nil { return .end }
          return nextStep(&state, semaphore)
        }
        switch step {
        case .decode: decode()
        case .wait: semaphore.wait()
        case .end, .batch: return
        }
      }
    }
  }

  // MARK: Reading

  private enum Step {
    case batch([AllocationEvent], [String])
    /// Decode the next batch; no other thread does until then.
    case decode
    case wait
    case end
  }

  /// Returns the next batch of a reader and the strings of its events; an empty batch at the end of the source.
  /// - Throws: the error of the source.
  fileprivate func nextBatch(
    of reader: Int, waitingWith semaphore: DispatchSemaphore
  ) throws -> ([AllocationEvent], [String]) {
    state.withLock { $0.finishBatch(of: reader) }
    while true {
      let step = try state.withLock { state -> Step in
        let index = state.positions[reader].next - state.first
        if index < state.batches.count {
          state.positions[reader].next += 1
          state.positions[reader].hasBatch = true
          return .batch(state.batches[index].events, state.batches[index].symbols)
        }
        if let error = state.error { throw error }
        return state.isAtEnd ? .end : nextStep(&state, semaphore)
      }
      switch step {
      case .batch(let events, let symbols): return (events, symbols)
      case .decode: decode()
      case .wait: semaphore.wait()
      case .end: return ([], [])
      }
    }
  }

  /// Returns what a thread does that needs a batch which is not decoded: it decodes the batch, or waits.
  private func nextStep(_ state: inout State, _ semaphore: DispatchSemaphore) -> Step {
    guard !state.isDecoding, state.batches.count < SharedEvents.capacity else {
      state.waiting.append(semaphore)
      return .wait
    }
    state.isDecoding = true
    return .decode
  }

  /// Decodes the next batch, into the memory of a former one.
  private func decode() {
    // The source and the memory leave the state, so that neither is copied when it is changed.
    var (source, events) = state.withLock { ($0.source.take(), $0.spare.popLast() ?? []) }
    let result = Result { try source?.nextBatch(into: &events) }
    state.withLock { state in
      switch result {
      case .success where events.isEmpty: state.isAtEnd = true
      case .success:
        state.batches.append(
          Batch(events: events, symbols: source?.symbols ?? [], readers: state.readerCount))
      case .failure(let error): state.error = error
      }
      state.source = source
      state.isDecoding = false
      // All readers may have been released in the meantime.
      state.removeFinished()
    }
  }

  /// Releases a reader: the others no longer wait for it.
  fileprivate func release(_ reader: Int) { state.withLock { $0.release(reader) } }
}

/// Reader of shared events: a source that yields the same events as theirs. It is released with its last copy. After `rewind()` it reads a
/// copy of the source of its own.
package struct SharedEventReader: AllocationEventSource {
  /// Releases the reader when the last copy of the source is destroyed.
  private final class Registration: Sendable {
    let shared: SharedEvents
    let number: Int
    /// The reader waits with it for batches.
    let semaphore = DispatchSemaphore(value: 0)

    init(_ shared: SharedEvents, _ number: Int) { (self.shared, self.number) = (shared, number) }

    deinit { shared.release(number) }
  }

  /// The source at its first event; after `rewind()`, at the position of this reader.
  private var source: any AllocationEventSource
  /// nil after `rewind()`.
  private var registration: Registration?
  private var sharedSymbols: [String]

  fileprivate init(_ shared: SharedEvents, _ number: Int, of source: any AllocationEventSource) {
    self.source = source
    registration = Registration(shared, number)
    sharedSymbols = source.symbols
  }

  package var name: String { source.name }
  package var summary: String { source.summary }
  package var symbols: [String] { registration == nil ? source.symbols : sharedSymbols }
  package var ticksPerSecond: UInt64 { source.ticksPerSecond }
  package var cpuCount: Int { source.cpuCount }
  package var hasMergedCaches: Bool { source.hasMergedCaches }
  package var roundsSkbDataSizes: Bool { source.roundsSkbDataSizes }
  package var movableCaches: [String] { source.movableCaches }
  package var memoryBytes: Int? { source.memoryBytes }
  package func unseenFrees() throws -> UnseenFrees { try source.unseenFrees() }
  package func usedBytesByAllocation() throws -> UsedBytesByAllocation { try source.usedBytesByAllocation() }

  package mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    guard let registration else { return try source.nextBatch(into: &batch) }
    // The memory of the batch before is decoded into again, unless another array refers to it.
    batch = []
    let (events, symbols) = try registration.shared.nextBatch(
      of: registration.number, waitingWith: registration.semaphore)
    batch = events
    if !symbols.isEmpty { sharedSymbols = symbols }
  }

  package mutating func rewind() {
    registration = nil
    source.rewind()
  }
}
