import Advisor
import ArgumentParser
import Foundation
import Recordings
import SlabEngine
import Telemetry
import Workloads

/// `slabscope compare`: what would another policy buy?
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Play the same events under several policies, and print what each costs and buys.",
    discussion: """
      A recording is played once; of a workload, --events events. Differences are against the first policy; * marks the \
      best of a row. Pressure takes so many percent of memory away, every other page as far as that goes, so that high \
      orders are hard to get. Only the time differs from run to run.

      EXAMPLES
        slabscope compare x.slabtrace --policy power-of-two --policy hemment
        slabscope compare burst --policy linux --policy mine.toml --memory 8M,64M --pressure 0,50
        slabscope compare x.slabtrace --policy linux --policy hemment --format svg > memory.svg
        slabscope compare x.slabtrace --policy linux --policy hemment --by cache
        slabscope compare x.slabtrace --policy hemment --contention
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, svg }
  enum Grouping: String, ExpressibleByArgument, CaseIterable { case cache }

  @Argument(
    help:
      "A recording (.slabtrace), or a workload: \(WorkloadCatalog.names.joined(separator: ", ")), or a TOML file of one."
  )
  var input: String

  @Option(help: ArgumentHelp("A policy, or a TOML file; again for each.", valueName: "name"))
  var policy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Machine memory; several are separated by commas (default: 64M, and room for what a recorded kernel held before).",
      valueName: "list"))
  var memory: ByteSizeList?

  @Option(help: ArgumentHelp("Percent of memory taken away, e.g. 0,50,80.", valueName: "list"))
  var pressure = NumberList(numbers: [0])

  @Option(help: "Play so many events.")
  var events: Int?

  @Flag(help: "Begin a recording on an empty machine, not with what the kernel's caches held before its first event.")
  var cold = false

  @Flag(
    help: ArgumentHelp(
      "Also replay on as many threads as CPUs, and show what threads wait for each other at the locks of pools.",
      discussion: "With slabs shared as the policy says, with none shared, and with the hottest caches apart."))
  var contention = false

  @OptionGroup var traffic: TrafficOptions

  @Option(
    help: ArgumentHelp(
      "cache: slab memory of each cache under each policy, the largest difference to the first policy first.",
      discussion: "Slabs that caches share are divided among them by the bytes of their live objects.",
      valueName: "what"))
  var by: Grouping?

  @Option(help: "text, json, csv, or svg: memory over time.")
  var format = Format.text

  func validate() throws {
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events takes a number from 1 up") }
    guard by == nil || format != .svg else { throw ValidationError("--by cache goes with --format text, json or csv") }
    guard pressure.numbers.allSatisfy({ $0 < 100 }) else {
      throw ValidationError("--pressure takes percents below 100")
    }
    guard !contention || format == .text || format == .json else {
      throw ValidationError("--contention goes with --format text or json")
    }
  }

  func run() throws {
    let names = policy.isEmpty ? Policy.presets.map(\.name) : policy
    let policies = try names.map { try PolicyArgument.policy($0) }
    for memory in memory?.sizes ?? [] {
      do {
        try policies[0].configuration(memoryBytes: memory.bytes, cpus: 1).check()
      } catch {
        throw Failure.usage("--memory: \(error)")
      }
    }
    let isWorkload = TrafficOptions.isWorkload(input)
    guard isWorkload || !traffic.isSet else {
      throw Failure.usage("--rate, --flows and so on set parameters of a workload; \(input) is none")
    }
    let source: any AllocationEventSource =
      isWorkload ? try traffic.settings(input).make() : try Recording(file: input)
    let recorded = (source as? Recording)?.eventCount
    let limit = events ?? recorded ?? 1_000_000
    let start = try cold ? nil : ReplayStart(source)
    let room = memory?.sizes.map(\.bytes) ?? [64 << 20 + (start?.slabBytes ?? 0)]
    var comparison: PolicyComparison
    do {
      comparison = try PolicyComparison(
        of: source, events: min(limit, recorded ?? limit), policies: policies, memory: room,
        pressure: pressure.numbers, start: start
      ) { done, all in
        Standard.progress("comparing: \(done) of \(all) runs")
      }
      if contention {
        Standard.progress("comparing: replays on threads")
        comparison.contention = try ContentionComparison(
          of: source, events: min(limit, recorded ?? limit), policies: policies, memoryBytes: room.max() ?? 64 << 20,
          start: start)
      }
    } catch let error as SlabtraceError {
      Standard.progress("")
      throw Failure.failed("\(input): \(error)")
    } catch let error as Failure {
      throw error
    } catch {
      Standard.progress("")
      throw Failure.failed("\(error)")
    }
    Standard.progress("")
    if by == .cache {
      switch format {
      case .text, .svg: Standard.output(comparison.cachesText + "\n")
      case .json: Standard.output(try comparison.cachesJSON())
      case .csv: Standard.output(comparison.cachesCSV)
      }
      return
    }
    switch format {
    case .text: Standard.output(comparison.text + "\n")
    case .json: Standard.output(try comparison.json())
    case .csv: Standard.output(comparison.csv)
    case .svg: Standard.output(comparison.svg)
    }
  }
}
