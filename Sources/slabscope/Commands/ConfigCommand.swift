import ArgumentParser

/// `slabscope config`: prints the path of the configuration file, or a template.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract:
      "Check the dashboard's configuration file and print its path; with --print-default, print a template.",
    discussion: """
      EXAMPLES
        slabscope config
        slabscope config --print-default > ~/.config/slabscope/config.toml
      """)

  @Flag(help: "Print a template with the default of every setting and key.")
  var printDefault = false

  func run() throws {
    if printDefault { return Standard.output(Configuration.standardFile) }
    _ = try Configuration.user()
    Standard.output(Configuration.path + "\n")
  }
}
