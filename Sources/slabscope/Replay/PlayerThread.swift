import Glibc
import SlabEngine
import Synchronization
import Workloads

/// The work of the thread that plays the events of a replay: it follows the requests of the dashboard thread, and publishes its
/// progress and figures.
final class PlayerThread: @unchecked Sendable {
  // Sendable: used by its own thread only, once that has started.
  var player: PolicyPlayer
  let replay: Replay
  let channel: PlayerChannel
  private let eventsToRepeat: Int
  private var clock: PlaybackClock
  private var shuffling: ShuffleBudget?

  /// The player of the policy compared with; nil if there is none.
  var shadow: ShadowPlayer?
  /// Whether the shadow has not reached the player's event yet; playing waits meanwhile.
  var isCatchingUp = false
  /// A policy for which no shadow could be created.
  var refusedPolicy: Policy?

  /// The time at which details of the page in view are next read.
  var nextDetails = ContinuousClock.now
  /// The time at which the events are next profiled.
  var nextProfile = ContinuousClock.now
  /// The time at which models are next sampled.
  var nextSample = ContinuousClock.now
  /// The cache whose slabs the last sample of the model listed.
  var sampledCache: String?
  /// The memory pressure that models are under.
  var modelPressure = MemoryPressure()
  /// Profiler of the events on a model, once a page has asked for a profile.
  var profiler: ReplayProfiler?

  /// Greatest number of events between two readings of the requests: a few hundred microseconds of work.
  static let eventsPerSlice = 4096
  /// Microseconds of sleep while no event is due.
  private static let idleSleep: useconds_t = 5000

  init(
    _ player: consuming PolicyPlayer, _ replay: Replay, _ channel: PlayerChannel, repeating events: Int
  ) {
    self.player = player
    (self.replay, self.channel, eventsToRepeat) = (replay, channel, events)
    clock = PlaybackClock(
      ticksPerSecond: replay.ticksPerSecond, speed: channel.requests.withLock { $0.speed })
    shuffling = replay.policy.shuffling
  }

  /// Plays until the end is requested, or an error occurs, which is then published.
  func run() {
    do {
      try repeatEvents()
      clock.moveTo(ticks: player.progress.elapsedTicks)
      var last = ContinuousClock.now
      while true {
        let requests = channel.requests.withLock { $0 }
        if requests.isEnding { return }
        let now = ContinuousClock.now
        follow(requests, elapsed: last.duration(to: now))
        last = now
        try updateFigures(requests, now)
        try playDueEvents(requests)
      }
    } catch {
      channel.report.withLock { $0.failure = "\(replay.workload): \(error)" }
    }
  }

  /// Adopts the requested speed, shuffling and policy to compare with.
  private func follow(_ requests: PlayerRequests, elapsed: Duration) {
    if requests.speed != clock.speed { clock.setSpeed(requests.speed) }
    if requests.shuffling != shuffling {
      shuffling = requests.shuffling
      player.setShuffling(shuffling)
    }
    if !requests.isPaused { clock.advance(nanoseconds: Int(elapsed / .nanoseconds(1))) }
    compare(with: requests.comparedPolicy)
  }

  private func playDueEvents(_ requests: PlayerRequests) throws {
    let played = requests.isPaused || isCatchingUp ? 0 : try playSlice()
    if isCatchingUp {
      try catchUp()
    } else if requests.eventsToStep > 0 {
      try step(requests.eventsToStep)
    } else if played == 0 {
      usleep(PlayerThread.idleSleep)
    }
  }

  /// Repeats the events that another policy has played, at maximum speed.
  private func repeatEvents() throws {
    let events = eventsToRepeat
    while player.progress.events < events, !channel.requests.withLock({ $0.isEnding }) {
      let left = min(events - player.progress.events, PlayerThread.eventsPerSlice * 4)
      guard try player.play(upTo: left) > 0 else { break }
      let progress = player.progress
      channel.report.withLock { report in
        (report.progress, report.percentRepeated) = (progress, progress.events * 100 / events)
        report.time = progress.lastTick
      }
    }
    channel.report.withLock { $0.percentRepeated = nil }
  }

  /// Plays the events that are due, one slice at most.
  /// - Returns: the number of events played.
  private func playSlice() throws -> Int {
    var played = 0
    while played < PlayerThread.eventsPerSlice {
      let left = PlayerThread.eventsPerSlice - played
      let count = try player.play(untilElapsed: clock.dueTicks, upTo: left)
      // The same call with the same events: the shadow stays at the player's event.
      _ = try shadow?.player.play(untilElapsed: clock.dueTicks, upTo: left)
      if count == 0 { break }
      played += count
    }
    let progress = player.progress
    let shadowProgress = shadow?.player.progress
    // While no event is due, time goes on. A machine that is too slow is at the time of its last event.
    let isBehind = clock.speed == .maximum || played >= PlayerThread.eventsPerSlice
    let time = isBehind ? progress.lastTick : progress.tick(atElapsed: clock.dueTicks)
    channel.report.withLock { report in
      report.progress = progress
      report.time = time.map { max($0, progress.lastTick) } ?? report.time
      if let shadowProgress { report.comparison?.progress = shadowProgress }
    }
    // Time that a slow machine lost is not caught up.
    if isBehind { clock.moveTo(ticks: progress.elapsedTicks) }
    return played
  }

  /// Plays a number of events while playing is paused, and describes the last one.
  private func step(_ count: Int) throws {
    var left = count
    while left > 0 {
      let played = try player.play(upTo: left)
      _ = try shadow?.player.play(upTo: left)
      guard played > 0 else { break }
      left -= played
    }
    let (progress, shadowProgress) = (player.progress, shadow?.player.progress)
    clock.moveTo(ticks: progress.elapsedTicks)
    channel.requests.withLock { $0.eventsToStep = max(0, $0.eventsToStep - count) }
    channel.report.withLock { report in
      (report.progress, report.time) = (progress, progress.lastTick)
      report.details.lastEvent = player.lastEventDescription
      if let shadowProgress { report.comparison?.progress = shadowProgress }
    }
  }
}
