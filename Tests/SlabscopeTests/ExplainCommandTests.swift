import ArgumentParser
import Dashboard
import Testing

@testable import slabscope

/// `slabscope explain`.
@Suite struct ExplainCommandTests {
  @Test func unknownTermIsAUsageError() throws {
    let command = try ExplainCommand.parse(["wadte"])
    let failure = #expect(throws: Failure.self) { try command.run() }
    #expect(failure?.isUsage == true)
    #expect(
      failure?.description == "unknown term 'wadte', did you mean 'WASTE'?; list all terms: slabscope explain")
  }

  @Test func severalWordsAreOneTerm() throws {
    let command = try ExplainCommand.parse(["lock", "contentions", "--format", "json"])
    #expect(command.term == ["lock", "contentions"] && command.format == .json)
  }

  @Test func jsonHasTheNamesOfEveryKey() throws {
    let text = try JSONText.text(of: try Glossary.entries(named: "contended"))
    for key in ["term", "group", "definition", "other_names", "mail", "mail_section", "kernel", "read_on"] {
      #expect(text.contains("\"\(key)\""), "\(key)")
    }
  }
}
