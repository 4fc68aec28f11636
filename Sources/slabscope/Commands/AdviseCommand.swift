import Advisor
import ArgumentParser
import FoundationEssentials
import Glibc
import Recordings
import SlabEngine
import Telemetry
import Workloads

/// `slabscope advise`: computes the general-cache sizes, page orders and caches that fit a workload.
struct AdviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Compute the general-cache sizes, page orders and caches that fit a recording, and prove them by replay.",
    discussion: """
      The sizes are optimal for a model of the slab memory of each size class: rounding, slab tails, free objects. The same events \
      are then replayed with these sizes and with those of other policies. For several recordings, one set of sizes is computed and \
      tested on each of them. If little memory can be saved, the advice is to change nothing.

      All events of a recording are replayed with the advised sizes and with those of --policy. Of a recording of more than 2,000,000 \
      events, the other comparisons replay a part around the peak of requested bytes; the report says which. A profile \
      (.slabprofile) has no events: the sizes follow from the model alone, and the parts that need a replay are left out.

      With --prometheus there is no input: the server adds up the live objects of all hosts that export them (slabscope serve), and the \
      one set of sizes that fits them all is computed by the model, with its cost on each host, the worst first.

      EXAMPLES
        slabscope advise x.slabtrace
        slabscope advise x.slabtrace --classes 8 --format html -o advice.html
        slabscope advise monday.slabtrace tuesday.slabtrace --apply advised.toml
        slabscope advise monday.slabtrace tuesday.slabtrace --holdout
        slabscope compare x.slabtrace --policy linux --policy advised.toml
        slabscope advise x.slabtrace --tunables
        slabscope advise x.slabprofile
        slabscope advise --prometheus http://localhost:9090 --range 7d
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, html }
  enum Objective: String, ExpressibleByArgument, CaseIterable { case peak, mean }

  @Argument(
    help: "Recordings (.slabtrace) or names of bundled ones, workloads, profiles (.slabprofile); - for standard input.",
    completion: .events)
  var inputs: [String] = []

  @Option(help: "Largest number of classes (default: at the knee of the curve of slab memory by number of classes).")
  var classes: Int?

  @Flag(help: "Keep every power of two up to the largest request as a size class.")
  var keepPowersOfTwo = false

  @Option(help: ArgumentHelp("Allowed page orders of slabs, e.g. 0-3.", valueName: "range"))
  var orders = NumberList(numbers: [0, 1, 2, 3])

  @Option(help: "Machine memory of the replays, e.g. 64M (default: enough for every policy).")
  var memory: ByteSize?

  @Option(help: "Fit the live objects at the peak of requested bytes (peak), or on average (mean).")
  var objective = Objective.peak

  @Option(
    help: ArgumentHelp("Policy, or TOML file, for everything except the sizes.", valueName: "name"), completion: .policy
  )
  var policy = Policy.linux.name

  @Option(help: "Number of events to use from each input (default: all of a recording, 1,000,000 of a workload).")
  var events: Int?

  @OptionGroup var traffic: TrafficOptions

  @Flag(
    help: ArgumentHelp(
      "Advise on the settings of the Linux slab allocator: sysfs files and boot parameters.",
      discussion: """
        Searches values of cpu_partial and min_partial for each cache (/sys/kernel/slab), and of the boot parameters \
        slab_min_order, slab_max_order and slab_min_objects, by replay on the model of SLUB. The values are chosen on the \
        first half of each recording and tested on the second half. The result lists the memory saved and its cost: \
        operations on node lists, slabs allocated, and slabs of more than one page. With changed page orders, the caches \
        start with the same live objects and the same share of free space in slabs of the new order. slab_nomerge is \
        judged only if no cache of the recording is merged.
        """))
  var tunables = false

  @Flag(
    help:
      "Compute the sizes from the first input and test them on the others (the halves of each input are always tested so)."
  )
  var holdout = false

  @Option(
    help: ArgumentHelp(
      "Write the advised policy to this TOML file, for run, compare and the dashboard; - for standard output.",
      valueName: "file"), completion: .file(extensions: ["toml"]))
  var apply: String?

  @Flag(help: "Start the replay of a recording with empty caches instead of the kernel's slabs at its first event.")
  var cold = false

  @Option(help: VerificationArgument.help(default: "64"))
  var verify: VerificationArgument?

  @Option(help: "text, json, or html (a report with pictures in one file).")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  @OptionGroup(title: "Many hosts") var prometheus: PrometheusOptions

  @Option(
    help: ArgumentHelp(
      "Number of hosts of --prometheus to list, the worst first (default: 10); 0 asks for the sum of all hosts only.",
      valueName: "number"))
  var hosts: Int?

  func validate() throws {
    try validatePrometheus()
    guard !inputs.isEmpty || prometheus.prometheus != nil else {
      throw ValidationError(
        "expected at least one recording (.slabtrace), workload or profile, or --prometheus URL")
    }
    guard classes.map({ (1...128).contains($0) }) ?? true else {
      throw ValidationError("--classes: expected a number from 1 to 128")
    }
    guard !tunables || (format != .html && apply == nil && !holdout && classes == nil) else {
      throw ValidationError("--tunables requires --format text or json, and excludes --apply, --holdout and --classes")
    }
    guard !holdout || inputs.count > 1 else {
      throw ValidationError(
        "--holdout: expected two inputs or more; the sizes are computed from the first and tested on the others")
    }
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events: expected a number of at least 1") }
    let numbers = orders.numbers
    guard let first = numbers.first, let last = numbers.last, numbers == Array(first...max(first, last)), last <= 10
    else {
      throw ValidationError("--orders: expected a range within 0-10, e.g. 0-3")
    }
  }

  func run() throws {
    try output.check()
    if let apply { try OutputFile.check(apply, overwrites: output.force) }
    if let url = prometheus.prometheus { return try adviseOnFleet(url) }
    let inputs = try inputs.map { name in
      try namedInput(name, Input(name, traffic.changes))
    }
    if tunables { return try adviseOnTunables(inputs) }
    let options = try adviceOptions()
    let all = inputs.map(\.traffic)
    let progress = Progress("advising")
    defer { progress.end() }
    do {
      let joint = try all.count > 1 && !holdout ? JointAdvice(for: all.map { try $0.demand() }, options) : nil
      let other = try holdout ? all[0].demand() : nil
      let judged = Array(all.dropFirst(holdout ? 1 : 0))
      let reports = try judged.enumerated().map { index, traffic in
        try traffic.report(options, joint: joint, derivedFrom: other) { done, parts, description in
          progress.update(index * parts + done, of: judged.count * parts, description)
        }
      }
      progress.end()
      try write(reports, inputs.map(\.identity))
    } catch let error as AdviceError {
      if case .tooFewClasses = error { throw Failure.usage("\(error)") }
      throw Failure.failed("\(error)")
    } catch let error as EngineError {
      throw Failure.usage("--memory: \(error)")
    } catch let error as SlabtraceError {
      throw Failure.failed("\(inputs.map(\.name).joined(separator: ", ")): \(error)")
    }
  }

  /// The parameters of the advisor that the options name.
  func adviceOptions() throws -> AdviceOptions {
    var options = AdviceOptions()
    (options.classes, options.keepsPowersOfTwo) = (classes, keepPowersOfTwo)
    options.objective = objective == .peak ? .peak : .mean
    options.orders = (orders.numbers.first ?? 0)...(orders.numbers.last ?? 3)
    options.memoryBytes = memory?.bytes
    options.isCold = cold
    options.verification = verify?.verification ?? .sampled
    options.base = try PolicyArgument.policy(policy)
    return options
  }

  private struct NamedInput {
    let name: String
    let input: Input
    let identity: InputIdentity
    let traffic: AdvisedTraffic
  }

  private func namedInput(_ name: String, _ input: Input) throws -> NamedInput {
    if case .profile(let found) = input {
      return NamedInput(
        name: name, input: input, identity: InputIdentity(input), traffic: .profile(found.profile))
    }
    let found = try input.events(name)
    return NamedInput(
      name: name, input: input, identity: found.identity,
      traffic: .events(found.source, count: found.count(upTo: events)))
  }

  private func adviseOnTunables(_ inputs: [NamedInput]) throws {
    let advice = try inputs.map { named in
      let name = named.name
      guard case .recording(let found) = named.input else {
        throw Failure.usage("--tunables: expected recordings of a kernel, found \(named.input.description): \(name)")
      }
      let recording = found.recording
      let progress = Progress("replaying with several settings")
      defer { progress.end() }
      do {
        return try TunablesAdvice(
          for: recording, start: cold ? nil : ReplayStart(recording), memoryBytes: memory?.bytes ?? 4 << 30)
      } catch let error as SlabtraceError {
        throw Failure.failed("\(name): \(error)")
      } catch let error as EngineError {
        throw Failure.usage("--memory: \(error)")
      }
    }
    if format == .json {
      let documents = zip(advice, inputs).map { JSONDocument(result: $0, source: $1.identity) }
      try output.write(JSONText.text(of: documents))
    } else {
      let texts = zip(advice, inputs).map { "\($0.text)\n\n\($1.identity.text)\n" }
      try output.write(texts.joined(separator: "\n"))
    }
  }

  /// Writes the advised policy to a TOML file.
  func write(_ policy: Policy, to path: String) throws {
    try OutputFile.write(policy.toml, to: path, overwrites: output.force)
    Standard.error(
      "wrote the advised policy to \(OutputFile.title(path)): slabscope compare INPUT --policy linux --policy \(path)\n"
    )
  }

  private func write(_ reports: [AdviceReport], _ identities: [InputIdentity]) throws {
    // With --holdout, the first input has no report of its own.
    let sources = Array(identities.suffix(reports.count))
    if let apply, let report = reports.first {
      var policy = report.advice.policy
      // The model of Linux has no caches of single call sites.
      if policy.slub == nil, let ownCaches = report.ownCaches { policy.own = ownCaches.advised.own }
      try write(policy, to: apply)
    }
    switch format {
    case .text:
      let texts = zip(reports, sources).map { "\($0.text)\n\n\($1.text)\n" }
      try output.write(texts.joined(separator: "\n"))
    case .json:
      let documents = zip(reports, sources).map { JSONDocument(result: $0, source: $1) }
      try output.write(JSONText.text(of: documents, keys: .convertToSnakeCase))
    case .html: try output.write(AdviceReport.html(reports))
    }
  }
}
