import Dashboard
import TextOutput

/// The tour as text: each step with the figures of its machine before and after the keys.
enum TourText {
  /// Number of columns of the text.
  private static let width = 78

  /// Returns the text about a step before its keys are pressed.
  static func beginning(of tour: TourProgress) -> String {
    let step = tour.step
    let section = step.section.map { " (\($0) of the mail)" } ?? ""
    let title = "\(tour.index + 1) of \(tour.steps.count): \(step.title)\(section)"
    let quotation = step.quotation.map { ["The mail: \"\($0)\""] } ?? []
    return title + "\n\n" + ([step.text] + quotation + ["Machine: \(step.setUp.summary)."]).map(paragraph).joined()
  }

  /// Returns a paragraph, wrapped and indented.
  static func paragraph(_ text: String) -> String {
    TextWrapping.lines(of: text, width: width - 2).map { "  \($0)\n" }.joined()
  }

  /// Returns what the user can do if the machine of a step cannot be set up.
  static func failure(_ reason: String) -> String {
    "The figures of the running kernel cannot be read: \(reason). Only root may read them: sudo slabscope tour, or sudo slabscope "
      + "kernel."
  }
}
