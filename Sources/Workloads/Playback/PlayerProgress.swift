import Recordings

/// Counts of the events that a player has played, and of its live objects.
package struct PlayerProgress: Sendable, Hashable {
  /// Events played, in all loops together.
  package internal(set) var events = 0
  /// Events played in this loop.
  package internal(set) var eventsInLoop = 0
  /// Number of times that the source was played to its end.
  package internal(set) var loops = 0
  /// Live objects.
  package internal(set) var liveObjects = 0
  /// Allocations that failed because memory was exhausted.
  package internal(set) var failedAllocations = 0
  /// Frees that were skipped because their allocation had failed.
  package internal(set) var skippedFrees = 0
  /// Frees of objects whose allocation was not recorded.
  package internal(set) var unmatchedFrees = 0
  /// Unseen frees that were inferred: the address was allocated again, or the kernel counted fewer active objects than were live.
  package internal(set) var inferredFrees = 0
  /// Objects that were live at the end of the source, in all loops together. They are freed before the source starts again.
  package internal(set) var liveAtEnd = 0
  /// Live objects whose free is unseen: the kernel may have freed some of them already.
  package internal(set) var unseenFreeObjects = 0
  /// Requested bytes of `unseenFreeObjects`.
  package internal(set) var unseenFreeBytes = 0
  /// Live objects whose request the recorded kernel had rounded up, and whose needed bytes are known.
  package internal(set) var knownUseObjects = 0
  /// Live objects whose request the recorded kernel had rounded up, and whose needed bytes are not known.
  package internal(set) var unknownUseObjects = 0
  /// Requested bytes of `unknownUseObjects`.
  package internal(set) var unknownUseBytes = 0
  /// Successful allocations of the source in this loop.
  var allocations = 0
  /// Objects whose stamp was overwritten.
  package internal(set) var stampMismatches = 0
  /// Description of the first object whose stamp was overwritten; nil if there is none.
  package internal(set) var firstMismatch: String?
  /// Description of the first cache that could not be set up as the policy demands; nil if all could.
  package internal(set) var policyProblem: String?
  /// Objects that the shuffler moved to other slabs; nil if slabs were never shuffled.
  package internal(set) var objectsMoved: Int?
  /// Pages that the shuffler returned to the page allocator; nil if slabs were never shuffled.
  package internal(set) var pagesReturned: Int?
  /// Time of the last event on the source's clock, in this loop.
  package internal(set) var lastTick: UInt64 = 0
  private var loopStart: UInt64?
  private var ticksOfEarlierLoops: UInt64 = 0

  /// Creates the progress of a player that has played no event.
  package init() {}

  /// Ticks from the first event to the last one played, in all loops together.
  package var elapsedTicks: UInt64 {
    guard let loopStart, lastTick > loopStart else { return ticksOfEarlierLoops }
    return ticksOfEarlierLoops + lastTick - loopStart
  }

  /// Returns the time on the source's clock, in this loop, at which `ticks` ticks have passed since the first event of the first loop;
  /// nil if that was before this loop, or if no event was played.
  package func tick(atElapsed ticks: UInt64) -> UInt64? {
    guard let loopStart, ticks >= ticksOfEarlierLoops else { return nil }
    let (tick, isBeyond) = loopStart.addingReportingOverflow(ticks - ticksOfEarlierLoops)
    return isBeyond ? .max : tick
  }

  func isFirstEvent(ofLoop batch: [AllocationEvent]) -> Bool { loopStart == nil && !batch.isEmpty }

  mutating func beginLoop(at tick: UInt64) {
    loopStart = tick
    lastTick = tick
  }

  mutating func endLoop() {
    ticksOfEarlierLoops = elapsedTicks
    loopStart = nil
    loops += 1
    eventsInLoop = 0
    allocations = 0
  }

  /// Adds to the counts of rounded requests.
  /// - Parameter objects: 1 for an allocation, -1 for a free.
  @inline(__always)
  mutating func count(_ knowledge: RequestSizes.Knowledge, bytes: Int, objects: Int) {
    switch knowledge {
    case .exact: break
    case .used: knownUseObjects += objects
    case .hidden:
      unknownUseObjects += objects
      unknownUseBytes += objects * bytes
    }
  }

  mutating func addMismatch(_ description: String) {
    stampMismatches += 1
    firstMismatch = firstMismatch ?? description
  }
}
