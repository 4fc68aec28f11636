import ArgumentParser
import Exporter
import FoundationEssentials
import Glibc
import Kernel
import Workloads

/// `slabscope serve`: exports figures to Prometheus and other systems over HTTP.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Export the figures of the running kernel, a recording or a workload to Prometheus, over HTTP.",
    discussion: """
      /metrics has the figures as Prometheus text or OpenMetrics, /snapshot the caches as JSON, /profile the call sites as a \
      .slabprofile (?format=pprof for pprof and continuous profiling, ?format=json), /-/healthy is 200 while the exporter runs. \
      The figures are read when they are requested, the call sites every --interval. Recordings and workloads play in real time.

      The running kernel needs root, or the capabilities DAC_READ_SEARCH for the slabs and BPF, PERFMON and SYSLOG for the \
      allocations. If some are missing, a line on standard error says so, slabscope_exporter_source_ok is 0, and the rest is \
      exported.

      A host has at most --max-series time series. Above it the least important metrics are left out, and \
      slabscope_exporter_dropped_metrics says how many; if not even the caches have room, the exporter does not start.

      There is neither TLS nor authentication: the exporter listens on the loopback interface. To reach it from elsewhere, put a \
      proxy that has both before it. SIGTERM ends it with status 0; SIGHUP has nothing to reload.

      EXAMPLES
        sudo slabscope serve
        slabscope serve --source burst --policy linux
        sudo slabscope serve --listen '[::1]:9779' --exclude-caches '^ext4|^xfs'
        curl -s 127.0.0.1:9779/metrics
        curl -s 127.0.0.1:9779/profile | slabscope profile -
        slabscope serve --print systemd-unit > slabscope.service
        slabscope serve --print scrape-config
        slabscope serve --print recording-rules > slabscope-rules.yml
        slabscope serve --print alert-rules > slabscope-alerts.yml
        slabscope serve --print grafana-dashboard > slabscope.json
      """)

  @Option(help: ArgumentHelp("Address and port; :9779 is all addresses.", valueName: "address"))
  var listen = ListenAddress()

  @Option(help: ArgumentHelp("kernel, a recording, or a workload.", valueName: "input"), completion: .input)
  var source = Input.kernelName

  @Option(
    help: ArgumentHelp("Caches to export: those whose names match.", valueName: "regex"), completion: .kernelCache)
  var caches: String?

  @Option(
    help: ArgumentHelp("Caches not to export: those whose names match.", valueName: "regex"), completion: .kernelCache)
  var excludeCaches: String?

  @Option(
    help: ArgumentHelp(
      "Call sites to export one by one: so many by live bytes, and so many by allocation rate. The rest is added up.",
      valueName: "number"))
  var sites = ExporterOptions.defaultSites

  @Option(
    help: ArgumentHelp(
      "Time between two readings of the call sites, e.g. 15s or 1m (default: 15s).", valueName: "time"))
  var interval: TimeSpan?

  @Option(help: ArgumentHelp("Largest number of time series.", valueName: "number"))
  var maxSeries = ExporterOptions.defaultMaximumSeries

  @Option(help: ArgumentHelp("Print a file for systemd, Prometheus or Grafana instead.", valueName: "file"))
  var print: PrintedFile?

  @Flag(help: "Export only the slabs of the running kernel, not its allocations and call sites.")
  var noTraffic = false

  @OptionGroup(title: "Traffic of the running kernel") var watch: TrafficWatchOptions
  @OptionGroup(title: "Replay") var playback: PlaybackOptions

  func validate() throws {
    guard (0...1000).contains(sites) else { throw ValidationError("--sites: expected 0 to 1000") }
    guard (100...1_000_000).contains(maxSeries) else { throw ValidationError("--max-series: expected 100 to 1000000") }
    guard interval.map({ (1...3600).contains($0.seconds) }) ?? true else {
      throw ValidationError("--interval: expected 1 second to 1 hour")
    }
    guard playback.workload == nil else { throw ValidationError("--workload: name it with --source") }
    if source != Input.kernelName, let name = watch.givenNames.first ?? (noTraffic ? "--no-traffic" : nil) {
      throw ValidationError("\(name) requires the source kernel")
    }
    if noTraffic, let name = watch.givenNames.first {
      throw ValidationError("\(name) and --no-traffic exclude each other")
    }
  }

  func run() throws {
    if let print { return Standard.output(print.text(program: ServeCommand.programPath, address: listen)) }
    #if HTTP
      try serve()
    #else
      throw Failure.failed("serve: this slabscope was built without it; build it with the trait HTTP")
    #endif
  }

  /// Path of this program.
  private static var programPath: String {
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return path ?? "/usr/local/bin/slabscope"
  }

  #if HTTP
    private func serve() throws {
      var options = ExporterOptions()
      (options.maximumSeries, options.sites, options.version) = (maxSeries, sites, Version.number)
      options.interval = interval?.seconds ?? options.interval
      options.includesCache = try cacheFilter()
      // The signals are blocked before the first thread starts, so that only this thread takes them.
      let signals = EndSignals()
      let title: String
      let server: ExporterServer
      do {
        let source = try openSource()
        title = source.title
        let exporter = try Exporter(source, options)
        for problem in exporter.problems { Standard.error("slabscope: \(problem)\n") }
        server = try ExporterServer(exporter, at: listen)
      } catch let error as ExporterError {
        throw Failure.failed("\(error)")
      }
      if !listen.isLoopback {
        Standard.error(
          "slabscope: every host that can reach \(listen) can read the figures: there is no authentication\n")
      }
      Standard.error("slabscope: exporting \(title) at http://\(server.address)/metrics (ctrl-C ends)\n")
      while true {
        guard let signal = signals.next(milliseconds: 60_000) else { continue }
        guard signal.number == SIGHUP, !signal.isFromTerminal else { break }
        Standard.error("slabscope: SIGHUP: there is nothing to reload; restart the exporter to change its options\n")
      }
      server.stop()
    }
  #endif

  /// Opens the source of the figures.
  func openSource() throws -> ServedSource {
    let input = try Input(source, playback.traffic.changes)
    let catalog: SourceCatalog
    switch input {
    case .kernel:
      let reader = HostReader()
      let kernel = try KernelSource(reader, traffic: noTraffic ? nil : watch.options, requiresSlabs: false)
      return ServedSource(kernel, title: reader.title, watchesTraffic: !noTraffic)
    case .recording(let recording): catalog = SourceCatalog(recording: recording.recording, workload: nil, seed: 1)
    case .workload(let settings): catalog = SourceCatalog(recording: nil, workload: settings, seed: 1)
    case .snapshot, .history, .profile:
      throw Failure.usage(
        "--source \(source): expected kernel, a recording or a workload, found \(input.description)")
    }
    let entry = catalog.entries[catalog.first]
    let policy = try playback.chosenPolicy()
    let opened = try entry.open(.init(playback: playback, policy: policy, comparedPolicy: nil, speed: .normal))
    return ServedSource(opened, title: "\(entry.name) under \(policy.name)")
  }

  /// Returns the condition of --caches and --exclude-caches; nil for all caches.
  private func cacheFilter() throws -> (@Sendable (String) -> Bool)? {
    let included = try Pattern.matcher(caches, option: "--caches")
    let excluded = try Pattern.matcher(excludeCaches, option: "--exclude-caches")
    guard included != nil || excluded != nil else { return nil }
    return { name in included?(name) ?? true && !(excluded?(name) ?? false) }
  }
}
