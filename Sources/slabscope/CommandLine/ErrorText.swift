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

  /// Converts an error message of ArgumentParser to the style of the other messages: in one line, without a capital and a full stop.
  static func message(ofParser message: String) -> String {
    let lines = message.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
    var text = lines.joined(separator: "; ").replacing(". Please provide", with: "; please provide")
    if text.hasSuffix(".") { text.removeLast() }
    // Messages of this program begin with a lower-case letter already, or with a name.
    let first = text.prefix { $0.isLetter }
    let isCapitalised = first.first?.isUppercase == true && first.dropFirst().allSatisfy(\.isLowercase)
    return isCapitalised ? text.prefix(1).lowercased() + text.dropFirst() : text
  }
}
