/// Term with its definition, the mail's and the kernel's words for it, and where to read on.
package struct GlossaryEntry: Sendable, Hashable, Encodable {
  /// Text of the term on the screen, in settings or in policy files.
  package let term: String
  /// Group of terms that the entry belongs to, such as "columns of the cache table".
  package let group: String
  /// Definition in one or more full sentences.
  package let definition: String
  /// Other names of the term: in filters, JSON, CSV and metrics.
  package let otherNames: [String]
  /// The mail's words, quoted; nil if the mail does not mention the subject.
  package let mail: String?
  /// Section of the mail, such as S4; nil if the mail does not mention the subject.
  package let mailSection: String?
  /// The kernel's words; nil if the kernel has none.
  package let kernel: String?
  /// What to read next: the section of the mail, files of the kernel, a page of the dashboard.
  package let reading: [String]

  /// Group of the pages.
  static let groupOfPages = "pages of the dashboard"

  private enum CodingKeys: String, CodingKey {
    case term, group, definition, mail, kernel
    case otherNames = "other_names"
    case mailSection = "mail_section"
    case reading = "read_on"
  }

  init(
    _ term: String, group: String, _ definition: String, otherNames: [String] = [], topic: GlossaryTopic,
    reading: [String] = []
  ) {
    (self.term, self.group, self.definition) = (term, group, definition)
    self.otherNames = otherNames.filter { $0 != term }
    (mail, mailSection, kernel) = (topic.quotation, topic.idea?.rawValue, topic.kernelTerm)
    self.reading = reading + topic.reading
  }

  init(_ label: DefinedLabel, group: String, otherNames: [String] = [], topic: GlossaryTopic) {
    let figure = Glossary.figure(defining: label.definition)
    self.init(
      label.label, group: group, label.definition, otherNames: otherNames + (figure?.names ?? []),
      topic: figure.flatMap { GlossaryTopic(of: $0) } ?? topic)
  }
}
