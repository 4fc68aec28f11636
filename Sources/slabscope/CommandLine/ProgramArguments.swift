import ArgumentParser
import TextOutput
import Workloads

/// Arguments of the program, checked before ArgumentParser reads them. ArgumentParser would take a misspelt subcommand for the input of
/// the default subcommand, validate the other options before it reports an unknown one, and take a negative number for an option.
struct ProgramArguments {
  /// The arguments for ArgumentParser.
  let arguments: [String]
  /// Name of the subcommand; nil for the default subcommand without its name.
  let command: String?

  /// - Parameters:
  ///   - arguments: the arguments without the name of the program.
  ///   - commands: the options of each subcommand by the name of the subcommand.
  ///   - defaultCommand: name of the subcommand that is used if the arguments name none.
  ///   - isInput: returns whether a word names an input, for example a file or a workload.
  ///   - inputs: names of inputs that are not files, for suggestions.
  /// - Throws: a usage failure that suggests the nearest name.
  init(
    _ arguments: [String], commands: [String: [String]], defaultCommand: String, isInput: (String) -> Bool,
    inputs: [String] = []
  ) throws(Failure) {
    var rest = arguments[...]
    if let first = arguments.first, !first.hasPrefix("-"), !first.isEmpty {
      if first == "help" {
        if let name = arguments.dropFirst().first, !name.hasPrefix("-"), name != "help", commands[name] == nil {
          let suggestion = ProgramArguments.nearest(to: name, among: Array(commands.keys))
          throw .usage("unknown command '\(name)'" + (suggestion.map { ", did you mean '\($0)'?" } ?? ""))
        }
        (self.arguments, command) = (arguments, nil)
        return
      }
      if commands[first] != nil {
        command = first
        rest = arguments.dropFirst()
      } else if isInput(first) || first.contains("/") || first.contains(".") {
        // The default subcommand reports a file that does not exist.
        command = nil
      } else {
        throw ProgramArguments.unknownCommand(first, commands: commands.keys + ["help"], inputs: inputs)
      }
    } else {
      command = nil
    }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    let options = ProgramArguments.joiningNegativeNumbers(rest[..<end])
    if let known = commands[command ?? defaultCommand] { try ProgramArguments.check(options, known: known) }
    self.arguments = arguments[..<rest.startIndex] + options + rest[end...]
  }

  /// Returns the arguments with a negative number joined to the option before it: `--rate -5` becomes `--rate=-5`.
  private static func joiningNegativeNumbers(_ arguments: ArraySlice<String>) -> [String] {
    var joined: [String] = []
    for argument in arguments {
      if let option = joined.last, option.hasPrefix("--"), !option.contains("="), isNegativeNumber(argument) {
        joined[joined.count - 1] = option + "=" + argument
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  private static func isNegativeNumber(_ text: String) -> Bool {
    guard text.hasPrefix("-") else { return false }
    let digits = text.dropFirst().drop { $0 == "." }
    return digits.first.map { ("0"..."9").contains($0) } ?? false
  }

  /// Throws a usage failure for the first option that is not known.
  private static func check(_ arguments: [String], known: [String]) throws(Failure) {
    for argument in arguments {
      let name = String(argument.prefix { $0 != "=" })
      let isLong = name.hasPrefix("--") && name.count > 2
      let isShort = name.count == 2 && name.hasPrefix("-") && name != "--"
      guard isLong || isShort, !known.contains(name), !builtIn.contains(name) else { continue }
      let suggestion = isLong ? nearest(to: name, among: known.filter { $0.hasPrefix("--") }) : nil
      throw Failure.usage("unknown option '\(name)'" + (suggestion.map { ", did you mean '\($0)'?" } ?? ""))
    }
  }

  /// Options of ArgumentParser that its help does not list.
  private static let builtIn = [
    "-h", "--help", "--help-hidden", "--version", "--generate-completion-script", "--experimental-dump-help",
    "---completion",
  ]

  private static func unknownCommand(_ word: String, commands: [String], inputs: [String]) -> Failure {
    if let command = nearest(to: word, among: commands) {
      return .usage("unknown command '\(word)', did you mean '\(command)'?")
    }
    if let input = nearest(to: word, among: inputs) {
      return .usage("unknown input '\(word)', did you mean '\(input)'?")
    }
    return .usage("\(word): no such file or command")
  }

  /// Returns the most similar name; nil if none is a likely misspelling. The hyphens before an option are not compared.
  static func nearest(to word: String, among names: [String]) -> String? {
    func letters(_ name: String) -> String { String(name.drop { $0 == "-" }) }
    let names = names.sorted()
    guard let near = EditDistance.nearest(to: letters(word), among: names.map(letters)) else { return nil }
    return names.first { letters($0) == near }
  }
}

extension Slabscope {
  /// Names of the subcommands and their options, as their help lists them.
  static let optionNames: [String: [String]] = Dictionary(
    uniqueKeysWithValues: configuration.subcommands.compactMap { command in
      command.configuration.commandName.map { name in
        (name, HelpText.options(in: Slabscope.helpMessage(for: command, includeHidden: true, columns: 200)))
      }
    })
}
