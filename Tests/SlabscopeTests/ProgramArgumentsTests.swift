import ArgumentParser
import Foundation
import Testing

@testable import slabscope

@Suite struct ProgramArgumentsTests {
  private func prepared(_ arguments: String...) throws -> ProgramArguments { try prepared(arguments) }

  private func prepared(_ arguments: [String]) throws -> ProgramArguments {
    try ProgramArguments(
      arguments, commands: Slabscope.optionNames, defaultCommand: "dashboard",
      isInput: { $0 == "burst" || $0 == "data" },
      inputs: ["burst", "churn"])
  }

  private func failure(_ arguments: String...) -> String? {
    do {
      _ = try ProgramArguments(
        arguments, commands: Slabscope.optionNames, defaultCommand: "dashboard",
        isInput: { $0 == "burst" || $0 == "data" }, inputs: ["burst", "churn"])
      return nil
    } catch {
      #expect(error.isUsage)
      return error.description
    }
  }

  @Test func misspeltCommandsAreReportedWithASuggestion() {
    #expect(failure("snapshto") == "unknown command 'snapshto', did you mean 'snapshot'?")
    #expect(failure("advice", "x.slabtrace") == "unknown command 'advice', did you mean 'advise'?")
    #expect(failure("thems") == "unknown command 'thems', did you mean 'themes'?")
    #expect(failure("help", "inof") == "unknown command 'inof', did you mean 'info'?")
    #expect(failure("help", "xyzzy") == "unknown command 'xyzzy'")
    #expect(failure("rnu") == "unknown command 'rnu', did you mean 'run'?")
    #expect(failure("brust") == "unknown input 'brust', did you mean 'burst'?")
    #expect(failure("xyzzy") == "xyzzy: no such file or command")
  }

  @Test func inputsAndFilesAreNotTakenForCommands() throws {
    for input in ["burst", "data", "x.slabtrace", "./snapshto", "-", "--host", ""] {
      #expect(try prepared(input).command == nil)
    }
    #expect(try prepared("info", "snapshto").command == "info")
    #expect(try prepared("help", "info").arguments == ["help", "info"])
  }

  @Test func unknownOptionsAreReportedWithNearSpellingsOnly() {
    #expect(failure("--bogus") == "unknown option '--bogus'")
    #expect(failure("run", "--bogus") == "unknown option '--bogus'")
    #expect(failure("run", "--workloda", "mix") == "unknown option '--workloda', did you mean '--workload'?")
    #expect(failure("run", "--rat=5") == "unknown option '--rat', did you mean '--rate'?")
    #expect(failure("run", "--cpsu", "2") == "unknown option '--cpsu', did you mean '--cpus'?")
    #expect(failure("run", "-Z") == "unknown option '-Z'")
    #expect(failure("record", "-o", "x", "--", "iperf3", "--time", "-5") == nil)
    #expect(failure("record", "-o", "x", "--no-packet-ends") == nil)
    #expect(failure("run", "--help") == nil && failure("--version") == nil && failure("run", "-h") == nil)
  }

  @Test func negativeNumbersAreValuesOfTheirOptions() throws {
    #expect(try prepared("run", "--rate", "-5", "--cpus", "-1").arguments == ["run", "--rate=-5", "--cpus=-1"])
    #expect(try prepared("--host", "--interval", "-.5").arguments == ["--host", "--interval=-.5"])
    #expect(failure("run", "--memory=1", "-5") == "unknown option '-5'")
    #expect(
      try prepared("record", "-o", "x", "--", "sleep", "--x", "-5").arguments
        == ["record", "-o", "x", "--", "sleep", "--x", "-5"])
  }

  @Test func recordingsAreNamedAfterTheFileWithoutExtensions() {
    #expect(ImportCommand.title(of: "/tmp/a.txt.zst") == "a")
    #expect(ImportCommand.title(of: "b.slabtrace") == "b")
  }

  @Test func recordingsOfPipesAreNotNamedAfterThePipe() {
    let pipe = InputFile(descriptor: dup(Pipe().fileHandleForReading.fileDescriptor), name: "standard input")
    for output in [nil, "-", "/dev/stdout"] { #expect(ImportCommand.title(of: pipe, output: output) == "unnamed") }
    #expect(ImportCommand.title(of: pipe, output: "/tmp/a.slabtrace") == "a")
  }

  /// Returns the message that the program prints for arguments that ArgumentParser refuses.
  private func parserMessage(_ arguments: String...) -> String {
    do {
      _ = try Slabscope.parseAsRoot(prepared(arguments).arguments)
      return "no error"
    } catch {
      return ErrorText.message(ofParser: Slabscope.message(for: error))
    }
  }

  @Test func unknownFormatsAreReportedInOneLineWithTheKnownOnes() {
    let formats = SnapshotCommand.Format.allCases.map(\.rawValue).joined(separator: ", ")
    #expect(
      parserMessage("snapshot", "kernel", "--format", "yaml") == "--format: expected \(formats), found 'yaml'")
    let runFormats = RunCommand.Format.allCases.map(\.rawValue).joined(separator: ", ")
    #expect(
      parserMessage("run", "tcp-bulk", "--format", "svg") == "--format: expected \(runFormats), found 'svg'")
    #expect(parserMessage("info", "x.slabtrace", "--format", "y") == "--format: expected text, json, found 'y'")
  }

  @Test func invalidValuesAreReportedWithWhatIsExpected() {
    #expect(parserMessage("run", "edge", "--seed", "-1") == "--seed: expected a whole number from 0, found '-1'")
    #expect(parserMessage("run", "edge", "--memory", "-5M") == "--memory: expected a size such as 64M, found '-5M'")
    #expect(
      parserMessage("compare", "edge", "--memory", "8M,x") == "--memory: expected sizes such as 8M,64M, found '8M,x'")
    #expect(
      ErrorText.message(ofParser: "The value 'x' is invalid for '--other <other>'")
        == "the value 'x' is invalid for '--other <other>'")
  }

  @Test func errorMessagesHaveOnePrefixAndOneLine() {
    #expect(
      ErrorText.message(
        ofParser: "The value 'x' is invalid for '--format <format>'. Please provide one of 'a' and 'b'.")
        == "--format: expected a, b, found 'x'")
    #expect(
      ErrorText.message(ofParser: "Unknown option '-oX'\n   or: Missing value")
        == "unknown option '-oX'; or: Missing value")
    #expect(ErrorText.message(ofParser: "TERM=x has no entry") == "TERM=x has no entry")
    #expect(ErrorText.text("x", isUsage: true, command: "run") == "slabscope: x\nSee `slabscope run --help`.\n")
    #expect(ErrorText.text("x", isUsage: true, command: nil) == "slabscope: x\nSee `slabscope --help`.\n")
    #expect(ErrorText.text("x", isUsage: false, command: "run") == "slabscope: x\n")
    #expect(
      ErrorText.text("a\u{1B}]52;c;x\u{7}\nb: no such file", isUsage: false, command: nil)
        == "slabscope: a\\u{1B}]52;c;x\\u{7}\\u{A}b: no such file\n")
  }
}
