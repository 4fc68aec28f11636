import Recordings

/// What a player has done so far.
public struct PlayerProgress: Sendable, Hashable {
  /// Events played, all loops together.
  public internal(set) var events = 0
  /// Events played in this loop.
  public internal(set) var eventsInLoop = 0
  /// Times the source was played to its end.
  public internal(set) var loops = 0
  /// Objects that live now.
  public internal(set) var liveObjects = 0
  /// Allocations that the engine refused for want of memory.
  public internal(set) var failedAllocations = 0
  /// Frees whose allocation was refused.
  public internal(set) var skippedFrees = 0
  /// Frees of objects that the source never allocated.
  public internal(set) var unmatchedFrees = 0
  /// Objects that were freed by assumption, since the source does not say when: when their address was allocated again, or
  /// when the kernel's own count left no room for them.
  public internal(set) var inferredFrees = 0
  /// Objects that were live when the source ended, all loops together. They are freed before the source begins anew.
  public internal(set) var liveAtEnd = 0
  /// Objects that live now and that the source will not free, and the bytes that their owners asked for: an upper bound.
  public internal(set) var unseenFreeObjects = 0
  public internal(set) var unseenFreeBytes = 0
  /// Live objects whose request the recorded kernel had rounded up, of which it is known what was needed.
  public internal(set) var usedObjects = 0
  /// Those of which it is not known, and the bytes of their requests.
  public internal(set) var hiddenObjects = 0
  public internal(set) var hiddenBytes = 0
  /// Successful allocations of the source in this loop.
  var allocations = 0
  /// Objects whose stamp was not what their owner wrote, and the first of them in words.
  public internal(set) var stampMismatches = 0
  public internal(set) var firstMismatch: String?
  /// Why a cache is not as the policy wants it, in words: the first that was found; nil if all are.
  public internal(set) var policyProblem: String?
  /// The time of the last event on the source's clock, in the current loop.
  public internal(set) var lastTick: UInt64 = 0
  private var loopStart: UInt64?
  private var ticksOfEarlierLoops: UInt64 = 0

  /// Nothing yet.
  public init() {}

  /// Ticks from the first event to the last one played, all loops together.
  public var elapsedTicks: UInt64 {
    guard let loopStart, lastTick > loopStart else { return ticksOfEarlierLoops }
    return ticksOfEarlierLoops + lastTick - loopStart
  }

  /// The time on the source's clock, in this loop, when so many ticks will have gone by; nil when they had gone by before
  /// this loop began, or if no event was played.
  public func tick(atElapsed ticks: UInt64) -> UInt64? {
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

  /// Counts an object that begins to live, or ends.
  @inline(__always)
  mutating func count(_ knowledge: RequestSizes.Knowledge, bytes: Int, objects: Int) {
    switch knowledge {
    case .exact: break
    case .used: usedObjects += objects
    case .hidden:
      hiddenObjects += objects
      hiddenBytes += objects * bytes
    }
  }

  mutating func addMismatch(_ description: String) {
    stampMismatches += 1
    firstMismatch = firstMismatch ?? description
  }
}
