import ArgumentParser
import Dashboard
import TextOutput

/// `slabscope explain`: prints the definition of a term, the mail's and the kernel's words for it, and where to read on.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a label, column, page, policy key or exported figure; without a term, list all terms.",
    discussion: """
      A term is a text of the screen, or the name of a figure in JSON, CSV and metrics. Upper and lower case, spaces, hyphens and \
      underscores are equal, and the beginning of a term is enough. In the dashboard, ? explains the term at the cursor.

      EXAMPLES
        slabscope explain waste
        slabscope explain "lock contentions"
        slabscope explain orders.alternation
        slabscope explain S4
        slabscope explain --format json
      """)

  /// Form of the output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(help: "Term to explain (default: list all terms).")
  var term: [String] = []

  @Option(help: "text, or json: one object, or an array of several.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = term.joined(separator: " ")
    let entries: [GlossaryEntry]
    do {
      entries = try term.isEmpty ? Glossary.entries : Glossary.entries(named: name)
    } catch {
      throw Failure.usage("\(error)" + "; list all terms: slabscope explain")
    }
    switch format {
    case .json: try output.write(try JSONText.text(of: entries))
    case .text where term.isEmpty: try output.write(ExplainCommand.list)
    case .text: try output.write(entries.map { ExplainCommand.text(of: $0) }.joined(separator: "\n"))
    }
  }

  /// Number of columns of the text.
  private static let width = 78

  /// All terms, by group.
  private static var list: String {
    Glossary.groups.map { title, entries in
      let terms = entries.map(\.term).joined(separator: "; ")
      return title + "\n" + TextWrapping.lines(of: terms, width: width - 2).map { "  \($0)\n" }.joined()
    }.joined(separator: "\n")
  }

  /// Returns the text of an entry.
  private static func text(of entry: GlossaryEntry) -> String {
    let mail = entry.mail.flatMap { mail in entry.definition.contains(mail) ? nil : mail }
    let parts: [(label: String, text: String?)] = [
      ("", entry.definition), ("Also: ", entry.otherNames.isEmpty ? nil : entry.otherNames.joined(separator: ", ")),
      ("Mail, \(entry.mailSection ?? ""): ", mail.map { "\"\($0)\"" }), ("Kernel: ", entry.kernel),
    ]
    let lines = parts.flatMap { label, text in
      text.map { TextWrapping.lines(of: label + $0, width: width - 2) } ?? []
    }
    let reading = ["Read on:"] + entry.reading.map { "  " + $0 }
    return "\(entry.term) (\(entry.group))\n" + (lines + reading).map { "  \($0)\n" }.joined()
  }
}
