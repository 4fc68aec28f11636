import Recordings
import SlabEngine
import Workloads

/// Replay of the same events under a policy.
struct ReplayRequest: Sendable, Hashable {
  /// The policy.
  var policy: Policy
  /// Requests that the page allocator refuses; nil if it refuses none.
  var injection: PageFailureInjection?
  /// Whether the replay begins on an empty machine, even if the state of the kernel's caches is known.
  var isCold = false

  /// The request without the names, which do not change the replay.
  fileprivate var effect: ReplayRequest {
    var effect = self
    (effect.policy.name, effect.policy.summary) = ("", "")
    return effect
  }
}

/// Runner of replays of the same events under several policies, on several threads. The results do not depend on the threads.
struct ReplayRunner: Sendable {
  /// The events.
  let window: RecordingWindow
  /// Numbers of events of the window after which slab memory is sampled, ascending.
  let eventCounts: [Int]
  /// State of the kernel's caches before the first event; nil for an empty machine.
  let start: ReplayStart?
  private let options: AdviceOptions

  /// - Parameters:
  ///   - window: The events.
  ///   - eventCounts: Numbers of events of the source after which slab memory is sampled, ascending.
  ///   - start: State of the kernel's caches; nil for an empty machine.
  init(_ window: RecordingWindow, sampledAfter eventCounts: [Int], start: ReplayStart?, _ options: AdviceOptions) {
    self.window = window
    (self.start, self.options) = (start?.from(window), options)
    let inside = eventCounts.filter { $0 > window.events.lowerBound && $0 < window.events.upperBound }
    self.eventCounts = (inside + [window.events.upperBound]).map {
      $0 - window.events.lowerBound + window.liveObjects.count
    }
  }

  /// Replays the events once for each request; equal requests share a replay.
  /// - Throws: Errors of the source, and `EngineError`.
  func run(_ requests: [ReplayRequest]) throws -> [ShadowReplay] {
    var (distinct, indices) = ([ReplayRequest](), [ReplayRequest: Int]())
    for request in requests where indices[request.effect] == nil {
      indices[request.effect] = distinct.count
      distinct.append(request)
    }
    let facts = try facts(for: distinct)
    let replays = try SharedReplays.map(distinct, of: window) { request, events in
      try ShadowReplay(
        events, policy: request.policy, memoryBytes: memory(request), sampledAfter: eventCounts,
        start: request.isCold ? nil : start, injection: request.injection,
        verification: options.verification, facts: facts[request.isCold ? 1 : 0])
    }
    return requests.compactMap { request in indices[request.effect].map { replays[$0] } }
  }

  /// Replays the events once for each policy.
  /// - Throws: `AdviceError` if an allocation fails, errors of the source, and `EngineError`.
  func runWithoutFailures(_ policies: [Policy]) throws -> [ShadowReplay] {
    let replays = try run(policies.map { ReplayRequest(policy: $0) })
    for (policy, replay) in zip(policies, replays) where replay.failedAllocations > 0 {
      throw AdviceError.outOfMemory(name: window.name, policy: policy.name, failures: replay.failedAllocations)
    }
    return replays
  }

  private func memory(_ request: ReplayRequest) -> Int { options.memory(for: request.isCold ? nil : start) }

  /// Returns the facts that replays share: with the state of the kernel's caches, and without. They have no schedule of unseen frees
  /// if no request needs one, because the model of SLUB finds the unseen frees while it replays.
  private func facts(for requests: [ReplayRequest]) throws -> [SourceFacts] {
    let facts = try SourceFacts(of: window)
    return try Concurrently.map([false, true]) { isCold in
      guard let request = requests.first(where: { $0.isCold == isCold && $0.policy.slub == nil }) else { return facts }
      let start = isCold ? nil : start
      return try facts.scheduled(
        window, memoryBytes: memory(request), start: start?.state, observations: start?.observations ?? [])
    }
  }
}

extension ReplayStart {
  /// Returns the state for a replay of a part of the recording, without the observations from before it.
  fileprivate func from(_ window: RecordingWindow) -> ReplayStart {
    guard window.events.lowerBound > 0 else { return self }
    return ReplayStart(state: state, observations: observations.filter { $0.time >= window.startTime })
  }
}
