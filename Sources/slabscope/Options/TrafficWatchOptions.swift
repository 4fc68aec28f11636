import ArgumentParser
import Kernel

/// Options of watching the traffic of the running kernel.
struct TrafficWatchOptions: ParsableArguments {
  @Flag(help: "Record the call stacks of allocations in the running kernel, not only their call sites.")
  var stacks = false

  @Option(
    help: ArgumentHelp(
      "Largest share of the time of all CPUs that counting the running kernel's allocations may take. If it takes more, fewer objects are followed (default: 5).",
      valueName: "percent"))
  var maxOverhead: Double?

  @Option(
    help: ArgumentHelp(
      "Follow one object in this number from its allocation to its free: 1, 4, 16 or 64 (default: chosen by the rate of allocations). All allocations are counted.",
      valueName: "number"))
  var sampling: Int?

  func validate() throws {
    guard maxOverhead.map({ (0.1...100).contains($0) }) ?? true else {
      throw ValidationError("--max-overhead: expected 0.1 to 100 percent")
    }
    guard sampling.map({ [1, 4, 16, 64].contains($0) }) ?? true else {
      throw ValidationError("--sampling: expected 1, 4, 16 or 64")
    }
  }

  /// Names of the options that are given.
  var givenNames: [String] {
    [stacks ? "--stacks" : nil, maxOverhead.map { _ in "--max-overhead" }, sampling.map { _ in "--sampling" }]
      .compactMap { $0 }
  }

  /// Throws a usage failure if one of the options is given, although the running kernel is not watched.
  /// - Parameter found: Description of the input.
  func checkUnused(found: String) throws(Failure) {
    guard let name = givenNames.first else { return }
    throw Failure.usage("\(name): expected the input kernel for this option, found \(found)")
  }

  /// The options for the watcher.
  var options: Kernel.TrafficOptions {
    var options = Kernel.TrafficOptions()
    options.recordsStacks = stacks
    options.maximumOverheadPercent = maxOverhead ?? options.maximumOverheadPercent
    options.sampling = sampling
    return options
  }
}
