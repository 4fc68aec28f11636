import ArgumentParser
import Glibc
import Workloads

/// The command line. Without a subcommand it opens the dashboard.
@main
struct Slabscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slabscope",
    abstract: "Shows how a slab allocator uses memory: every cache, slab and page, under real network traffic.",
    discussion: """
      EXAMPLES
        slabscope                              mixed network traffic
        slabscope tour                         learn it, step by step
        slabscope burst                        another workload
        slabscope x.slabtrace                  replay a recording
        slabscope --history x.history          record a history
        slabscope x.history@-5m                replay a history
        sudo slabscope kernel                  the running kernel
        sudo slabscope snapshot kernel         print its slabs
        slabscope diff a.json b.json           growth by cache
        slabscope leaks x.slabtrace            memory that is never freed
        sudo slabscope record -o x.slabtrace   record the kernel
        slabscope import t.txt -o x.slabtrace  convert ftrace text
        slabscope info x.slabtrace             print statistics
        slabscope profile x.slabtrace          who allocates
        slabscope run x.slabtrace              without a terminal
        sudo slabscope serve                   export to Prometheus

      Exit status: 0 success, 1 failure, 2 usage error, 128+n killed by signal n.
      """,
    version: Version.description,
    subcommands: [
      DashboardCommand.self, SnapshotCommand.self, DiffCommand.self, LeaksCommand.self, HistoryCommand.self,
      RunCommand.self,
      RecordCommand.self,
      ImportCommand.self,
      InfoCommand.self, ProfileCommand.self,
      CutCommand.self, MergeCommand.self, ValidateModelCommand.self, CompareCommand.self,
      SweepCommand.self,
      TourCommand.self, ExplainCommand.self, PoliciesCommand.self, WorkloadsCommand.self, AdviseCommand.self,
      ServeCommand.self, ThemesCommand.self,
      ConfigCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self)

  static func main() {
    // If the reader of a pipe ends first (`| head`), the write fails and the program ends without a message.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(ProcessArguments.all.dropFirst())
    let defaultCommand = DashboardCommand.configuration.commandName ?? ""
    // The subcommand whose help explains a usage error.
    var subcommand = arguments.first.flatMap { optionNames[$0] == nil ? $0.hasPrefix("-") ? defaultCommand : nil : $0 }
    do {
      let arguments = try ProgramArguments(
        arguments, commands: optionNames, defaultCommand: defaultCommand, isInput: Input.isName,
        inputs: Input.names)
      subcommand = arguments.command ?? defaultCommand
      var command = try parseAsRoot(arguments.arguments)
      try command.run()
    } catch let error as Failure {
      end(error.description, isUsage: error.isUsage, status: error.isUsage ? 2 : 1, subcommand)
    } catch {
      let status = exitCode(for: error)
      if status.isSuccess {
        printHelp(error)
        Glibc.exit(0)
      }
      let isUsage = status == .validationFailure
      let message = isUsage ? ErrorText.message(ofParser: message(for: error)) : "\(error)"
      end(message, isUsage: isUsage, status: isUsage ? 2 : status.rawValue, subcommand)
    }
  }

  /// Ends the program with an error message.
  private static func end(_ message: String, isUsage: Bool, status: Int32, _ command: String?) -> Never {
    Standard.error(ErrorText.text(message, isUsage: isUsage, command: command))
    Glibc.exit(status)
  }

  /// Prints the help, the version or the completion script that the user asked for.
  private static func printHelp(_ request: any Error) {
    let arguments = ProcessArguments.all.dropFirst()
    let text = fullMessage(for: request)
    guard text.hasPrefix("OVERVIEW: ") || text.hasPrefix("USAGE: ") else {
      return Standard.output(CompletionScript.completed(text) + "\n")
    }
    let command = configuration.subcommands.first { command in
      text.contains("USAGE: slabscope \(command.configuration.commandName ?? "") ")
        || text.contains("USAGE: slabscope \(command.configuration.commandName ?? "")\n")
    }
    let includesHidden = arguments.contains("--help-hidden")
    Standard.output(HelpText.text(of: command ?? Slabscope.self, includeHidden: includesHidden) + "\n")
  }
}
