import Advisor
import ArgumentParser
import FoundationEssentials
import Glibc
import Recordings
import SlabEngine
import Telemetry
import TextOutput
import Workloads

/// `slabscope run`: replays events without a terminal and prints the final snapshot.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Replay a recording or a workload at maximum speed, without a terminal, and print the final snapshot.",
    discussion: """
      A recording is played once, a workload for 1,000,000 events. With --events or --seconds, a recording starts again at \
      its end. After the replay every invariant of the allocator is checked; a violation or a damaged object is an error \
      (exit status 1). The contents of all objects are verified, which takes about half of the time; --verify none measures \
      the replay alone.

      EXAMPLES
        slabscope run x.slabtrace
        slabscope run burst --events 5000000 --memory 64M --format json
        slabscope run x.slabtrace --verify none
        slabscope run imix --seconds 10 -o out.slabinfo
        slabscope run churn --seconds 10 --policy hemment --shadow linux
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case slabinfo, text, json, csv, openmetrics, prometheus
  }

  @Argument(
    help:
      "Recording (.slabtrace) or its bundled name, workload (\(WorkloadCatalog.names.joined(separator: ", "))), workload file (.toml), or -.",
    completion: .events)
  var input: String?

  // The former way to name a recording, for scripts that use it.
  @Option(help: ArgumentHelp("Recording to replay: the same as INPUT.", valueName: "file", visibility: .hidden))
  var replay: String?

  @OptionGroup var playback: PlaybackOptions

  @Option(help: "Number of events to play.")
  var events: Int?

  @Option(help: "Number of seconds to play, on the clock of the workload.")
  var seconds: Double?

  @Option(
    help: ArgumentHelp(
      "Also replay under this policy, without writing to objects, and print its slab memory; repeat the option for each.",
      valueName: "policy"), completion: .policy)
  var shadow: [String] = []

  @Option(help: "slabinfo (for slabtop and vmstat -m), text, json, csv, openmetrics or prometheus.")
  var format = Format.slabinfo

  @OptionGroup var output: OutputOptions

  // The former name of --output.
  @Option(help: ArgumentHelp("File to write: the same as --output.", valueName: "file", visibility: .hidden))
  var snapshot: String?

  func validate() throws {
    guard [input, replay, playback.workload].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("expected one input: a recording or a workload (see slabscope workloads)")
    }
    guard snapshot == nil || output.output == "-" else {
      throw ValidationError("--output and --snapshot exclude each other")
    }
    guard events == nil || seconds == nil else { throw ValidationError("--events and --seconds exclude each other") }
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events: expected a number of at least 1") }
    guard seconds.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
      throw ValidationError("--seconds: expected a number above 0 and below 1e9")
    }
  }

  func run() throws {
    var output = output
    if let snapshot { output.output = snapshot }
    try output.check()
    let policy = try playback.chosenPolicy()
    let name = input ?? replay ?? playback.workload ?? ""
    let events = try Input(name, playback.traffic.changes).events(name)
    let source = events.source
    let beginning = try playback.start(of: source)
    // Another processor decodes the events.
    let decoded = SharedEvents(source, readers: 1)
    var player = try playback.makePolicyPlayer(decoded.reader(0), start: beginning)
    let kernelCurve = try playback.kernelCurve(of: source, player)
    let shadows = try shadow.map { name in
      let policy = try PolicyArgument.policy(name)
      let player = try playback.makePolicyPlayer(source, policy, verification: .off, start: beginning)
      return ShadowPlayer(player, policy: policy)
    }
    if ProcessInfo.processInfo.activeProcessorCount > 1 { decoded.decodeAhead() }
    let start = ContinuousClock.now
    do {
      try play(&player, shadows, recordedEvents: events.count, ticksPerSecond: source.ticksPerSecond)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(name): \(error)")
    }
    report(player, seconds: Double(start.duration(to: .now) / .nanoseconds(1)) / 1e9)
    let violations = player.validate()
    var final = Snapshot(player.sample())
    final.describe(player.progress, workload: source.name, policy: policy.name, ticksPerSecond: source.ticksPerSecond)
    kernelCurve?.add(to: &final, at: player.progress.lastTick)
    reportShadows(shadows, comparedWith: final)
    switch format {
    case .json: try output.write(JSONText.text(of: JSONDocument(result: final, source: events.identity)) + "\n")
    case .slabinfo: try output.write(SlabinfoEncoder.encode(final))
    case .text: try output.write(final.formatted(.text) + "\n\(events.identity.text)\n")
    case .csv: try output.write(final.formatted(.csv))
    case .openmetrics: try output.write(final.formatted(.openmetrics))
    case .prometheus: try output.write(final.formatted(.prometheus))
    }
    if let first = violations.first {
      throw Failure.failed(
        "the allocator is damaged: \(violations.count) violations of invariants; the first: \(first)")
    }
  }

  /// Plays until the number of events, the time, or the end of the recording is reached.
  private func play(
    _ player: inout PolicyPlayer, _ shadows: [ShadowPlayer], recordedEvents: Int?, ticksPerSecond: UInt64
  ) throws {
    let isRecording = recordedEvents != nil
    let rate = Double(ticksPerSecond == 0 ? 1_000_000 : ticksPerSecond)
    let lastTick = seconds.map { UInt64($0 * rate) }
    let lastEvent = events ?? (seconds == nil && !isRecording ? InputEvents.defaultCountOfWorkload : nil)
    let playsOnce = events == nil && seconds == nil && isRecording
    let progress = Progress("playing")
    defer { progress.end() }
    while player.progress.elapsedTicks < lastTick ?? .max {
      let left = lastEvent.map { $0 - player.progress.events } ?? .max
      if left == 0 { return }
      // A recording that is played once stops before the next loop frees the objects that are live at its end.
      if playsOnce, try player.isAtEnd() { return }
      let count = min(left, 8192)
      if let lastTick {
        // No event later than the limit is played. The clock starts with the first event.
        let hasStarted = player.progress.events > 0
        let played = try hasStarted ? player.play(untilElapsed: lastTick, upTo: count) : player.play(upTo: 1)
        for shadow in shadows {
          _ = try hasStarted ? shadow.player.play(untilElapsed: lastTick, upTo: count) : shadow.player.play(upTo: 1)
        }
        if played == 0 { return }
      } else {
        if try player.play(upTo: count) == 0 { return }
        for shadow in shadows { _ = try shadow.player.play(upTo: count) }
      }
      let events = player.progress.events
      if let lastTick, lastEvent == nil {
        progress.update(Int(clamping: player.progress.elapsedTicks), of: Int(clamping: lastTick), "\(events) events")
      } else {
        progress.update(events, of: lastEvent ?? recordedEvents, "\(events) events")
      }
    }
  }

  private func report(_ player: borrowing PolicyPlayer, seconds: Double) {
    let progress = player.progress
    var lines = [
      "\(player.sourceName): \(progress.events) events in "
        + String(
          printf: "%.3f s (%.1f ns per event)", seconds, seconds * 1e9 / Double(max(progress.events, 1)))
        + ", \(progress.loops) loops, \(progress.liveObjects) live objects"
    ]
    if playback.verification != .all, player.slabEngine != nil { lines.append(playback.verification.text) }
    if progress.inferredFrees > 0 || progress.unseenFreeObjects > 0 {
      lines.append(
        "unseen frees: \(progress.inferredFrees) inferred; \(progress.unseenFreeObjects) live objects "
          + "(\(progress.unseenFreeBytes) bytes) may have been freed")
    }
    if progress.liveAtEnd > 0 {
      lines.append(
        "live at the end of a loop: \(progress.liveAtEnd) objects in \(progress.loops) loops, freed before the next loop"
      )
    }
    if let unseen = player.unseenFrees {
      lines.append(
        "unseen frees by evidence: \(unseen.byPair) companion freed, \(unseen.byReconciliation) kernel's active_objs, "
          + "\(unseen.byAddress) address reused; \(unseen.residentFrees) frees of objects from before the recording; "
          + "\(unseen.allocatorEvents) events of the allocator's own records not replayed")
    }
    if progress.knownUseObjects + progress.unknownUseObjects > 0 {
      lines.append(
        "live skb data, which the kernel rounds up before kmalloc: \(progress.knownUseObjects) objects with known used bytes, "
          + "\(progress.unknownUseObjects) (\(progress.unknownUseBytes) bytes) without")
    }
    if let problem = progress.policyProblem { lines.append("policy \(player.policyName): \(problem)") }
    if progress.failedAllocations > 0 {
      lines.append("out of memory: \(progress.failedAllocations) allocations failed; use a larger --memory")
    }
    Standard.error(lines.map { $0 + "\n" }.joined())
  }

  /// Prints the slab memory of each other policy to standard error.
  private func reportShadows(_ shadows: [ShadowPlayer], comparedWith final: Snapshot) {
    let bytes = final.slabAndLargeBytes
    for shadow in shadows {
      let shadowBytes = Snapshot(shadow.player.sample()).slabAndLargeBytes
      let change = bytes == 0 ? "" : String(printf: ", %+.1f %%", Double(shadowBytes - bytes) / Double(bytes) * 100)
      Standard.error("policy \(shadow.policy.name): \(shadowBytes) bytes of slab memory instead of \(bytes)\(change)\n")
    }
  }
}
