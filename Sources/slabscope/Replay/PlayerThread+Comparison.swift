import Synchronization
import Workloads

/// The policy that the replay is compared with: a shadow player that stays at the player's event.
extension PlayerThread {
  /// Starts or ends the comparison with a policy; nothing changes if it is compared with already, or was refused.
  func compare(with policy: Policy?) {
    guard policy != shadow?.policy, policy != refusedPolicy else { return }
    shadow = nil
    refusedPolicy = nil
    channel.report.withLock { ($0.comparison, $0.comparisonNotice) = (nil, nil) }
    guard let policy else { return }
    do {
      guard player.progress.eventsInLoop <= ReplaySource.maximumEventsToRepeat else {
        throw Failure.failed(
          "\(policy.name) would have to repeat \(player.progress.eventsInLoop) events: start the workload again")
      }
      shadow = try replay.makeShadow(policy)
      isCatchingUp = true
    } catch {
      refusedPolicy = policy
      channel.report.withLock { $0.comparisonNotice = "\(error)" }
    }
  }

  /// Plays a slice of events on the shadow, and publishes its machine when it has reached the player's event.
  func catchUp() throws {
    guard let shadow else { return isCatchingUp = false }
    let target = player.progress.eventsInLoop
    let left = target - shadow.player.progress.eventsInLoop
    if left > 0, try shadow.player.play(upTo: min(left, PlayerThread.eventsPerSlice * 4)) > 0 {
      let percent = shadow.player.progress.eventsInLoop * 100 / max(1, target)
      channel.report.withLock {
        $0.comparisonNotice = "policy \(shadow.policy.name): replaying to the same event: \(percent) %"
      }
      return
    }
    isCatchingUp = false
    let progress = shadow.player.progress
    channel.report.withLock { report in
      report.pressure.apply(to: &shadow.player, insteadOf: MemoryPressure())
      report.comparison = PlayerReport.Comparison(
        machine: PlayerReport.Machine(shadow.player), policy: shadow.policy.name, progress: progress)
      report.comparisonNotice = nil
    }
  }
}
