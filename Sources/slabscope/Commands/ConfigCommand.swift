import ArgumentParser

/// `slabscope config`: where the settings lie, and a file to start from.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract:
      "Say where the dashboard's settings lie, and check them; with --print-default, print a file to start from.",
    discussion: """
      EXAMPLES
        slabscope config
        slabscope config --print-default > ~/.config/slabscope/config.toml
      """)

  @Flag(help: "Print every setting and key as they are by default.")
  var printDefault = false

  func run() throws {
    if printDefault { return Standard.output(Configuration.standardFile) }
    _ = try Configuration.user()
    Standard.output(Configuration.path + "\n")
  }
}
