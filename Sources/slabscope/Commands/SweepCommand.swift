import ArgumentParser
import Recordings
import Settings
import SlabEngine
import Sweeps
import TextOutput
import Workloads

/// `slabscope sweep`: replays all combinations of a plan, on this host or as tasks of a scheduler, and prints the results.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Replay inputs x policies x memory sizes x pressures x seeds, on all cores or on a cluster.",
    discussion: """
      A plan is a TOML file. Only inputs is required; a relative path is relative to the plan:

        inputs = ["x.slabtrace", "burst"]
        policies = ["hemment", "linux", "mine.toml"]
        memory = ["64M", "256M"]
        pressure = [0, 50]
        seeds = [1, 2, 3]
        events = 1000000      # or seconds = 10
        cold = true           # start recordings with empty caches

      Each combination is a cell, whose result is a file in the folder of results. A cell is named by the hash of its input's \
      content, its policy, memory, pressure, seed and the version. Finished cells are skipped, so that an interrupted sweep \
      goes on when it is started again.

      EXAMPLES
        slabscope sweep plan.toml
        slabscope sweep plan.toml --table
        slabscope sweep plan.toml --best
        slabscope sweep plan.toml --slurm
        slabscope sweep plan.toml --slurm --sbatch=--partition=short
        slabscope sweep plan.toml --shard $JOB_COMPLETION_INDEX/64
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, jsonl }

  @Argument(help: ArgumentHelp("Plan file (.toml).", valueName: "plan"), completion: .file(extensions: ["toml"]))
  var plan: String

  @Option(
    help: ArgumentHelp(
      "Folder of the results, which tasks on several hosts share (default: PLAN without .toml, with .results).",
      valueName: "folder"), completion: .directory)
  var results: String?

  @Option(
    help: ArgumentHelp(
      "Cells to run at the same time (default: as many as cores, fewer if memory is short).", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp("Run only part I of N of the cells; I is 0 to N - 1.", valueName: "i/n"))
  var shard: String?

  @Flag(help: "Submit a job array to Slurm, and a job that writes table.txt, best.txt and results.jsonl after it.")
  var slurm = false

  @Option(help: ArgumentHelp("Cells of one task of --slurm (default: about 10 s of work).", valueName: "cells"))
  var chunk: Int?

  @Option(
    help: ArgumentHelp(
      "Option of sbatch for --slurm; repeat it for each: --sbatch=--partition=short.", valueName: "option"))
  var sbatch: [String] = []

  @Flag(help: "Print the cells and whether they are done.")
  var list = false

  @Flag(help: "Print the mean of each figure over the seeds, with its 95 % confidence interval.")
  var table = false

  @Flag(help: "Print which policy needs the least slab memory where, and the Pareto front.")
  var best = false

  @Flag(help: "Add the times to --table and --best. They differ between hosts and runs, all other figures do not.")
  var times = false

  @Option(help: VerificationArgument.help(default: "64"))
  var verify: VerificationArgument?

  @Option(help: "text, json, csv, or jsonl (--table: all results, one a line).")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [slurm, list, table, best].count(where: { $0 }) <= 1 else {
      throw ValidationError("--slurm, --list, --table and --best exclude each other")
    }
    guard jobs.map({ $0 > 0 }) ?? true else { throw ValidationError("--jobs: expected a number of at least 1") }
    guard chunk.map({ $0 > 0 }) ?? true else { throw ValidationError("--chunk: expected a number of at least 1") }
    guard shard.map({ SweepShard($0) != nil }) ?? true else {
      throw ValidationError("--shard: expected I/N with I from 0 to N - 1, such as 3/64, found '\(shard ?? "")'")
    }
    guard format != .jsonl || table else { throw ValidationError("--format jsonl requires --table") }
    guard !times || table || best else { throw ValidationError("--times requires --table or --best") }
    guard shard == nil || !(slurm || table || best) else {
      throw ValidationError("--shard excludes --slurm, --table and --best, which are about all cells")
    }
    guard slurm || (chunk == nil && sbatch.isEmpty) else {
      throw ValidationError("--chunk and --sbatch require --slurm")
    }
  }

  func run() throws {
    try output.check()
    do {
      let sweep = try Sweep(planFile: plan)
      let folder = ResultsFolder(results ?? plan.deletingPathExtension + ".results")
      if list { return try printList(sweep, folder) }
      if table || best { return try printTable(SweepTable(sweep, results: folder, hasTimes: times)) }
      try folder.create()
      if slurm { return try submit(sweep, folder) }
      try runCells(sweep, folder)
    } catch let error as SweepError {
      throw Failure.failed("\(error)")
    } catch let error as SlabtraceError {
      throw Failure.failed("\(plan): \(error)")
    }
  }

  /// The cells to run.
  private var cells: SweepShard { shard.flatMap { SweepShard($0) } ?? .whole }

  private func runCells(_ sweep: Sweep, _ folder: ResultsFolder) throws {
    warnAboutTimeBounds(sweep)
    let machines = try cells.cells(of: sweep.count).map { try sweep.cell(at: $0).memoryBytes }
    let jobs = jobs ?? LocalJobs.count(machineBytes: machines.max() ?? 0)
    let run = SweepRun(
      sweep, shard: cells, results: folder, jobs: jobs, verification: verify?.verification ?? .sampled)
    let progress = Progress("sweeping")
    defer { progress.end() }
    let summary = try run.run { done, all in progress.update(done, of: all, "\(done) of \(all) cells") }
    progress.end()
    for failure in summary.failures { Standard.error("slabscope: \(failure)\n") }
    let part = shard.map { "shard \($0): " } ?? ""
    Standard.error(
      "\(folder.path): \(part)\(summary.finished) cells finished, \(summary.skipped) were finished before\n")
    guard summary.failures.isEmpty else {
      throw Failure.failed(
        "\(summary.failures.count) cells have failed and have no result; start the sweep again to repeat them")
    }
  }

  /// Says which policies bound a round of shuffling by time, because their replays are not reproducible.
  private func warnAboutTimeBounds(_ sweep: Sweep) {
    for policy in sweep.policies {
      guard let bound = policy.shuffling?.nanosecondsPerRound, bound != .max else { continue }
      Standard.error(
        "slabscope: warning: policy \(policy.name) bounds a round of shuffling by time, so that equal seeds may give different "
          + "figures; remove nanoseconds_per_round from it\n")
    }
  }

  private func submit(_ sweep: Sweep, _ folder: ResultsFolder) throws {
    let list = try SweepList(sweep, shard: .whole, results: folder)
    let missing = list.entries.filter { !$0.isDone }
    guard !missing.isEmpty else {
      return Standard.output("all \(sweep.count) cells are done; print them with --table or --best\n")
    }
    let events = missing.reduce(0.0) { $0 + Double($1.cell.eventLimit ?? SweepInput.defaultCountOfWorkload) }
    let paths = SlurmArray.Paths(
      program: SlurmSubmission.program, plan: SlurmSubmission.absolute(plan),
      results: ResultsFolder(SlurmSubmission.absolute(folder.path)))
    let usual = SlurmArray.chunk(cellCount: sweep.count, eventsPerCell: events / Double(missing.count))
    let array = SlurmArray(
      name: sweep.plan.name, missing: missing.map(\.index), cellCount: sweep.count, chunk: chunk ?? usual, paths: paths)
    let jobs = try SlurmSubmission(array: array, options: sbatch).submit()
    Standard.output(
      """
      job \(jobs.array): \(array.shards.count) tasks for \(missing.count) of \(sweep.count) cells
      job \(jobs.merge): merges the results after them
      watch:   squeue --jobs \(jobs.array),\(jobs.merge)
      account: sacct --jobs \(jobs.array),\(jobs.merge) --format JobID,State,Elapsed,ExitCode
      output:  \(paths.results.logs)
      results: \(paths.results.path)/table.txt, best.txt, results.jsonl
      If tasks fail, submit the sweep again: finished cells are skipped.

      """)
  }

  private func printList(_ sweep: Sweep, _ folder: ResultsFolder) throws {
    let list = try SweepList(sweep, shard: cells, results: folder)
    switch format {
    case .json: try output.write(list.json())
    case .csv: try output.write(list.csv)
    case .text, .jsonl: try output.write(list.text)
    }
  }

  private func printTable(_ table: SweepTable) throws {
    let best = best ? SweepBest(table) : nil
    switch format {
    case .text: try output.write(best?.text ?? table.text)
    case .json: try output.write(best?.json() ?? table.json())
    case .csv: try output.write(best?.csv ?? table.csv)
    case .jsonl: try output.write(table.jsonLines())
    }
  }
}
