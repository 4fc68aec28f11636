import ArgumentParser
import Foundation
import Workloads

/// `slabscope workloads`: lists the synthetic workloads, and prints them as files.
struct WorkloadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workloads",
    abstract: "List the synthetic workloads, or print one as a TOML file.",
    discussion: """
      --workload of run and the dashboard, and the input of compare and advise, take a name or a file in this format. \
      --rate, --flows and other traffic options set single parameters.

      EXAMPLES
        slabscope workloads
        slabscope workloads churn > mine.toml
        slabscope run --workload mine.toml --seconds 30
        slabscope dashboard --workload router --cpus 8 --rate 1000000
      """)

  @Argument(help: "Workload to print; a file is printed with every parameter, including those that it omits.")
  var name: String?

  @OptionGroup var traffic: TrafficOptions

  func run() throws {
    if let name { return Standard.output(try traffic.settings(name).toml) }
    let width = WorkloadCatalog.names.map(\.count).max() ?? 0
    Standard.output(
      WorkloadCatalog.workloads.map {
        $0.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.summary + "\n"
      }.joined())
  }
}
