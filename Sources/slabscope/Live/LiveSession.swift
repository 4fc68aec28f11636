import Foundation
import SlabEngine
import Synchronization
import Telemetry
import Workloads

/// A player at work on a thread of its own, steered and watched from another.
///
/// The thread plays, then says how far it came; whoever watches samples the engine itself, which holds nobody up.
final class LiveSession: DashboardSession, Sendable {
  /// What the watcher wants.
  private struct Wishes {
    var speed: PlaybackSpeed
    var isPaused = false
    var isOver = false
    /// What shuffling may cost; nil for none.
    var shuffling: ShuffleBudget?
  }

  /// What the player's thread last said.
  private struct State {
    var progress = PlayerProgress()
    var failure: String?
  }

  let engine: SlabEngine
  private let ticksPerSecond: UInt64
  private let workload: String
  private let policy: String
  /// What shuffling costs when it is switched on, and what the policy has.
  private let budget: ShuffleBudget
  private let shufflesAtFirst: ShuffleBudget?
  private let wishes: Mutex<Wishes>
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Starts to play on. The player's engine is this session's.
  init(_ player: consuming Player, workload: String, policy: Policy, ticksPerSecond: UInt64, speed: PlaybackSpeed) {
    engine = player.engine
    state.withLock { $0.progress = player.progress }
    self.workload = workload
    self.policy = policy.name
    self.ticksPerSecond = ticksPerSecond
    wishes = Mutex(Wishes(speed: speed, shuffling: policy.shuffling))
    budget = policy.shuffling ?? ShuffleBudget(nanosecondsPerRound: .max)
    shufflesAtFirst = policy.shuffling
    let box = PlayerBox(player)
    let thread = Thread { [self] in
      play(box)
      ended.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }

  var speed: PlaybackSpeed { wishes.withLock { $0.speed } }
  var isPaused: Bool { wishes.withLock { $0.isPaused } }

  func changeSpeed(by steps: Int) { wishes.withLock { $0.speed = $0.speed.stepped(by: steps) } }
  func setPaused(_ isPaused: Bool) { wishes.withLock { $0.isPaused = isPaused } }

  func makeControls() -> MachineControls? {
    MachineControls(engine, isShuffling: shufflesAtFirst != nil) { [self] isWanted in
      wishes.withLock { $0.shuffling = isWanted ? budget : nil }
    }
  }

  /// Ends the playing and waits until it has ended.
  func end() {
    wishes.withLock { $0.isOver = true }
    ended.wait()
  }

  /// The machine as it is now, the slabs of one cache listed.
  func snapshot(watching cache: String?) -> Snapshot {
    let progress = state.withLock { $0.progress }
    var snapshot = Snapshot(engine.sample(mapping: cache.flatMap { engine.cache(named: $0) }))
    snapshot.describe(progress, workload: workload, policy: policy, ticksPerSecond: ticksPerSecond)
    return snapshot
  }

  /// How far the player came, and why it stopped, if it did.
  var progress: (PlayerProgress, failure: String?) { state.withLock { ($0.progress, $0.failure) } }

  // MARK: The player's thread

  /// Events between two looks at the wishes: a few hundred microseconds' worth.
  private static let eventsPerSlice = 4096
  /// Real time without anything due is slept through in such steps.
  private static let nap: useconds_t = 5000

  private func play(_ box: PlayerBox) {
    var clock = PlaybackClock(ticksPerSecond: ticksPerSecond, speed: speed)
    clock.moveTo(ticks: box.player.progress.elapsedTicks)
    var shuffling = shufflesAtFirst
    var last = ContinuousClock.now
    do {
      while true {
        let wishes = wishes.withLock { $0 }
        if wishes.isOver { return }
        let now = ContinuousClock.now
        if wishes.speed != clock.speed { clock.setSpeed(wishes.speed) }
        if wishes.shuffling != shuffling {
          shuffling = wishes.shuffling
          box.player.setShuffling(shuffling)
        }
        if !wishes.isPaused { clock.advance(nanoseconds: Int(last.duration(to: now) / .nanoseconds(1))) }
        last = now
        let played = wishes.isPaused ? 0 : try playSlice(box, &clock)
        if played == 0 { usleep(LiveSession.nap) }
      }
    } catch {
      state.withLock { $0.failure = "\(workload): \(error)" }
    }
  }

  /// Plays what is due, and a slice at most.
  private func playSlice(_ box: PlayerBox, _ clock: inout PlaybackClock) throws -> Int {
    var played = 0
    while played < LiveSession.eventsPerSlice {
      let count = try box.player.play(untilElapsed: clock.dueTicks, upTo: LiveSession.eventsPerSlice - played)
      if count == 0 { break }
      played += count
    }
    let progress = box.player.progress
    state.withLock { $0.progress = progress }
    // At maximum speed the position is wherever the player came; a machine that can't keep up is not chased either.
    if clock.speed == .maximum || played >= LiveSession.eventsPerSlice { clock.moveTo(ticks: progress.elapsedTicks) }
    return played
  }
}

/// Carries a player to its thread: only that thread touches it.
private final class PlayerBox: @unchecked Sendable {
  var player: Player
  init(_ player: consuming Player) { self.player = player }
}
