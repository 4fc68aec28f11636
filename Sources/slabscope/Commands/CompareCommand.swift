import Advisor
import ArgumentParser
import FoundationEssentials
import Glibc
import Recordings
import SlabEngine
import Telemetry
import Workloads

/// `slabscope compare`: compares the memory and time that policies need for the same events.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Replay the same events under several policies, and compare their memory and time.",
    discussion: """
      A recording is played once, a workload for --events events. Differences are to the first policy; * marks the best \
      policy of a row. Memory pressure occupies a share of memory in single pages, every other page first, so that few \
      blocks of higher orders are left. Only the time differs from run to run. The contents of one object in 64 are verified; a \
      damaged object is an error.

      EXAMPLES
        slabscope compare x.slabtrace --policy linux --policy hemment
        slabscope compare burst --policy linux --memory 8M,64M --pressure 0,50
        slabscope compare x.slabtrace --format svg -o memory.svg
        slabscope compare x.slabtrace --policy linux --policy hemment --by cache
        slabscope compare x.slabtrace --policy hemment --contention
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, svg }
  enum Grouping: String, ExpressibleByArgument, CaseIterable { case cache }

  @Argument(
    help:
      "Recording (.slabtrace) or its bundled name, workload (\(WorkloadCatalog.names.joined(separator: ", "))), workload file (.toml), or -.",
    completion: .events)
  var input: String

  @Option(
    help: ArgumentHelp("Policy, or TOML file; repeat the option for each policy (default: all).", valueName: "name"),
    completion: .policy)
  var policy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Machine memory, one or several sizes separated by commas (default: 64M, in addition to the kernel's slabs at the start).",
      valueName: "list"))
  var memory: ByteSizeList?

  @Option(help: ArgumentHelp("Memory pressure: percent of memory that is occupied, e.g. 0,50,80.", valueName: "list"))
  var pressure = NumberList(numbers: [0])

  @Option(help: "Number of events to play.")
  var events: Int?

  @Flag(help: "Start the replay of a recording with empty caches instead of the kernel's slabs at its first event.")
  var cold = false

  @Flag(
    help: ArgumentHelp(
      "Also replay with one thread per CPU, and show contention at the locks of pools.",
      discussion: "With slab sharing as in the policy, without sharing, and without sharing for the most used caches."))
  var contention = false

  @Option(help: VerificationArgument.help(default: "64"))
  var verify: VerificationArgument?

  @OptionGroup var traffic: TrafficOptions

  @Option(
    help: ArgumentHelp(
      "cache: slab memory of each cache under each policy, sorted by the difference to the first policy.",
      discussion: "Shared slabs are divided among their caches by the bytes of live objects.",
      valueName: "group"))
  var by: Grouping?

  @Option(help: "text, json, csv, or svg (slab memory over time).")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events: expected a number of at least 1") }
    guard by == nil || format != .svg else { throw ValidationError("--by cache requires --format text, json or csv") }
    guard pressure.numbers.allSatisfy({ $0 < 100 }) else {
      throw ValidationError("--pressure: expected percentages below 100")
    }
    guard !contention || format == .text || format == .json else {
      throw ValidationError("--contention requires --format text or json")
    }
  }

  func run() throws {
    try output.check()
    let names = policy.isEmpty ? Policy.presets.map(\.name) : policy
    let policies = try names.map { try PolicyArgument.policy($0) }
    for memory in memory?.sizes ?? [] {
      do {
        try policies[0].configuration(memoryBytes: memory.bytes, cpus: 1).check()
      } catch {
        throw Failure.usage("--memory: \(error)")
      }
    }
    let events = try Input(input, traffic.changes).events(input)
    let source = events.source
    for policy in policies {
      if let unknown = policy.unknownNames(in: source) { Standard.error("policy \(policy.name): \(unknown)\n") }
    }
    let count = events.count(upTo: self.events)
    let start = try cold ? nil : ReplayStart(source)
    let room = memory?.sizes.map(\.bytes) ?? [source.memoryBytes ?? (64 << 20 + (start?.slabBytes ?? 0))]
    let progress = Progress("comparing")
    defer { progress.end() }
    var comparison: PolicyComparison
    do {
      comparison = try PolicyComparison(
        of: source, events: count, policies: policies, memory: room,
        pressure: pressure.numbers, start: start, verification: verify?.verification ?? .sampled
      ) { done, all in
        progress.update(done, of: all, "\(done) events")
      }
      if contention {
        progress.update(0, of: nil, "replays with one thread per CPU")
        comparison.contention = try ContentionComparison(
          of: source, events: count, policies: policies, memoryBytes: room.max() ?? 64 << 20,
          start: start)
      }
    } catch let error as SlabtraceError {
      throw Failure.failed("\(input): \(error)")
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure.failed("\(error)")
    }
    progress.end()
    if by == .cache {
      switch format {
      case .text, .svg: try output.write(comparison.cachesText + "\n\n\(events.identity.text)\n")
      case .json:
        try output.write(
          JSONText.text(
            of: JSONDocument(result: comparison.cachesDocument, source: events.identity), keys: .convertToSnakeCase)
            + "\n")
      case .csv: try output.write(comparison.cachesCSV)
      }
      return
    }
    switch format {
    case .text: try output.write(comparison.text + "\n\n\(events.identity.text)\n")
    case .json: try output.write(JSONText.text(of: JSONDocument(result: comparison, source: events.identity)) + "\n")
    case .csv: try output.write(comparison.csv)
    case .svg: try output.write(comparison.svg)
    }
  }
}
