import ArgumentParser
import Foundation

/// The command line. Without a subcommand it opens the dashboard.
@main
struct Slabscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slabscope",
    abstract: "Shows how a slab allocator uses memory: every cache, slab and page, under real network traffic.",
    discussion: """
      EXAMPLES
        slabscope                                   dashboard, mixed network traffic
        slabscope dashboard --workload burst        dashboard, another workload
        slabscope dashboard x.slabtrace             dashboard, replay a recording
        slabscope --history x.history               dashboard, record a history
        slabscope history x.history                 dashboard, replay a history
        sudo slabscope --host                       dashboard of the running kernel
        sudo slabscope snapshot kernel              print the kernel's slabs
        sudo slabscope record -o x.slabtrace -- CMD record the kernel during CMD
        slabscope import trace.txt -o x.slabtrace   convert ftrace text
        slabscope info x.slabtrace                  print statistics
        slabscope run --replay x.slabtrace          replay without a terminal

      Exit status: 0 success, 1 failure, 2 usage error, 128+n killed by signal n.
      """,
    version: "slabscope 0.1.0 (\(buildOptions))",
    subcommands: [
      DashboardCommand.self, SnapshotCommand.self, HistoryCommand.self, RunCommand.self, RecordCommand.self,
      ImportCommand.self,
      InfoCommand.self,
      CutCommand.self, MergeCommand.self, ValidateModelCommand.self, CompareCommand.self,
      PoliciesCommand.self, WorkloadsCommand.self, AdviseCommand.self, ThemesCommand.self, ConfigCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self)

  static func main() {
    // If the reader of a pipe ends first (`| head`), the write fails and the program ends without a message.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as Failure {
      Standard.error("slabscope: \(error)\n")
      Foundation.exit(error.isUsage ? 2 : 1)
    } catch {
      // Errors of ArgumentParser: help and version go to standard output with status 0, usage errors to standard error with 2.
      let status = exitCode(for: error)
      let message = fullMessage(for: error)
      if status.isSuccess {
        Standard.output(message + "\n")
        Foundation.exit(0)
      }
      Standard.error(message + "\n")
      Foundation.exit(status == .validationFailure ? 2 : status.rawValue)
    }
  }
}

/// The package traits that this program was built with and without, for --version.
private let buildOptions: String = {
  #if Capture
    let capture = "with data capture"
  #else
    let capture = "without data capture"
  #endif
  #if BPF
    return capture + ", with BPF"
  #else
    return capture + ", without BPF"
  #endif
}()
