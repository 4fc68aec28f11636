import Advisor
import ArgumentParser
import Glibc
import Kernel
import Recordings
import Telemetry
import Workloads

/// `slabscope dashboard`, the default command: a full-screen view of caches, slabs and pages.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Show caches, slabs and pages while a recording or a workload is replayed.",
    discussion: """
      Keys: digits switch the workload, w chooses one by name, Space pauses, + and - change the speed, / filters, < and > sort, t and \
      T step through time, Tab shows the next page, p the next layout, e exports, ? explains the term at the cursor, h shows help, \
      * starts the tour, q quits.

      EXAMPLES
        slabscope
        slabscope dashboard x.slabtrace --speed 1/4
        slabscope dashboard burst --memory 32M --theme monochrome
        slabscope dashboard router --cpus 8 --rate 1000000 --history router.history
        sudo slabscope dashboard kernel
        sudo slabscope dashboard kernel --stacks --max-overhead 2
        sudo slabscope dashboard kernel --mirror hemment
        slabscope dashboard x.history@14:05
        slabscope dashboard --prometheus http://localhost:9090@web1 --range 6h
        ssh host cat /proc/slabinfo | slabscope dashboard -
      """)

  @Argument(
    help: ArgumentHelp(
      "Recording (.slabtrace) or its bundled name, workload, kernel, saved slabinfo or other snapshot, history, or -.",
      discussion: """
        The kind of a file is recognised by its content. kernel is the running kernel (needs root). A history may have a \
        time: x.history@14:05, x.history@-2m. - is standard input; keys are then read from the terminal.
        """), completion: .input)
  var input: String?

  @OptionGroup var playback: PlaybackOptions

  @Option(help: "Multiple of the recorded speed, 1/8 to 64, or max (default: 1).")
  var speed: String?

  // The former ways to name the kernel and a saved file, for scripts that use them.
  @Flag(help: ArgumentHelp("Show the running kernel: the same as the input kernel.", visibility: .hidden))
  var host = false

  @Option(help: ArgumentHelp("Show a saved snapshot: the same as INPUT.", valueName: "file", visibility: .hidden))
  var slabinfo: String?

  @Option(help: "Seconds between two samples of the kernel, 0.1 to 60 (default: 1); + and - change it.")
  var interval: Double?

  @OptionGroup(title: "Traffic of the running kernel") var watch: TrafficWatchOptions

  @Flag(
    help: "Do not watch the traffic of the running kernel: only the state of its slabs is shown, at the least cost.")
  var noTraffic = false

  @Option(
    help: ArgumentHelp(
      "Record one snapshot a second to a history file (see slabscope history).", valueName: "file"),
    completion: .file(extensions: ["history"]))
  var history: String?

  @Option(
    help: ArgumentHelp(
      "Play the kernel's events under a policy while they happen, and show both on the page comparison (key c).",
      discussion: "A policy is a name of slabscope policies, or a TOML file. Needs root and tracefs.",
      valueName: "policy"), completion: .policy)
  var mirror: String?

  @OptionGroup var screen: ScreenOptions
  @OptionGroup(title: "A host of Prometheus") var prometheus: PrometheusOptions

  func validate() throws {
    let named = [
      input != nil, playback.workload != nil, host, slabinfo != nil, prometheus.prometheus != nil,
    ].count { $0 }
    guard named <= 1 else {
      throw ValidationError(
        "expected one input (INPUT, --workload, --host, --slabinfo and --prometheus exclude each other)")
    }
    if !isKernel {
      if let name = watch.givenNames.first ?? (noTraffic ? "--no-traffic" : nil) ?? (mirror == nil ? nil : "--mirror") {
        throw ValidationError("\(name) requires the input kernel: slabscope dashboard kernel")
      }
    } else if noTraffic, let name = watch.givenNames.first {
      throw ValidationError("\(name) and --no-traffic exclude each other")
    }
    if let interval {
      guard isKernel else { throw ValidationError("--interval requires the input kernel") }
      guard (0.1...60).contains(interval) else { throw ValidationError("--interval: expected 0.1 to 60 seconds") }
    }
  }

  private var isKernel: Bool { host || input == Input.kernelName }

  func run() throws {
    let settings = try Configuration.user()
    // Options of the command line override the configuration file.
    var playback = playback
    playback.policy = playback.policy ?? settings.policy
    playback.memory = playback.memory ?? settings.memory
    let mirror = try mirror.map { try PolicyArgument.policy($0) }
    let speed = try chosenSpeed(speed ?? settings.speed ?? "1")
    if let text = prometheus.prometheus {
      let past = try HostHistory(text, prometheus)
      let folder = past.folder
      let status: Int32
      do {
        defer { HostHistory.remove(folder) }
        status = try screen.show(settings, SourceCatalog(history: past.history), playback, speed: speed)
      }
      ScreenOptions.end(with: status)
    }
    let catalog = try makeCatalog(playback.traffic, defaultWorkload: settings.workload)
    // An unusable input or option is an error message in the shell, before the screen is taken over.
    switch catalog.entries[catalog.first].input {
    case .kernel(let reader, _, _): _ = try KernelSource(reader)
    case .events(let open):
      let events = try open()
      _ = try playback.makePolicyPlayer(events, start: playback.start(of: events))
    case .snapshot, .history: break
    }
    let status = try screen.show(settings, catalog, playback, speed: speed, history: history, mirror: mirror)
    ScreenOptions.end(with: status)
  }

  /// Returns the sources that the dashboard can open, of which the input is opened first.
  private func makeCatalog(_ traffic: TrafficOptions, defaultWorkload: String?) throws -> SourceCatalog {
    let seed = traffic.seed ?? 1
    guard !host else { return kernelCatalog }
    guard let name = input ?? playback.workload ?? slabinfo ?? defaultWorkload else {
      guard traffic.changes.isEmpty else {
        throw Failure.usage("--rate, --flows and other traffic options require a workload: slabscope dashboard NAME")
      }
      return SourceCatalog(recording: nil, workload: nil, seed: seed)
    }
    switch try Input(name, traffic.changes) {
    case .recording(let input): return SourceCatalog(recording: input.recording, workload: nil, seed: seed)
    case .workload(let settings): return SourceCatalog(recording: nil, workload: settings, seed: seed)
    case .kernel: return kernelCatalog
    case .snapshot(let file): return SourceCatalog(snapshot: file)
    case .history(let history): return SourceCatalog(history: history)
    case .profile:
      throw Failure.usage(
        "\(name): expected events, a kernel, a snapshot or a history, found a profile; print it: slabscope profile \(name)"
      )
    }
  }

  /// The running kernel as the only source.
  private var kernelCatalog: SourceCatalog {
    SourceCatalog(kernel: HostReader(), interval: interval ?? 1, traffic: noTraffic ? nil : watch.options)
  }

  private func chosenSpeed(_ speed: String) throws -> PlaybackSpeed {
    let name = speed.hasPrefix("x") ? String(speed.dropFirst()) : speed
    guard let speed = PlaybackSpeed.all.first(where: { $0.description == "x\(name)" || $0.description == name })
    else {
      let known = PlaybackSpeed.all.map { $0 == .maximum ? "max" : String($0.description.dropFirst()) }
      throw Failure.usage("--speed: expected one of \(known.joined(separator: ", ")), found '\(speed)'")
    }
    return speed
  }
}
