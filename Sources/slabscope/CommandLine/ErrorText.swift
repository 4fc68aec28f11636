import ArgumentParser
import TextOutput

/// Text of an error on standard error: one line that begins with the name of the program and, for a usage error, a second line that names
/// the help.
enum ErrorText {
  /// Returns the text of an error.
  /// - Parameter command: name of the subcommand whose help explains a usage error; nil for the help of the program.
  static func text(_ message: String, isUsage: Bool, command: String?) -> String {
    let name = command.map { " \($0)" } ?? ""
    return "slabscope: \(EscapedText.line(message))\n" + (isUsage ? "See `slabscope\(name) --help`.\n" : "")
  }

  /// Converts an error message of ArgumentParser to the style of the other messages: in one line, without a capital and
  /// a full stop. A message about an invalid value says what is expected: `--format: expected a, b, found 'x'`.
  static func message(ofParser message: String) -> String {
    if let text = invalidValue(message) { return text }
    let lines = message.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
    var text = lines.joined(separator: "; ")
    if text.hasSuffix(".") { text.removeLast() }
    // Messages of this program begin with a lower-case letter already, or with a name.
    let first = text.prefix { $0.isLetter }
    let isCapitalised = first.first?.isUppercase == true && first.dropFirst().allSatisfy(\.isLowercase)
    return isCapitalised ? text.prefix(1).lowercased() + text.dropFirst() : text
  }

  /// Converts a message about an invalid value; nil for other messages, and for an option whose values are not known.
  private static func invalidValue(_ message: String) -> String? {
    let form = #/(?s)The value '(.*)' is invalid for '([^']*)'(?:\. Please provide one of(.*))?/#
    guard let match = message.wholeMatch(of: form) else { return nil }
    let label = String(match.output.2)
    let name = label.split(separator: " ").first.map(String.init) ?? label
    let values = match.output.3.map { allowedValues(String($0)) } ?? ""
    guard let expected = values.isEmpty ? expectedValues[label] ?? expectedValues[name] : values else { return nil }
    return "\(name): expected \(expected), found '\(match.output.1)'"
  }

  /// Returns the values that ArgumentParser lists, separated by commas. It lists up to five in quotes, more in lines.
  private static func allowedValues(_ list: String) -> String {
    let lines = list.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("- ") }
    let quoted = list.matches(of: #/'([^']*)'/#).map { $0.output.1 }
    return (lines.isEmpty ? quoted : lines.map { $0.dropFirst(2) }).joined(separator: ", ")
  }

  /// Descriptions of the values of options, by the name of the option. If commands differ, the key also has the name of
  /// the value.
  private static let expectedValues: [String: String] = {
    let (size, sizes) = ("a size such as 64M", "sizes such as 8M,64M")
    let (whole, number) = ("a whole number", "a number")
    let (range, list) = ("a range such as 1:2", "a list of whole numbers such as 0,2-5")
    return [
      "--seed": "a whole number from 0", "--memory": size, "--memory <list>": sizes, "--max-size": size,
      "--buffer": size, "--events": whole, "--events <range>": range, "--time": range, "--flows": whole,
      "--cpus": whole, "--mtu": whole, "--delay": whole, "--classes": whole, "--limit": whole, "--count": whole,
      "--rate": number, "--seconds": number, "--interval": number, "--every": number, "--cpu": list,
      "--pressure": list, "--orders": list, "--keep": "a time span such as 30m or 24h",
      "--range": "a time span such as 30m or 24h", "--timeout": "a time span such as 30s or 2m", "--hosts": whole,
      "--listen": "an address and a port such as 127.0.0.1:9779", "--sites": whole, "--max-series": whole,
      "--size": "columns and rows such as 160x46",
    ]
  }()
}
