import Profiles
import Recordings
import Synchronization

/// Counter of the events of a stream, which one thread reads while another takes the counts.
final class TracedTrafficCounter: Sendable {
  /// Counts at one time.
  struct Counts: Sendable {
    var profile: AllocationProfile
    /// Number of events that the tracer lost.
    var lostEvents: Int
    /// Seconds since the start.
    var seconds: Double
    /// Error that ended the reading; nil if there was none.
    var failure: RecorderError?
  }

  private struct State {
    /// nil after the end.
    var stream: (any AllocationEventStream)?
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    var events: [AllocationEvent] = []
    var lostEvents = 0
    var failure: RecorderError?
    /// Times of the start and of the last reading in microseconds of the stream's clock.
    var startTime: UInt64 = 0
    var lastTime: UInt64 = 0
  }

  private let state: Mutex<State>

  /// Name of the running kernel in a profile.
  private static let sourceName = "kernel"

  /// Starts a stream.
  init(_ stream: sending any AllocationEventStream) throws(RecorderError) {
    try stream.start()
    let now = stream.now
    state = Mutex(State(stream: stream, startTime: now, lastTime: now))
  }

  /// Counts the events since the last call.
  /// - Returns: Whether the stream goes on.
  func read() -> Bool {
    state.withLock { state in
      guard let stream = state.stream else { return false }
      do throws(RecorderError) {
        state.lostEvents += try stream.read(into: &state.events)
      } catch {
        stream.close()
        (state.failure, state.stream) = (error, nil)
        return false
      }
      state.lastTime = stream.now
      state.collector.add(state.events, symbols: stream.symbols)
      state.events.removeAll(keepingCapacity: true)
      return true
    }
  }

  /// Counts of the events that were read so far.
  var counts: Counts {
    state.withLock { state in
      var profile = state.collector.profile(name: TracedTrafficCounter.sourceName)
      if !profile.sources.isEmpty { profile.sources[0].lostEvents = state.lostEvents }
      return Counts(
        profile: profile, lostEvents: state.lostEvents, seconds: Double(state.lastTime - state.startTime) / 1e6,
        failure: state.failure)
    }
  }

  /// Ends the stream.
  func close() {
    state.withLock { state in
      state.stream?.close()
      state.stream = nil
    }
  }
}
