internal import Glibc
package import Profiles

/// Traffic of the running kernel, counted from the events of a tracefs instance, for kernels and users without BPF.
///
/// A thread reads the events 20 times a second, so that the ring buffers do not overflow between two updates. Every object is
/// followed: ``TrafficStatus/sampling`` is 1. The tracer replaces addresses by slots; therefore ``objects`` is always empty, and
/// the slabs of objects are not known. Call stacks are not recorded.
package final class TracedTraffic: KernelTraffic {
  package private(set) var profile = AllocationProfile.empty
  package private(set) var status = TrafficStatus(method: .tracefs)
  /// Always empty, because the addresses of objects are not kept.
  package var objects: [WatchedObject] { [] }
  package private(set) var balances: [String: CacheTraffic] = [:]
  private let counter: TracedTrafficCounter
  /// Milliseconds between two readings of the events.
  private static let readingInterval = 50

  /// Starts tracing.
  /// - Parameters:
  ///   - options: Options of the watch. Only `recordsStacks` is used, to report that call stacks are not recorded.
  ///   - reason: Reason why BPF is not used, in one sentence.
  /// - Throws: `TrafficError.tracing`.
  package convenience init(_ options: TrafficOptions = TrafficOptions(), becauseOf reason: String?) throws(TrafficError)
  {
    let tracer: EventTracer
    do {
      tracer = try EventTracer(.eventsOnly)
    } catch {
      throw .tracing(error.description)
    }
    let stacks = options.recordsStacks ? "; call stacks are not recorded, because they need BPF" : ""
    let bytes = tracer.bufferBytes
    try self.init(tracer, becauseOf: reason.map { $0 + stacks }, kernelBytes: bytes, readsInBackground: true)
  }

  /// Starts to count the events of a stream.
  /// - Parameters:
  ///   - stream: Stream that has not been started.
  ///   - reason: Reason why BPF is not used, in one sentence.
  ///   - kernelBytes: Bytes of kernel memory that the stream uses; nil if not known.
  ///   - readsInBackground: Whether a thread reads the events; if false, only `update` reads them.
  /// - Throws: `TrafficError.tracing`.
  init(
    _ stream: sending any AllocationEventStream, becauseOf reason: String?, kernelBytes: Int? = nil,
    readsInBackground: Bool
  ) throws(TrafficError) {
    (status.methodReason, status.kernelBytes) = (reason, kernelBytes)
    do {
      counter = try TracedTrafficCounter(stream)
    } catch {
      throw .tracing(error.description)
    }
    guard readsInBackground else { return }
    BackgroundThread.start(name: "slab events") { [counter] in
      while counter.read() { usleep(useconds_t(TracedTraffic.readingInterval * 1000)) }
    }
  }

  deinit { counter.close() }

  package func update(readsObjects: Bool) throws(TrafficError) {
    _ = counter.read()
    let counts = counter.counts
    if let failure = counts.failure { throw .tracing(failure.description) }
    profile = counts.profile
    (status.seconds, status.events) = (counts.seconds, counts.profile.events)
    (status.failedAllocations, status.unmatchedFrees) = (profile.failedAllocations, profile.unmatchedFrees)
    status.missedEvents = counts.lostEvents
    balances = TracedTraffic.balances(of: profile)
  }

  /// Returns the traffic of each cache of a profile. Requests that are too large for slabs, and caches without a name, are left out.
  private static func balances(of profile: AllocationProfile) -> [String: CacheTraffic] {
    var balances: [String: CacheTraffic] = [:]
    for (context, figures) in zip(profile.contexts, profile.figures)
    where context.cache != AllocationContext.largeRequests && context.cache != AllocationContext.unknownCache {
      balances[context.cache, default: CacheTraffic()].add(figures)
    }
    return balances
  }
}

extension CacheTraffic {
  fileprivate mutating func add(_ figures: AllocationFigures) {
    allocObjects += figures.allocObjects
    requestedBytes += figures.requestedBytes
    allocBytes += figures.allocBytes
    liveObjects += figures.liveObjects
    liveRequestedBytes += figures.liveRequestedBytes
    freeObjects += figures.freeObjects
    unseenFrees += figures.unseenFrees
  }
}
