import ArgumentParser
import Dashboard
import Glibc
import Kernel
import Profiles
import TextOutput

/// `slabscope profile`: prints who allocates, what lives and what grows.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Print the allocations of the kernel, a recording or a workload by call site, cache, size, CPU or stack.",
    discussion: """
      Inputs are kernel, recordings, workloads and profiles (.slabprofile); several are merged. The running kernel (needs root, or \
      the capabilities BPF and PERFMON) is watched for --for; ctrl-C ends the watch early with the figures up to then. The table by call site has the figures of \
      perf kmem stat --caller: ALLOC BYTES/EACH is its Total_alloc/Per, REQUESTED/EACH its Total_req/Per, OBJECTS its Hit, REMOTE \
      FREES its Ping-pong, FRAG its Frag. GROWTH is the growth of the live bytes from the first moment to the end.

      The text of /proc/allocinfo (kernels with CONFIG_MEM_ALLOC_PROFILING) is a profile of live objects by line of source code; \
      --allocinfo reads that of the running kernel at once. Slabs count at alloc_slab_page, and again as their objects at the call \
      sites.

      The format follows the name of the output: x.slabprofile can be an input of profile, merge and diff (it is JSON: gzip -dc \
      x.slabprofile | jq), x.pb.gz is for pprof, where a function's line number is the offset of the call in bytes. Metrics have at \
      most --limit time series of each figure (default: \(AllocationProfile.defaultMetricRows)); the rest is added up as "(rest)".

      EXAMPLES
        sudo slabscope profile kernel --for 10s
        sudo slabscope profile kernel --for 1m --stacks --format folded -o x.folded
        slabscope profile x.slabtrace
        slabscope profile x.slabtrace --by cache --sort live_bytes --limit 10
        slabscope profile x.slabtrace --filter 'cache = kmalloc-1k and growth > 1M'
        slabscope profile burst --for 5 --format json
        slabscope profile x.slabtrace -o x.slabprofile
        slabscope profile monday.slabprofile tuesday.slabprofile --by size
        slabscope profile x.slabtrace -o x.pb.gz
        slabscope profile x.slabtrace --format folded -o x.folded
      """)

  @Argument(
    help: ArgumentHelp(
      "kernel, recordings, workloads or profiles (.slabprofile); - for standard input.", valueName: "inputs"),
    completion: .input)
  var inputs: [String]

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Time to profile, e.g. 10 or 2m (default: 10 seconds of the running kernel, all of a recording, 1,000,000 events of a workload).",
      valueName: "seconds"))
  var duration: TimeSpan?

  @Option(
    help:
      "Rows (default: site; context for json and pprof, stack for folded, site-cache for metrics)."
  )
  var by: ProfileGrouping?

  @Option(
    help: "Figure by which rows are sorted, largest first; also the figure of folded. The lifetime is the median.")
  var sort = ProfileSortKey.allocBytes

  @Option(
    help: ArgumentHelp(
      "Rows to print: part of a call site, cache or stack, /regular expression/, or e.g. 'cache = dentry and live_bytes > 1M' (the dashboard's filter).",
      valueName: "expression"))
  var filter: String?

  @Option(help: "Largest number of rows.")
  var limit: Int?

  @Option(
    help:
      "Format (default: by the name of the output, or text)."
  )
  var format: ProfileFormat?

  @Flag(help: "Read /proc/allocinfo of the running kernel once instead of watching its allocations.")
  var allocinfo = false

  @OptionGroup var watch: TrafficWatchOptions
  @OptionGroup var traffic: TrafficOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("expected at least one recording, workload or profile") }
    guard inputs.count(where: { $0 == "-" }) < 2 else {
      throw ValidationError("only one of the inputs can be standard input")
    }
    guard inputs.count(where: { $0 == Input.kernelName }) < 2 else {
      throw ValidationError("only one of the inputs can be the running kernel")
    }
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit: expected a number of at least 1") }
    if allocinfo {
      guard inputs.contains(Input.kernelName) else { throw ValidationError("--allocinfo requires the input kernel") }
      guard duration == nil, watch.givenNames.isEmpty else {
        throw ValidationError(
          "--allocinfo reads the figures at one time: it excludes --for, --stacks, --max-overhead and --sampling")
      }
    }
    switch chosenFormat {
    case .slabprofile:
      guard by == nil, filter == nil, limit == nil else {
        throw ValidationError(
          "a .slabprofile has the whole profile: --by, --filter and --limit apply when it is printed")
      }
    case .pprof:
      guard by ?? .context == .context else {
        throw ValidationError("--by: a profile for pprof has a sample for each context")
      }
    case .folded:
      guard sort != .lifetime else {
        throw ValidationError("--sort: expected a figure that can be added up for folded, found lifetime")
      }
      guard by != .cpu || sort == .allocObjects else {
        throw ValidationError("--by cpu: only alloc_objects is known of CPUs; add --sort alloc_objects")
      }
    default: break
    }
    guard filter == nil || by != .cpu else { throw ValidationError("--filter: does not apply to rows of CPUs") }
  }

  /// Seconds for which the running kernel is watched if the user gives no time.
  private static let defaultWatchSeconds = 10.0

  private var chosenFormat: ProfileFormat { format ?? ProfileFormat(fileName: output.output) ?? .text }

  func run() throws {
    try output.check()
    let format = chosenFormat
    if format == .pprof || format == .slabprofile, output.output == "-", isatty(STDOUT_FILENO) == 1 {
      throw Failure.usage(
        "--format \(format.rawValue): is binary and cannot be written to a terminal; name a file with -o")
    }
    let filter = try filter.map { text throws(Failure) in
      do { return try ProfileFilter(text) } catch { throw Failure.usage("--filter: \(error)") }
    }
    let (profile, identity) = try profile()
    if format == .slabprofile { return try output.write(profile) }
    let grouping = by ?? format.grouping
    let all = filter?.rows(of: profile, by: grouping) ?? profile.rows(by: grouping)
    let sorted = profile.sorted(all, by: grouping == .cpu ? .allocObjects : sort)
    let rows = Array(sorted.prefix(limit ?? .max))
    switch format {
    case .text: try output.write(profile.text(sorted, by: grouping, limit: limit))
    case .json:
      let report = ProfileReport(profile, rows, by: grouping)
      try output.write(JSONText.text(of: JSONDocument(result: report, source: identity)) + "\n")
    case .csv: try output.write(profile.csv(rows, by: grouping))
    case .pprof: try output.write(profile.pprof(rows))
    case .folded: try output.write(profile.folded(rows, by: sort))
    case .openmetrics, .prometheus:
      let metrics: MetricsText.Format = format == .openmetrics ? .openMetrics : .prometheus
      try output.write(profile.metrics(sorted, metrics, limit: limit ?? AllocationProfile.defaultMetricRows))
    case .slabprofile: break
    }
  }

  /// Reads the running kernel's own profile.
  private static func readAllocinfo() throws(Failure) -> AllocationProfile {
    do {
      let allocinfo = try Allocinfo.read()
      allocinfo.warnAboutInaccuracy()
      return allocinfo.profile
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  /// Returns the profile of all inputs, and their identity.
  private func profile() throws -> (AllocationProfile, InputIdentity) {
    // All names are resolved before the first input is read, because the running kernel is watched for a time.
    let resolved = try inputs.map { (name: $0, input: try Input($0, traffic.changes)) }
    if let first = resolved.first, !resolved.contains(where: \.input.isKernel) {
      try watch.checkUnused(found: first.input.description)
    }
    let profiles = try resolved.enumerated().map { index, pair in
      var identity = InputIdentity(pair.input)
      if pair.input.isKernel, allocinfo { return (profile: try ProfileCommand.readAllocinfo(), identity: identity) }
      if pair.input.isKernel {
        let watched = try KernelWatch.result(
          watch, seconds: duration?.seconds ?? ProfileCommand.defaultWatchSeconds, comparesCounts: false)
        identity.watch = watched.status
        return (profile: watched.profile, identity: identity)
      }
      let progress = Progress("profiling")
      defer { progress.end() }
      progress.update(index, of: resolved.count, pair.name)
      return (profile: try pair.input.profile(pair.name, seconds: duration?.seconds), identity: identity)
    }
    guard profiles.count > 1 else { return profiles[0] }
    return (try AllocationProfile.merge(profiles.map(\.profile)), InputIdentity(merging: profiles.map(\.identity)))
  }
}

extension ProfileGrouping: ExpressibleByArgument {}
extension ProfileSortKey: ExpressibleByArgument {}
extension ProfileFormat: ExpressibleByArgument {}
