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
    try countTraffic(for: requests.page, now)
  }

  /// Reads the sizes of live objects, the result of shuffling, and the emptiest slabs, for the pages that show them.
  private func updateDetails(_ requests: PlayerRequests, _ now: ContinuousClock.Instant) {
    guard [.sizes, .shuffler, .slabs].contains(requests.page), nextDetails <= now else { return }
    nextDetails = now + PlayerThread.detailsInterval
    let engine = player.slabEngine
    let sizes = requests.page == .sizes ? player.liveSizes(upTo: SizeDemand.largestSize) : nil
    let shuffling = player.shuffling
    let selected = requests.page == .slabs ? requests.selectedCache.flatMap { engine?.cache(named: $0) } : nil
    let pinnedSlabs = selected.flatMap { engine?.pinnedSlabs(of: $0) } ?? []
    channel.report.withLock { report in
      report.details.sizes = sizes ?? report.details.sizes
      (report.details.shuffling, report.details.pinnedSlabs) = (shuffling, pinnedSlabs)
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

  /// Counts call sites and CPUs of the events that a model has played, while a page shows them.
  private func countTraffic(for page: DashboardPage, _ now: ContinuousClock.Instant) throws {
    guard player.slabEngine == nil, [.sites, .cpus].contains(page), nextDetails <= now else { return }
    var capture = try capture.take() ?? replay.makeCapture()
    let progress = player.progress
    if try capture.read(upTo: progress, atMost: PlayerThread.eventsCountedAtOnce) {
      nextDetails = now + PlayerThread.detailsInterval
      let report = capture.report(loops: progress.loops)
      channel.report.withLock { ($0.details.traffic, $0.details.trafficNotice) = (report, nil) }
    } else {
      let left = capture.eventsLeft(to: progress)
      channel.report.withLock { report in
        guard report.details.traffic == nil else { return }
        report.details.trafficNotice = "Counting the events played so far: \(left) are left."
      }
    }
    self.capture = capture
  }
}
