import ArgumentParser
import Profiles

/// `slabscope leaks`: searches an input for memory that is allocated and never freed.
struct LeaksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leaks",
    abstract: "Find call sites and caches whose live objects grow steadily.",
    discussion: """
      Inputs are the running kernel, a recording, a workload, a history, or two or more snapshots or recordings in the order of \
      time. The running kernel (needs root, or the capabilities BPF and PERFMON) is watched for --for; ctrl-C ends the watch early \
      with the figures up to then. A history of the running kernel (slabscope history FILE --record) finds the slowest leaks.

      Growth is the Theil-Sen slope, the median over all pairs of moments. The verdict also depends on the monotony of the growth, on \
      the ages of the live objects, and on the load:
        growing steadily   allocated all the time and not freed: a leak
        growing with load  a leak of each operation, or a queue
        cache filling up   kept on purpose, or coming to an end
        frees not visible  many objects end without a recorded free, or the
                           kernel's own count of the cache's objects did not grow
        grew               too few moments to tell more (less than 9)
      The first quarter of a recording is not judged, because everything that is live at its end was allocated in it.

      With --prometheus there is no input: the caches and call sites of all hosts that export them (slabscope serve) are judged in the \
      same way, after what follows the load of the host has been removed. The result names the hosts.

      EXAMPLES
        sudo slabscope leaks kernel --for 60s
        sudo slabscope leaks kernel --for 10m --stacks --format json
        slabscope leaks x.slabtrace
        slabscope leaks x.slabtrace --age 10s --format json
        slabscope leaks host.history --for 6h
        slabscope leaks monday.json tuesday.json kernel
        slabscope leaks --prometheus http://localhost:9090 --range 6h
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(
    help: ArgumentHelp(
      "kernel, a recording, workload or history, or two or more snapshots or recordings in the order of time.",
      valueName: "inputs"), completion: .input)
  var names: [String] = []

  @Option(help: "Count only live objects that are older, e.g. 10s, 5m (default: count all).")
  var age: TimeSpan?

  @Option(
    name: .customLong("for"),
    help:
      "Time to examine: of the running kernel from now on (default: 60s), of a recording or workload from its start, of a history up to its end."
  )
  var span: TimeSpan?

  @Option(help: "text or json.")
  var format = Format.text

  @OptionGroup var watch: TrafficWatchOptions
  @OptionGroup var traffic: TrafficOptions
  @OptionGroup var output: OutputOptions

  @OptionGroup(title: "Many hosts") var prometheus: PrometheusOptions

  @Option(
    help: ArgumentHelp(
      "Number of hosts of --prometheus to list for each suspect (default: 10).", valueName: "number"))
  var hosts: Int?

  func validate() throws {
    try validatePrometheus()
    guard !names.isEmpty || prometheus.prometheus != nil else {
      throw ValidationError("expected an input, such as kernel or a history, or --prometheus URL")
    }
    guard names.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("only one of the inputs can be standard input")
    }
  }

  func run() throws {
    try output.check()
    if let url = prometheus.prometheus { return try searchFleet(url) }
    let input = try LeakInput(names, traffic.changes, watch, span: span?.seconds)
    let (report, identities) = try input.report(leastAge: age?.seconds ?? 0)
    let document = LeakDocument(report, sources: identities)
    switch format {
    case .text: try output.write(LeakText(report, inputs: names, leastAge: age?.seconds ?? 0).text)
    case .json: try output.write(try JSONText.text(of: document) + "\n")
    }
  }
}
