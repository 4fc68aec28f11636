import Advisor
import Recordings
import Settings
import Sweeps
import TextOutput
import Workloads

extension Sweep {
  /// Reads a plan file and its policies. Inputs are opened when their cells are needed.
  /// - Throws: a `Failure` that names the file and the line.
  convenience init(planFile file: String) throws {
    do {
      let plan = try SweepPlan(toml: String(decoding: try InputFile(file).readAll(), as: UTF8.self), file: file)
      let policies = try plan.policies.enumerated().map { index, entry in
        try Sweep.naming(plan, index, "policies") { try PolicyArgument.policy(plan.path(of: entry)) }
      }
      try self.init(plan, policies: policies, version: Version.number) { index in
        try Sweep.naming(plan, index, "inputs") {
          try SweepInput(named: plan.path(of: plan.inputs[index]), startsEmpty: plan.startsEmpty)
        }
      }
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    } catch let error as SweepError {
      throw Failure.usage("\(error)")
    }
  }

  /// Calls a function, and names the entry of the plan in its failure.
  private static func naming<Result>(
    _ plan: SweepPlan, _ index: Int, _ key: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let failure as Failure {
      throw Failure(description: "\(plan.error(failure.description, entry: index, of: key))", isUsage: failure.isUsage)
    }
  }
}

extension SweepInput {
  /// Opens a recording or a workload.
  /// - Throws: a `Failure`.
  fileprivate init(named name: String, startsEmpty: Bool) throws {
    let input = try Input(name)
    if case .workload(var settings) = input {
      // The plan sets the seed.
      settings.parameters.seed = 0
      let seedless = settings
      self.init(contentHash: ContentHash(settings.toml.utf8), eventCount: nil, start: nil) { seed in
        var settings = seedless
        settings.parameters.seed = seed
        return settings.make()
      }
      return
    }
    // Other inputs than recordings have errors that name the right command.
    _ = try input.events(name)
    let recording = try input.recording(name)
    do {
      let start = startsEmpty ? nil : try ReplayStart(recording)
      self.init(contentHash: recording.contentHash(), eventCount: recording.eventCount, start: start) { _ in recording }
    } catch {
      throw Failure.failed("\(name): \(error)")
    }
  }
}
