import ArgumentParser
import Glibc
import TextOutput
import Workloads

/// `slabscope workloads`: lists the synthetic workloads, and prints them as files.
struct WorkloadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workloads",
    abstract: "List the synthetic workloads, or print one as a TOML file.",
    discussion: """
      Every command that replays events takes a name or a file in this format as its input. --rate, --flows and other traffic \
      options set single parameters.

      EXAMPLES
        slabscope workloads
        slabscope workloads churn -o mine.toml
        slabscope run mine.toml --seconds 30
        slabscope dashboard router --cpus 8 --rate 1000000
      """)

  @Argument(
    help: "Workload to print; a file is printed with every parameter, including those that it omits.",
    completion: .workload)
  var name: String?

  @OptionGroup var traffic: TrafficOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    if let name {
      guard case .workload(let settings) = try Input(name, traffic.changes) else {
        throw Failure.usage(
          "\(name): expected a workload: \(WorkloadCatalog.names.joined(separator: ", ")), or a file (.toml)")
      }
      return try output.write(settings.toml)
    }
    let width = WorkloadCatalog.names.map(\.count).max() ?? 0
    try output.write(
      WorkloadCatalog.workloads.map {
        $0.name.padded(to: width + 2) + $0.summary + "\n"
      }.joined())
  }
}
