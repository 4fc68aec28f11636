import Telemetry
import TextOutput
import Workloads

/// All terms that slabscope explains. Each definition is that of the figure, label, column, page or policy option itself, so that
/// the screen, the help and `slabscope explain` say the same.
package enum Glossary {
  /// All entries, by group.
  package static let entries: [GlossaryEntry] =
    ideas + pages + columns + header + parts + DashboardPage.allCases.flatMap { labels(of: $0) } + map + otherFigures
    + options

  /// Groups in the order of ``entries``.
  package static var groups: [(title: String, entries: [GlossaryEntry])] {
    entries.reduce(into: []) { groups, entry in
      if groups.last?.title == entry.group {
        groups[groups.count - 1].entries.append(entry)
      } else {
        groups.append((entry.group, [entry]))
      }
    }
  }

  // MARK: Groups

  private static let ideas = MailIdea.allCases.map { idea in
    GlossaryEntry(
      idea.rawValue, group: "ideas of the mail", "\(idea.title): \"\(idea.quotation)\"", otherNames: [idea.title],
      topic: GlossaryTopic.allCases.first { $0.idea == idea } ?? .caches)
  }

  private static let pages = DashboardPage.allCases.map { page in
    GlossaryEntry(
      page.rawValue, group: GlossaryEntry.groupOfPages, "Page (key \(page.key)): \(page.help).",
      topic: GlossaryTopic(of: page))
  }

  /// Entries of the columns of the cache table.
  static let columns = CacheColumn.allCases.map { column in
    GlossaryEntry(
      column.title, group: "columns of the cache table", column.definition,
      otherNames: [column.rawValue] + column.figures.flatMap(\.names),
      topic: column.figures.lazy.compactMap { GlossaryTopic(of: $0) }.first ?? .caches)
  }

  /// Entries of the totals in the header.
  static let header = HeaderPanel.labels.map {
    GlossaryEntry($0, group: "header of every page", topic: .caches)
  }

  /// Entries of the parts of machine memory.
  static let parts = ByteLedger.Part.allCases.map { part in
    GlossaryEntry(
      part.title, group: "parts of machine memory", part.explanation, otherNames: [part.rawValue], topic: part.topic)
  }

  /// Returns the entries of the labels of a page. The parts of memory are a group of their own.
  static func labels(of page: DashboardPage) -> [GlossaryEntry] { labelsOfPages[page] ?? [] }

  private static let labelsOfPages = Dictionary(
    uniqueKeysWithValues: DashboardPage.allCases.map { ($0, readLabels(of: $0)) })

  private static func readLabels(of page: DashboardPage) -> [GlossaryEntry] {
    let partTitles = page == .ledger ? Set(ByteLedger.Part.allCases.map(\.title)) : []
    let labels = page.labels + (page == .comparison ? ComparedFigures.mirrorLabels : [])
    var seen: Set<DefinedLabel> = []
    return labels.filter { !$0.label.isEmpty && !partTitles.contains($0.label) && seen.insert($0).inserted }.map {
      GlossaryEntry($0, group: "labels of the page \(page.rawValue)", topic: GlossaryTopic(of: page))
    }
  }

  private static let map = HelpPanel.mapLabels.map { GlossaryEntry($0, group: "slab map", topic: .occupancy) }

  /// Figures of exports that no column and no label shows.
  private static let otherFigures: [GlossaryEntry] = {
    let shown = Set(
      CacheColumn.allCases.flatMap(\.figures).map(\.definition) + HeaderPanel.labels.map(\.definition)
        + DashboardPage.allCases.flatMap { $0.labels.map(\.definition) })
    return (Figure.ofSnapshots + Figure.ofCaches + Figure.ofGeneralCaches).filter { !shown.contains($0.definition) }
      .map { figure in
        GlossaryEntry(
          figure.name, group: "other figures of exports", figure.definition, otherNames: figure.names,
          topic: GlossaryTopic(of: figure) ?? .caches)
      }
  }()

  /// Entries of the keys of policy files.
  static let options = Policy.options.map { option in
    GlossaryEntry(
      option.name, group: "keys of policy files", option.explanation, otherNames: [option.key],
      topic: GlossaryTopic(ofOption: option),
      reading: ["slabscope policies hemment, a file with this key"])
  }

  // MARK: Search

  /// Returns the figure with a definition; nil if no figure has it.
  static func figure(defining definition: String) -> Figure? { figuresByDefinition[definition] }

  private static let figuresByDefinition = Dictionary(
    (Figure.ofSnapshots + Figure.ofCaches + Figure.ofGeneralCaches).map { ($0.definition, $0) },
    uniquingKeysWith: { first, _ in first })

  /// Returns the entries of a term, regardless of case; spaces, hyphens and underscores are equal. If no entry has the term or the
  /// other name, those whose term, or else whose other name, begins with the text are returned.
  /// - Throws: ``UnknownTerm`` if no entry begins with the text.
  package static func entries(named text: String) throws(UnknownTerm) -> [GlossaryEntry] {
    let wanted = plain(text)
    guard !wanted.isEmpty else { throw UnknownTerm(term: text) }
    let isNamed: [(GlossaryEntry) -> Bool] = [
      { ([$0.term] + $0.otherNames).contains { plain($0) == wanted } }, { plain($0.term).hasPrefix(wanted) },
      { $0.otherNames.contains { plain($0).hasPrefix(wanted) } },
    ]
    for test in isNamed {
      let found = entries.filter(test)
      if !found.isEmpty { return found }
    }
    throw UnknownTerm(term: text)
  }

  /// Returns a name without regard to case, spaces, hyphens and underscores.
  fileprivate static func plain(_ text: String) -> String {
    String(String(text.lowercased().map { "-_ ".contains($0) ? " " : $0 }).trimmed)
  }
}

/// Term that the glossary does not have.
package struct UnknownTerm: Error, Hashable, Sendable, CustomStringConvertible {
  /// The term.
  package let term: String

  /// Error message of one line, with a suggestion if a similar term is known.
  package var description: String {
    let names = Glossary.entries.flatMap { [$0.term] + $0.otherNames }
    let known = Dictionary(names.map { (Glossary.plain($0), $0) }, uniquingKeysWith: { first, _ in first })
    let near = EditDistance.nearest(to: Glossary.plain(term), among: known.keys.sorted()).flatMap { known[$0] }
    return "unknown term '\(EscapedText.line(term, width: 40))'" + (near.map { ", did you mean '\($0)'?" } ?? "")
  }
}

extension Figure {
  /// Names of the figure in words and in exports.
  fileprivate var allNames: [String] {
    [name, jsonKey, csvColumn, metric?.name].compactMap(\.self)
  }

  /// Names of the figure in words and in exports, each once.
  var names: [String] {
    allNames.reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }
  }
}

extension GlossaryTopic {
  /// Creates the topic of a key of policy files.
  init(ofOption option: PolicyOption) {
    self =
      switch (option.table, option.key) {
      case ("orders", _): .orders
      case ("shuffling", _), ("reclaim", "ordering"): .shuffling
      case ("reclaim", "empty_slabs"), ("reclaim", "burst_reserve"): .occupancy
      case ("reclaim", _): .magazines
      case ("slub", _): .orders
      case (_, "general_caches"): .rounding
      case (_, "sharing_bound"), (_, "merge_window"), (_, "export"): .sharing
      case (_, "performance"): .contention
      case (_, "own"): .callSites
      case (_, "movable"): .shuffling
      default: .caches
      }
  }
}
