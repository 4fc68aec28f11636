import Advisor
import Dashboard
import Recordings
import Telemetry
import Workloads

/// Which machine is watched, and what is compared with it and advised on it.
extension DashboardLoop {
  /// Another machine under the next policy, brought to the same point of the same events.
  mutating func switchPolicy() {
    guard controls != nil else { return }
    let next = policies[((policies.firstIndex(of: policy) ?? -1) + 1) % policies.count]
    let events = session.eventsInLoop
    let repeats = events <= LiveSession.mostEventsToRepeat
    start(current, next, from: repeats ? events : 0)
    let place = repeats ? "from the same event on" : "from the beginning: too many events to repeat"
    tell("policy \(policy.name): \(policy.summary); a new machine, \(place)")
  }

  /// Compares with the next policy that is not the one in use.
  mutating func switchOther() {
    guard controls != nil else { return }
    let others = policies.filter { $0 != policy }
    other = others[((others.firstIndex(of: other) ?? -1) + 1) % others.count]
    session.setOther(other)
    tell("compared with \(other.name): \(other.summary)")
  }

  /// Asks the advisor about what lives now.
  mutating func advise() {
    guard let controls else { return }
    guard let sizes = session.details.sizes?.sizes, !sizes.isEmpty else {
      // As soon as there is something to go by.
      wantsAdvice = true
      return tell("nothing lives yet that was asked for by size: advice comes when something does")
    }
    wantsAdvice = false
    let powers = controls.sizesInService.filter { $0.nonzeroBitCount == 1 }
    advised = LiveAdvice(live: sizes.map { ($0.bytes, $0.objects) }, powers: powers).sizes
    let added = advised.filter { !controls.sizesInService.contains($0) }.map(String.init).joined(separator: ", ")
    tell(added.isEmpty ? "the sizes in service fit: leave them" : "advised: add \(added) (D puts them in service)")
  }

  /// Watches another workload, or the same under another policy.
  mutating func start(_ index: Int, _ policy: Policy, from events: Int) {
    if other == policy { other = policies.first { $0 != policy } ?? other }
    do {
      let next = try DashboardLoop.makeSession(
        program.items[index], playback, policy, other, session.speed, from: events)
      next.setPaused(session.isPaused)
      session.end()
      (session, current, self.policy, controls) = (next, index, policy, next.makeControls())
      advised = []
      session.watch(state.view)
      _ = state.update(.restarted)
    } catch {
      _ = state.update(.exported("\(error)", isFailure: true))
    }
  }

  static func makeSession(
    _ item: Program.Item, _ playback: PlaybackOptions, _ policy: Policy, _ other: Policy, _ speed: PlaybackSpeed,
    from events: Int = 0
  ) throws -> any DashboardSession {
    switch item.content {
    case .host(let reader, let interval): return try HostSession(reader, interval: interval)
    case .history(let file, let path): return try HistorySession(file, path: path)
    case .played(let open):
      let source = try open()
      let start = try playback.start(of: source)
      let player = try playback.makePolicyPlayer(source, policy, start: start)
      let curve = try playback.kernelCurve(of: source, player)
      let isUnknown = curve == nil && source is Recording
      let notice = "The kernel's own slab memory is not known: this recording has no samples of /proc/slabinfo."
      return LiveSession(
        player, workload: item.name, policy: policy, other: other, ticksPerSecond: source.ticksPerSecond,
        kernelCurve: curve, kernelNotice: isUnknown ? notice : nil, speed: speed, from: events,
        makeShadow: { policy in
          ShadowPlayer(try playback.makePolicyPlayer(source, policy, isShadow: true, start: start), policy: policy)
        }, makeCapture: { EventCapture(source, policy: policy) })
    }
  }
}
