import Advisor
import Dashboard
import SlabEngine
import Synchronization
import Telemetry
import Workloads

/// Figures that only the player thread can read: samples of models, and details of single pages.
extension PlayerThread {
  /// Time between two readings of details.
  private static let detailsInterval = Duration.milliseconds(200)
  /// Time between two samples of a model.
  private static let sampleInterval = Duration.milliseconds(50)
  /// Greatest number of events that are counted between two readings of the requests: a millisecond of work.
  private static let eventsCountedAtOnce = 1 << 16

  /// Publishes the figures of the page in view, and samples of models, if they are due.
  func updateFigures(_ requests: PlayerRequests, _ now: ContinuousClock.Instant) throws {
    updateDetails(requests, now)
    updateModels(requests, now)
    if requests.needsProfile { try profileEvents(now) }
  }

  /// Reads the sizes of live objects, the result of shuffling, and the emptiest slabs, for the pages that show them.
  private func updateDetails(_ requests: PlayerRequests, _ now: ContinuousClock.Instant) {
    guard [.sizes, .shuffler, .slabs, .sites, .growth].contains(requests.page), nextDetails <= now else { return }
    nextDetails = now + PlayerThread.detailsInterval
    let engine = player.slabEngine
    let sizes = requests.page == .sizes ? player.liveSizes(upTo: SizeDemand.largestSize) : nil
    let shuffling = player.shuffling
    let pinnedSlabs = engine.map { self.pinnedSlabs(of: $0, requests) } ?? []
    channel.report.withLock { report in
      report.details.sizes = sizes ?? report.details.sizes
      (report.details.shuffling, report.details.pinnedSlabs) = (shuffling, pinnedSlabs)
    }
  }

  /// Returns the emptiest slabs of the selected cache for the page of slabs, those of all caches for the pages of call sites, with
  /// objects that pin them.
  private func pinnedSlabs(of engine: SlabEngine, _ requests: PlayerRequests) -> [PinnedSlab] {
    switch requests.page {
    case .slabs: requests.selectedCache.flatMap { engine.cache(named: $0) }.map { engine.pinnedSlabs(of: $0) } ?? []
    case .sites, .growth: engine.caches.flatMap { engine.pinnedSlabs(of: $0) }
    default: []
    }
  }

  /// Puts models under the requested memory pressure, and publishes samples of them.
  private func updateModels(_ requests: PlayerRequests, _ now: ContinuousClock.Instant) {
    let isModel = player.slabEngine == nil
    let isShadowModel = shadow.map { $0.player.slabEngine == nil } ?? false
    guard isModel || isShadowModel else { return }
    if requests.pressure != modelPressure {
      if isModel { requests.pressure.apply(to: &player, insteadOf: modelPressure) }
      if isShadowModel, !isCatchingUp, let shadow {
        requests.pressure.apply(to: &shadow.player, insteadOf: modelPressure)
      }
      modelPressure = requests.pressure
    }
    guard nextSample <= now || requests.selectedCache != sampledCache else { return }
    (nextSample, sampledCache) = (now + PlayerThread.sampleInterval, requests.selectedCache)
    let sample = isModel ? player.sample(mapping: requests.selectedCache) : nil
    let shadowSample = isShadowModel && !isCatchingUp ? shadow?.player.sample() : nil
    channel.report.withLock { report in
      if let sample { report.sample = sample }
      if let shadowSample { report.comparison?.machine = .model(shadowSample) }
    }
  }

  /// Profiles the events that a model has played.
  private func profileEvents(_ now: ContinuousClock.Instant) throws {
    guard player.slabEngine == nil, nextProfile <= now else { return }
    var profiler = try profiler.take() ?? replay.makeProfiler()
    let progress = player.progress
    if try profiler.read(upTo: progress, atMost: PlayerThread.eventsCountedAtOnce) {
      nextProfile = now + PlayerThread.detailsInterval
      let profile = profiler.profile(of: progress)
      channel.report.withLock { ($0.details.profile, $0.details.profileNotice) = (profile, nil) }
    } else {
      let left = profiler.eventsLeft(to: progress)
      channel.report.withLock { report in
        guard report.details.profile == nil else { return }
        report.details.profileNotice = "Counting the events played so far: \(left) are left."
      }
    }
    self.profiler = profiler
  }
}
