import Advisor
import Dashboard
import Workloads

/// Effects that change the machine, its policy, or the policy that it is compared with.
extension DashboardLoop {
  /// Carries out an effect that needs a capability of the source. Without the capability the dashboard's state has refused the key
  /// already.
  mutating func perform(onMachine effect: DashboardEffect, _ capabilities: SourceCapabilities) {
    switch effect {
    case .nextPolicy: capabilities.replay.map { switchPolicy($0) }
    case .nextComparedPolicy: capabilities.comparison.map { switchComparedPolicy($0) }
    case .advise: adviseOnLiveObjects()
    case .applyAdvice: capabilities.generalCaches.map { show($0.apply(advisedSizes: advisedSizes)) }
    case .addSizes(let sizes): capabilities.generalCaches.map { show($0.toggle(sizes)) }
    case .toggleSizes: capabilities.generalCaches.map { show($0.toggleOneAndAHalfSizes()) }
    case .exportCache(let name): capabilities.generalCaches.map { show($0.export(name)) }
    case .squeeze(let tenths): capabilities.memory.map { changeHog($0, byTenths: tenths) }
    case .toggleHighOrders: capabilities.memory.map { toggleHighOrders($0) }
    case .toggleShuffling: capabilities.shuffling.map { toggleShuffling($0) }
    case .shrinkCache(let name): capabilities.shrinking.map { shrink(name, $0) }
    default: break
    }
  }

  /// Returns the changes that the user has made to the machine, for the title.
  func machineChanges(_ capabilities: SourceCapabilities) -> [String] {
    let pressure = capabilities.memory?.pressure ?? MemoryPressure()
    return [
      capabilities.replay?.repetition,
      pressure.hogPercent > 0 ? "hog \(pressure.hogPercent) %" : nil,
      pressure.refusesHighOrders ? "order 0 only" : nil,
      capabilities.shuffling?.isShuffling == true ? "shuffling" : nil,
    ].compactMap { $0 }
  }

  // MARK: Memory

  private mutating func changeHog(_ memory: any MemoryPressureControl, byTenths tenths: Int) {
    var pressure = memory.pressure
    pressure.hogPercent = min(90, max(0, pressure.hogPercent + tenths * 10))
    memory.setPressure(pressure)
    show(
      pressure.hogPercent == 0
        ? "the memory hog is empty"
        : "the memory hog occupies \(pressure.hogPercent) % of memory in single pages (M releases 10 %)")
  }

  private mutating func toggleHighOrders(_ memory: any MemoryPressureControl) {
    var pressure = memory.pressure
    pressure.refusesHighOrders.toggle()
    memory.setPressure(pressure)
    show(
      pressure.refusesHighOrders
        ? "page requests above order 0 are refused (o allows them again)" : "page requests of every order are allowed")
  }

  private mutating func toggleShuffling(_ source: any ShufflingControl) {
    source.setShuffling(!source.isShuffling)
    show(source.isShuffling ? "shuffling of slabs started (S stops it)" : "shuffling of slabs stopped")
  }

  private mutating func shrink(_ cache: String, _ source: any CacheShrinking) {
    do {
      _ = state.update(.shrunk(cache: cache, try source.shrink(cache), isFailure: false))
    } catch {
      _ = state.update(.shrunk(cache: cache, "\(error)", isFailure: true))
    }
  }

  // MARK: Advice

  /// Computes size classes for the objects that are live now, or as soon as there are some.
  private mutating func adviseOnLiveObjects() {
    guard let sizes = takeSample().details.sizes, !sizes.sizes.isEmpty else {
      isAdvicePending = true
      return show("no live objects that were allocated by size yet: advice follows when there are some")
    }
    advise(sizes)
  }

  /// Computes size classes for live objects.
  mutating func advise(_ live: LiveSizes) {
    isAdvicePending = false
    let powers = live.classes.filter { $0.nonzeroBitCount == 1 }
    advisedSizes = LiveAdvice(live: live.sizes.map { ($0.bytes, $0.objects) }, powers: powers).sizes
    let added = advisedSizes.filter { !live.classes.contains($0) }.map(String.init).joined(separator: ", ")
    let hint = source.capabilities.generalCaches == nil ? "" : " (D adds them)"
    show(added.isEmpty ? "the sizes in service fit: no change advised" : "advised: add \(added)\(hint)")
  }

  // MARK: Policies

  /// Opens the current workload under the next policy, and repeats the events that were played.
  private mutating func switchPolicy(_ replay: any EventReplay) {
    let next = policies[((policies.firstIndex(of: policy) ?? -1) + 1) % policies.count]
    let events = replay.eventsInLoop
    let repeats = events <= ReplaySource.maximumEventsToRepeat
    open(current, next, repeating: repeats ? events : 0)
    let position =
      repeats ? "replayed to the same event" : "replayed from the first event: \(events) events are too many to repeat"
    show("policy \(policy.name): \(policy.summary); new machine, \(position)")
  }

  /// Compares with the next policy that is not the current one.
  private mutating func switchComparedPolicy(_ comparison: any ComparisonControl) {
    if comparison is KernelMirrorControl { return switchMirroredPolicy(comparison) }
    let others = policies.filter { $0 != policy }
    comparedPolicy = others[((others.firstIndex(of: comparedPolicy) ?? -1) + 1) % others.count]
    comparison.compare(with: comparedPolicy)
    show("compared with \(comparedPolicy.name): \(comparedPolicy.summary)")
  }

  /// Mirrors the kernel under a policy, and shows the page of the comparison.
  mutating func startMirror(_ policy: Policy) {
    mirroredPolicy = policy
    source.capabilities.comparison?.compare(with: policy)
    _ = state.show(.comparison)
  }

  /// Mirrors the kernel under the next policy; after the last policy, ends the mirror.
  private mutating func switchMirroredPolicy(_ mirror: any ComparisonControl) {
    let index = mirroredPolicy.flatMap { policies.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
    mirroredPolicy = policies.indices.contains(index) ? policies[index] : nil
    mirror.compare(with: mirroredPolicy)
    show(
      mirroredPolicy.map { "the kernel is mirrored under \($0.name): \($0.summary) (c shows it, C: next policy)" }
        ?? "the mirror of the kernel has ended (C starts it again)")
  }

  /// Opens a source of the catalog under a policy, in place of the current source. If that fails, the current source stays.
  /// - Parameters:
  ///   - events: number of events to repeat at maximum speed.
  ///   - speed: speed of the new source; nil for that of the current one.
  mutating func open(_ index: Int, _ newPolicy: Policy, repeating events: Int = 0, speed: PlaybackSpeed? = nil) {
    if comparedPolicy == newPolicy { comparedPolicy = policies.first { $0 != newPolicy } ?? comparedPolicy }
    let before = source.capabilities
    let settings = SourceCatalog.Entry.Settings(
      playback: playback, policy: newPolicy, comparedPolicy: comparedPolicy,
      speed: speed ?? before.speed?.speed ?? .normal,
      eventsToRepeat: events)
    do {
      let opened = try catalog.entries[index].open(settings)
      opened.capabilities.pausing?.setPaused(before.pausing?.isPaused ?? false)
      before.replay?.end()
      (source, current, policy) = (opened, index, newPolicy)
      advisedSizes = []
      _ = state.update(.restarted)
    } catch {
      _ = state.update(.exported("\(error)", isFailure: true))
    }
  }
}
