import Telemetry
import TerminalUI
import Testing
import Workloads

@testable import Dashboard

/// Terms and their definitions, which are those of the screen, the figures and the policy files.
@Suite struct GlossaryTests {
  @Test func everyColumnLabelPageAndPolicyKeyHasAnEntry() throws {
    for column in CacheColumn.allCases {
      #expect(try Glossary.entries(named: column.title).contains { $0.definition == column.definition }, "\(column)")
      #expect(try !Glossary.entries(named: column.rawValue).isEmpty, "\(column)")
    }
    for page in DashboardPage.allCases {
      #expect(try Glossary.entries(named: page.rawValue).contains { $0.definition.contains(page.help) }, "\(page)")
      for label in page.labels where !label.label.isEmpty {
        let entries = try Glossary.entries(named: label.label)
        #expect(entries.contains { $0.definition == label.definition }, "\(page): \(label.label)")
      }
    }
    for label in HeaderPanel.labels + HelpPanel.mapLabels {
      #expect(try Glossary.entries(named: label.label).contains { $0.definition == label.definition }, "\(label.label)")
    }
    for part in ByteLedger.Part.allCases {
      #expect(try Glossary.entries(named: part.title).contains { $0.definition == part.explanation }, "\(part)")
    }
    for figure in Figure.ofSnapshots + Figure.ofCaches + Figure.ofGeneralCaches {
      let entries = try Glossary.entries(named: figure.name)
      #expect(entries.contains { $0.definition.contains(figure.definition) }, "\(figure.name)")
    }
  }

  /// The file of a policy is the only place where its keys are explained: each key of the file must be found there.
  @Test func everyKeyOfAPolicyFileIsExplained() {
    let names = Policy.options.map(\.name)
    #expect(Set(names).count == names.count)
    for preset in Policy.presets {
      var table = ""
      for line in preset.toml.split(separator: "\n") where !line.hasPrefix("#") {
        if line.hasPrefix("[") {
          table = String(line.dropFirst().prefix { $0 != "]" })
        } else if let key = line.split(separator: " ").first, !["name", "summary"].contains(key) {
          #expect(names.contains(table.isEmpty ? String(key) : "\(table).\(key)"), "\(preset.name): \(table) \(key)")
        }
      }
    }
    for name in ["performance", "export", "own", "movable", "merge_window", "shuffling.nanoseconds_per_round"] {
      #expect(names.contains(name), "\(name)")
    }
    for option in Policy.options { #expect(option.explanation.hasSuffix("."), "\(option.name): \(option.explanation)") }
    let order = Policy.options.first { $0.name == "orders.alternation_tail" }
    #expect(order?.explanation == "The largest share of a slab that an order of the alternation may leave unused.")
  }

  @Test func everyEntrySaysWhereToReadOn() {
    for entry in Glossary.entries {
      #expect(!entry.term.isEmpty && !entry.definition.isEmpty && !entry.reading.isEmpty, "\(entry)")
      #expect((entry.mail == nil) == (entry.mailSection == nil))
    }
    let contended = Glossary.columns.first { $0.term == CacheColumn.contended.title }
    #expect(contended?.mailSection == "S4" && contended?.kernel?.contains("list_lock") == true)
    #expect(contended?.reading.contains("mm/slub.c (Linux)") == true)
    #expect(Glossary.groups.reduce(0) { $0 + $1.entries.count } == Glossary.entries.count)
    #expect(Set(Glossary.groups.map(\.title)).count == Glossary.groups.count)
  }

  @Test func quotationsAreWordForWord() {
    let words = { (text: String) in text.split { $0 == " " || $0 == "\n" || $0 == ">" }.joined(separator: " ") }
    for idea in MailIdea.allCases { #expect(words(mail).contains(words(idea.quotation)), "\(idea.rawValue)") }
    #expect(words(mail).contains(words(MailIdea.costOfSharing)))
  }

  @Test func termsAreFoundByCaseBeginningAndOtherNames() throws {
    #expect(try Glossary.entries(named: "WaStE").contains { $0.group == "columns of the cache table" })
    #expect(try Glossary.entries(named: "slab_bytes").first?.term == CacheColumn.slabMemory.title)
    #expect(try Glossary.entries(named: "lock-contentions").first?.term == CacheColumn.contended.title)
    #expect(try Glossary.entries(named: "alternation tail").first?.term == "orders.alternation_tail")
    #expect(try Glossary.entries(named: "s4").map(\.term) == ["S4"])
    let beginning = try Glossary.entries(named: "evac")
    #expect(!beginning.isEmpty && beginning.allSatisfy { $0.term.lowercased().hasPrefix("evac") })
  }

  @Test func unknownTermSuggestsTheNearest() {
    #expect(throws: UnknownTerm(term: "wadte")) { try Glossary.entries(named: "wadte") }
    #expect(UnknownTerm(term: "wadte").description == "unknown term 'wadte', did you mean 'WASTE'?")
    #expect(UnknownTerm(term: "quux").description == "unknown term 'quux'")
    #expect(throws: UnknownTerm.self) { try Glossary.entries(named: " ") }
  }
}
