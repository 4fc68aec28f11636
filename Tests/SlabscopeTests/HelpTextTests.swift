import ArgumentParser
import Testing

@testable import slabscope

@Suite struct HelpTextTests {
  private static let commands: [any ParsableCommand.Type] = [Slabscope.self] + Slabscope.configuration.subcommands

  @Test(arguments: [80, 60])
  func noLineIsWiderThanTheTerminal(columns: Int) {
    for command in HelpTextTests.commands {
      for line in HelpText.text(of: command, columns: columns).split(separator: "\n") {
        #expect(line.count <= columns, "\(command): \(line)")
      }
    }
  }

  /// An example is printed as it is written or, if it is wider than the terminal, continued with backslashes.
  @Test(arguments: [80, 60])
  func examplesCanBeCopied(columns: Int) {
    for command in HelpTextTests.commands {
      let examples = HelpText.examples(in: command.configuration.discussion)
      let help = HelpText.text(of: command, columns: columns)
      let joined = help.replacing(#/ \\\n +/#, with: " ")
      for example in examples {
        let line =
          example.contains(#/\S {2,}\S/#) ? String(example.prefix { $0 != "\n" }.split(separator: "  ")[0]) : example
        #expect(joined.contains(line.trimmingPrefix { $0 == " " }), "\(command): \(example)")
      }
    }
  }

  @Test func wideExamplesAreContinuedWithBackslashes() {
    #expect(
      HelpText.folded("  slabscope cut x.slabtrace --cache 'a b' -o y", columns: 36)
        == ["  slabscope cut x.slabtrace \\", "      --cache 'a b' -o y"])
    #expect(
      HelpText.folded("  slabscope info x     print it", columns: 20) == ["  slabscope info x", "      print it"])
    #expect(HelpText.folded("  slabscope", columns: 20) == ["  slabscope"])
  }

  @Test func usageIsBrokenBetweenOptions() {
    let help = HelpText.fitted("USAGE: slabscope x <file> [--output <output>] [--all]", discussion: "", columns: 30)
    #expect(help == "USAGE: slabscope x <file>\n       [--output <output>]\n       [--all]")
  }

  @Test func optionsAreFoundInTheHelp() {
    let help =
      "OPTIONS:\n  -o, --output <file>     A file.\n  --packet-ends/--no-packet-ends\n                          Ends.\n  -h, --help   H.\n"
    #expect(HelpText.options(in: help) == ["-o", "--output", "--packet-ends", "--no-packet-ends", "-h", "--help"])
  }
}
