import Advisor
import ArgumentParser
import Fleet
import Kernel
import Recordings
import Telemetry
import Workloads

/// Options of the commands that read one snapshot of an input.
struct SnapshotInputOptions: ParsableArguments {
  @OptionGroup var playback: PlaybackOptions

  @Option(help: "Number of events to play of a recording (default: all) or a workload (default: 1,000,000).")
  var events: Int?

  func validate() throws {
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events: expected a number of at least 1") }
    guard playback.workload == nil else { throw ValidationError("--workload: name the workload as the input") }
  }
}

/// One snapshot of an input: the running kernel now, a saved text, a history at its time, a recording or a workload at its end.
struct SnapshotInput {
  let snapshot: Snapshot
  /// Subject of sentences about the source.
  let title: String
  /// Identity of the input, for results.
  let identity: InputIdentity

  /// Reads the snapshot of an input.
  /// - Throws: a `Failure`.
  init(_ name: String, _ options: SnapshotInputOptions) throws {
    try self.init(Input(name, options.playback.traffic.changes), name, options)
  }

  /// Reads the snapshot of an input that was resolved.
  /// - Throws: a `Failure`.
  init(_ input: Input, _ name: String, _ options: SnapshotInputOptions) throws {
    identity = InputIdentity(input)
    switch input {
    case .kernel: (snapshot, title) = (try SnapshotInput.kernel(), "The running kernel")
    case .snapshot(let file): (snapshot, title) = (file.snapshot, "A saved snapshot")
    case .history(let history): (snapshot, title) = (try history.snapshot(), "A recorded history")
    case .profile:
      throw Failure.usage(
        "\(name): expected slabs or events, found a profile, which has no slabs; print it: slabscope profile \(name)")
    case .recording, .workload:
      snapshot = try SnapshotInput.replay(input.events(name), name, options)
      title = "The allocator"
    }
    for note in snapshot.notes { Standard.error("slabscope: \(note)\n") }
  }

  /// Reads a host of a Prometheus server at the time that was named.
  /// - Throws: a `Failure`.
  init(prometheus text: String, _ options: PrometheusOptions) throws {
    let (host, server, seconds) = try PrometheusHost(text).open(options)
    snapshot = try PrometheusOptions.reporting { try host.snapshot(at: seconds) }
    (title, identity) = ("A host of Prometheus", InputIdentity(prometheus: server, host: host.instance))
  }

  /// Reads the running kernel.
  private static func kernel() throws -> Snapshot {
    let reader = HostReader()
    var snapshot: Snapshot
    do {
      snapshot = try reader.snapshot()
    } catch {
      throw Failure.failed("\(error)")
    }
    snapshot.workload = reader.title
    if let problem = reader.occupancyProblem {
      Standard.error("slabscope: \(problem); printing sums from /sys/kernel/slab\n")
      reader.addSlabSums(to: &snapshot)
    }
    if let changed = snapshot.inconsistentLists, changed > 0 {
      Standard.error(
        "slabscope: \(changed) slab lists changed while they were read; the occupancy of their caches is omitted\n")
    }
    return snapshot
  }

  /// Plays the events, and returns the state of memory at their end.
  private static func replay(_ events: InputEvents, _ name: String, _ options: SnapshotInputOptions) throws -> Snapshot
  {
    let playback = options.playback
    let (source, limit) = (events.source, events.count(upTo: options.events))
    let start = try playback.start(of: source)
    var player = try playback.makePolicyPlayer(source, start: start)
    let kernelCurve = try playback.kernelCurve(of: source, player)
    defer { Standard.progress("") }
    do {
      var shown = ContinuousClock.now
      while player.progress.events < limit {
        guard try player.play(upTo: min(8192, limit - player.progress.events)) > 0 else { break }
        if shown.duration(to: .now) > .milliseconds(250) {
          shown = .now
          Standard.progress("playing: \(player.progress.events) of \(limit) events")
        }
      }
    } catch let error as SlabtraceError {
      throw Failure.failed("\(name): \(error)")
    }
    var snapshot = Snapshot(player.sample())
    snapshot.describe(
      player.progress, workload: source.name, policy: try playback.chosenPolicy().name,
      ticksPerSecond: source.ticksPerSecond)
    kernelCurve?.add(to: &snapshot, at: player.progress.lastTick)
    return snapshot
  }
}
