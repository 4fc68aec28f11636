import Advisor
import ArgumentParser
import Foundation
import Recordings
import SlabEngine
import Telemetry
import Workloads

/// `slabscope advise`: which sizes, orders and caches fit a workload?
struct AdviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Say which general-cache sizes, orders and caches fit a recording, with proof by replay.",
    discussion: """
      The sizes are the best that there are, by a model of what each class holds: rounding, slab tails, free objects. Then \
      the same events are replayed, with those sizes and with others'. Of several recordings, one set for all is derived, \
      and held against each. Where there is little to win, the advice is to leave it.

      EXAMPLES
        slabscope advise x.slabtrace
        slabscope advise x.slabtrace --classes 8 --format html > advice.html
        slabscope advise monday.slabtrace tuesday.slabtrace --apply advised.toml
        slabscope advise monday.slabtrace tuesday.slabtrace --holdout
        slabscope compare x.slabtrace --policy linux --policy advised.toml
        slabscope advise x.slabtrace --tunables
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, html }
  enum Objective: String, ExpressibleByArgument, CaseIterable { case peak, mean }

  @Argument(help: "Recordings (.slabtrace), or workloads.")
  var inputs: [String]

  @Option(help: "Classes at most (default: as many as Linux has, \(Policy.linux.generalCacheSizes.count)).")
  var classes: Int?

  @Flag(help: "Every power of two up to the largest request stays a class.")
  var keepPowersOfTwo = false

  @Option(help: ArgumentHelp("Page orders that slabs may have, e.g. 0-3.", valueName: "range"))
  var orders = NumberList(numbers: [0, 1, 2, 3])

  @Option(help: "Machine memory of the replays (default: plenty).")
  var memory: ByteSize?

  @Option(help: "peak: what lives when most is asked for; mean: what lives on average.")
  var objective = Objective.peak

  @Option(help: ArgumentHelp("All but the sizes is as in this policy, or TOML file.", valueName: "name"))
  var policy = Policy.linux.name

  @Option(help: "Look at so many events of each input (default: all of a recording, 1,000,000 of a workload).")
  var events: Int?

  @OptionGroup var traffic: TrafficOptions

  @Flag(
    help: ArgumentHelp(
      "Advise on what a Linux kernel can be set to, at run time and on its command line.",
      discussion: """
        Searches cpu_partial and min_partial of each cache (/sys/kernel/slab), and slab_min_order, slab_max_order and \
        slab_min_objects, which act on all caches from the next boot, by replay on the model of SLUB. The first half of \
        each recording is searched, the second is held against the result. Memory saved stands beside its price: \
        operations on node lists, slabs made of pages, and those of them that take more than one page. Where page orders \
        change, the caches begin with the same live objects and the same share of free space in slabs of the new order. \
        slab_nomerge is judged only if the recording says that no cache is merged.
        """))
  var tunables = false

  @Flag(help: "Derive from the first input, and hold that against the others (halves of each are always held so).")
  var holdout = false

  @Option(help: ArgumentHelp("Write the advised policy here, for run, compare and the dashboard.", valueName: "file"))
  var apply: String?

  @Flag(help: "Replay a recording on an empty machine, not with what the kernel's caches held before its first event.")
  var cold = false

  @Option(help: "text, json, or html: a report with pictures, in one file.")
  var format = Format.text

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("name at least one recording (.slabtrace) or workload") }
    guard classes.map({ (1...128).contains($0) }) ?? true else {
      throw ValidationError("--classes takes a number from 1 to 128")
    }
    guard !tunables || (format != .html && apply == nil && !holdout && classes == nil) else {
      throw ValidationError("--tunables goes with --format text or json, and without --apply, --holdout and --classes")
    }
    guard !holdout || inputs.count > 1 else {
      throw ValidationError("--holdout derives from the first input and needs another to hold that against")
    }
    guard events.map({ $0 > 0 }) ?? true else { throw ValidationError("--events takes a number from 1 up") }
    let numbers = orders.numbers
    guard let first = numbers.first, let last = numbers.last, numbers == Array(first...max(first, last)), last <= 10
    else {
      throw ValidationError("--orders takes a range within 0-10, e.g. 0-3")
    }
  }

  func run() throws {
    if tunables { return try adviseOnTunables() }
    var options = AdviceOptions()
    (options.classes, options.keepsPowersOfTwo) = (classes, keepPowersOfTwo)
    options.objective = objective == .peak ? .peak : .mean
    options.orders = (orders.numbers.first ?? 0)...(orders.numbers.last ?? 3)
    options.memoryBytes = memory?.bytes
    options.isCold = cold
    options.base = try PolicyArgument.policy(policy)
    let sources = try inputs.map { try source($0) }
    do {
      let joint = try sources.count > 1 && !holdout ? jointAdvice(sources, options) : nil
      let other = try holdout ? AllocationProfile(of: sources[0].0, upTo: sources[0].1) : nil
      let reports = try sources.dropFirst(holdout ? 1 : 0).map { source, events in
        Standard.progress("advising on \(source.name): profile, replays of \(events) events")
        return try AdviceReport(for: source, events: events, options, joint: joint, derivedFrom: other)
      }
      Standard.progress("")
      try write(reports)
    } catch let error as AdviceError {
      Standard.progress("")
      if case .tooFewClasses = error { throw Failure.usage("\(error)") }
      throw Failure.failed("\(error)")
    } catch let error as EngineError {
      Standard.progress("")
      throw Failure.usage("--memory: \(error)")
    } catch let error as SlabtraceError {
      Standard.progress("")
      throw Failure.failed("\(inputs.joined(separator: ", ")): \(error)")
    }
  }

  private func adviseOnTunables() throws {
    let advice = try inputs.map { input in
      guard !TrafficOptions.isWorkload(input) else {
        throw Failure.usage("--tunables takes recordings of a kernel; \(input) is a workload")
      }
      let recording = try Recording(file: input)
      Standard.progress("replaying \(input) under several settings")
      defer { Standard.progress("") }
      do {
        return try TunablesAdvice(
          for: recording, start: cold ? nil : ReplayStart(recording), memoryBytes: memory?.bytes ?? 4 << 30)
      } catch let error as SlabtraceError {
        throw Failure.failed("\(input): \(error)")
      } catch let error as EngineError {
        throw Failure.usage("--memory: \(error)")
      }
    }
    if format == .json {
      let documents = try advice.map { try $0.json() }
      Standard.output(documents.count == 1 ? documents[0] : "[" + documents.joined(separator: ",\n") + "]\n")
    } else {
      Standard.output(advice.map(\.text).joined(separator: "\n\n") + "\n")
    }
  }

  private func source(_ name: String) throws -> (any AllocationEventSource, Int) {
    if TrafficOptions.isWorkload(name) { return (try traffic.settings(name).make(), events ?? 1_000_000) }
    guard !traffic.isSet else {
      throw Failure.usage("--rate, --flows and so on set parameters of a workload; \(name) is none")
    }
    let recording = try Recording(file: name)
    return (recording, min(events ?? recording.eventCount, recording.eventCount))
  }

  private func jointAdvice(_ sources: [(any AllocationEventSource, Int)], _ options: AdviceOptions) throws
    -> JointAdvice
  {
    try JointAdvice(for: try sources.map { try AllocationProfile(of: $0.0, upTo: $0.1) }, options)
  }

  private func write(_ reports: [AdviceReport]) throws {
    if let apply, let report = reports.first {
      var policy = report.advice.policy
      // A policy that is replayed on the model of Linux has no own caches.
      if policy.slub == nil { policy.own = report.ownCaches.advised.own }
      do {
        try AtomicFile.write(Array(policy.toml.utf8), to: apply)
      } catch {
        throw Failure.failed("\(error)")
      }
      Standard.error("wrote the advised policy to \(apply): slabscope compare INPUT --policy linux --policy \(apply)\n")
    }
    switch format {
    case .text: Standard.output(reports.map(\.text).joined(separator: "\n\n") + "\n")
    case .json:
      let documents = try reports.map { try $0.json() }
      Standard.output(documents.count == 1 ? documents[0] : "[" + documents.joined(separator: ",\n") + "]\n")
    case .html: Standard.output(AdviceReport.html(reports))
    }
  }
}
