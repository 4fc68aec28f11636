import Advisor
import ArgumentParser
import Foundation
import Recordings
import SlabEngine
import Telemetry
import Workloads

/// `slabscope run`: plays without a terminal and gives the final snapshot.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Play a recording or a workload as fast as possible, without a terminal, and print the final snapshot.",
    discussion: """
      A recording is played once, a workload for 1,000,000 events, unless --events or --seconds says otherwise (a \
      recording then starts anew at its end). At the end every invariant of the engine is checked; a violation, or an \
      object whose content was damaged, is an error (exit status 1).

      EXAMPLES
        slabscope run --replay x.slabtrace
        slabscope run --workload burst --events 5000000 --memory 64M --format json
        slabscope run --workload imix --seconds 10 --snapshot out.slabinfo
        slabscope run --workload churn --seconds 10 --policy hemment --shadow linux
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case slabinfo, json }

  @Option(help: ArgumentHelp("The recording to play (.slabtrace); - is standard input.", valueName: "file"))
  var replay: String?

  @OptionGroup var playback: PlaybackOptions

  @Option(help: "Play so many events.")
  var events: Int?

  @Option(help: "Play so many seconds of the workload's own time.")
  var seconds: Double?

  @Option(
    help: ArgumentHelp(
      "Carry another policy along, as bookkeeping only, and say what it would hold; again for each.",
      valueName: "policy"))
  var shadow: [String] = []

  @Option(help: ArgumentHelp("Write the snapshot to a file, whole or not at all.", valueName: "file"))
  var snapshot: String?

  @Option(help: "slabinfo (what slabtop and vmstat -m read) or json.")
  var format = Format.slabinfo

  func validate() throws {
    guard (replay == nil) != (playback.workload == nil) else {
      throw ValidationError("name what to play: either --replay FILE or --workload NAME (slabscope workloads)")
    }
    guard events == nil || seconds == nil else { throw ValidationError("--events or --seconds, not both") }
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events takes a number from 1 up") }
    guard seconds.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
      throw ValidationError("--seconds takes a number above 0 and below 1e9")
    }
  }

  func run() throws {
    let policy = try playback.chosenPolicy()
    let workload = try playback.chosenWorkload()
    let source: any AllocationEventSource = try workload?.make() ?? Recording(file: replay ?? "")
    let beginning = try playback.start(of: source)
    var player = try playback.makePolicyPlayer(source, start: beginning)
    let kernelCurve = try playback.kernelCurve(of: source, player)
    let shadows = try shadow.map { name in
      let policy = try PolicyArgument.policy(name)
      let player = try playback.makePolicyPlayer(source, policy, isShadow: true, start: beginning)
      return ShadowPlayer(player, policy: policy)
    }
    let start = ContinuousClock.now
    do {
      try play(&player, shadows, ticksPerSecond: source.ticksPerSecond)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(replay ?? source.name): \(error)")
    }
    Standard.progress("")
    report(player, seconds: Double(start.duration(to: .now) / .nanoseconds(1)) / 1e9)
    let violations = player.validate()
    var final = Snapshot(player.sample())
    final.describe(player.progress, workload: source.name, policy: policy.name, ticksPerSecond: source.ticksPerSecond)
    kernelCurve?.add(to: &final, at: player.progress.lastTick)
    reportShadows(shadows, beside: final)
    try write(final)
    if let first = violations.first {
      throw Failure.failed("the run can't be trusted: \(violations.count) violations of invariants; first: \(first)")
    }
  }

  /// Plays as far as was asked for.
  private func play(_ player: inout PolicyPlayer, _ shadows: [ShadowPlayer], ticksPerSecond: UInt64) throws {
    let rate = Double(ticksPerSecond == 0 ? 1_000_000 : ticksPerSecond)
    let lastTick = seconds.map { UInt64($0 * rate) }
    let lastEvent = events ?? (seconds == nil && replay == nil ? 1_000_000 : nil)
    let playsOnce = events == nil && seconds == nil && replay != nil
    var shown = ContinuousClock.now
    while player.progress.elapsedTicks < lastTick ?? .max {
      let left = lastEvent.map { $0 - player.progress.events } ?? .max
      if left == 0 { return }
      // A recording that is played once ends where it would start anew: with the objects that live at its end.
      if playsOnce, try player.isAtEnd() { return }
      let count = min(left, 8192)
      if let lastTick {
        // Up to the moment asked for, and no event later; the first event is when time begins.
        let began = player.progress.events > 0
        let played = try began ? player.play(untilElapsed: lastTick, upTo: count) : player.play(upTo: 1)
        for shadow in shadows {
          _ = try began ? shadow.player.play(untilElapsed: lastTick, upTo: count) : shadow.player.play(upTo: 1)
        }
        if played == 0 { return }
      } else {
        if try player.play(upTo: count) == 0 { return }
        for shadow in shadows { _ = try shadow.player.play(upTo: count) }
      }
      if shown.duration(to: .now) > .milliseconds(250) {
        shown = .now
        Standard.progress("playing: \(player.progress.events) events")
      }
    }
  }

  private func report(_ player: borrowing PolicyPlayer, seconds: Double) {
    let progress = player.progress
    var lines = [
      String(
        format: "%@: %d events in %.3f s (%.1f ns an event), %d loops, %d objects live", player.sourceName,
        progress.events, seconds, seconds * 1e9 / Double(max(progress.events, 1)), progress.loops, progress.liveObjects)
    ]
    if progress.inferredFrees > 0 || progress.unseenFreeObjects > 0 {
      lines.append(
        "never seen freed: \(progress.inferredFrees) objects freed by assumption, \(progress.unseenFreeObjects) live "
          + "(\(progress.unseenFreeBytes) bytes)")
    }
    if progress.liveAtEnd > 0 {
      lines.append(
        "live at the end of a pass: \(progress.liveAtEnd) objects in \(progress.loops) passes, freed before the next one"
      )
    }
    if let unseen = player.unseenFrees {
      lines.append(
        "of these: \(unseen.byPair) with their companion, \(unseen.byReconciliation) by the kernel's active_objs, "
          + "\(unseen.byAddress) by address; \(unseen.residentFrees) frees of objects from before the recording; "
          + "\(unseen.allocatorEvents) events of the allocator's own records not replayed")
    }
    if progress.knownUseObjects + progress.unknownUseObjects > 0 {
      lines.append(
        "live skb data, whose sizes the kernel rounds up before it asks: \(progress.knownUseObjects) objects by their use, "
          + "\(progress.unknownUseObjects) (\(progress.unknownUseBytes) bytes) by the request, their rounding unknown")
    }
    if let problem = progress.policyProblem { lines.append("policy \(player.policyName): \(problem)") }
    if progress.failedAllocations > 0 {
      lines.append("out of memory: \(progress.failedAllocations) allocations were refused; choose more with --memory")
    }
    Standard.error(lines.map { $0 + "\n" }.joined())
  }

  /// What each of the other policies would hold, on standard error.
  private func reportShadows(_ shadows: [ShadowPlayer], beside final: Snapshot) {
    let here = final.slabAndLargeBytes
    for shadow in shadows {
      let other = Snapshot(shadow.player.sample())
      let there = other.slabAndLargeBytes
      let change = here == 0 ? "" : String(format: ", %+.1f %%", Double(there - here) / Double(here) * 100)
      Standard.error("under \(shadow.policy.name): \(there) bytes held instead of \(here)\(change)\n")
    }
  }

  private func write(_ final: Snapshot) throws {
    let text = format == .json ? try final.json() : SlabinfoEncoder.encode(final)
    guard let snapshot else { return Standard.output(text) }
    do {
      try AtomicFile.write(Array(text.utf8), to: snapshot)
    } catch {
      throw Failure.failed("\(error)")
    }
  }
}
