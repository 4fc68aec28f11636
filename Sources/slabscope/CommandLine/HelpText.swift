import ArgumentParser
import FoundationEssentials
import Glibc

/// Help text of ArgumentParser, changed so that no line is wider than the terminal and examples can be copied: ArgumentParser wraps
/// examples like prose and does not wrap the line that begins with `USAGE:`.
enum HelpText {
  /// Smallest width that a help text is wrapped to: narrower terminals wrap its lines themselves.
  private static let smallestWidth = 40

  /// Returns the help text of a command.
  /// - Parameter columns: width of the terminal; nil for that of the environment.
  static func text(of command: any ParsableCommand.Type, includeHidden: Bool = false, columns: Int? = nil) -> String {
    let columns = max(smallestWidth, columns ?? terminalWidth)
    let help = Slabscope.helpMessage(for: command, includeHidden: includeHidden, columns: columns)
    return fitted(help, discussion: command.configuration.discussion, columns: columns)
  }

  /// Returns a help text with the examples of the discussion as they were before wrapping, and with a wrapped usage line.
  static func fitted(_ help: String, discussion: String, columns: Int) -> String {
    var lines: [String] = []
    var isExample = false
    for line in help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line == heading {
        isExample = true
        lines.append(line)
        lines += examples(in: discussion).flatMap { folded($0, columns: columns) }
      } else if isExample {
        isExample = !line.isEmpty
        if !isExample { lines.append(line) }
      } else {
        lines += line.hasPrefix("USAGE: ") ? wrappedUsage(line, columns: columns) : [line]
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Returns the names of the options that a help text lists: `--replay`, `-o`.
  static func options(in help: String) -> [String] {
    help.split(separator: "\n").filter { $0.hasPrefix("  -") }.flatMap { line -> [String] in
      let label = line.dropFirst(2).split(separator: "  ", omittingEmptySubsequences: false)[0]
      return label.split { " ,/".contains($0) }.filter { $0.hasPrefix("-") }.map(String.init)
    }
  }

  private static let heading = "EXAMPLES"

  /// Returns the lines of the examples in a discussion, which end at an empty line.
  static func examples(in discussion: String) -> [String] {
    let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(of: heading) else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.isEmpty })
  }

  /// Returns the lines of an example that is too wide: the explanation beside a command is moved to a line of its own, and a command is
  /// continued with backslashes, so that it can be copied.
  static func folded(_ example: String, columns: Int) -> [String] {
    guard example.count > columns else { return [example] }
    let indentation = String(example.prefix { $0 == " " })
    let body = example.dropFirst(indentation.count)
    if let gap = body.firstRange(of: "  ") {
      let explanation = body[gap.upperBound...].drop { $0 == " " }
      return folded(indentation + body[..<gap.lowerBound], columns: columns) + ["\(indentation)    \(explanation)"]
    }
    // Two columns are left for the backslash.
    let lines = filled(words(String(body), quotes: true), width: columns - indentation.count - 6)
    return lines.enumerated().map { index, line in
      indentation + (index == 0 ? "" : "    ") + line + (index == lines.count - 1 ? "" : " \\")
    }
  }

  /// Returns the lines of a usage text, broken between options and not between an option and its value.
  private static func wrappedUsage(_ line: String, columns: Int) -> [String] {
    guard line.count > columns else { return [line] }
    let label = "USAGE: "
    let lines = filled(words(String(line.dropFirst(label.count)), quotes: false), width: columns - label.count)
    return lines.enumerated().map { ($0 == 0 ? label : String(repeating: " ", count: label.count)) + $1 }
  }

  /// Joins words to lines of at most `width` characters, except where a single word is longer.
  private static func filled(_ words: [String], width: Int) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  /// Splits a text at its spaces, except those in quotes (of a shell command) or brackets (of a usage text).
  private static func words(_ text: String, quotes: Bool) -> [String] {
    var (words, depth, quote) = ([""], 0, Character?.none)
    for character in text {
      if quotes {
        if character == quote { quote = nil } else if quote == nil, "'\"".contains(character) { quote = character }
      } else {
        depth += character == "[" ? 1 : character == "]" ? -1 : 0
      }
      if character == " ", depth == 0, quote == nil {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words.filter { !$0.isEmpty }
  }

  /// Width of the terminal in columns: `COLUMNS`, or that of standard output, or 80.
  private static var terminalWidth: Int {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
