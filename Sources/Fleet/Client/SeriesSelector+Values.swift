extension SeriesSelector {
  /// Largest number of values that a matcher lists; with more, all series are read.
  private static let mostValues = 500

  /// Returns the selector with a matcher for a label of several values; without it if there are too many.
  func adding(_ label: String, among values: Set<String>) -> SeriesSelector {
    guard !values.isEmpty, values.count <= SeriesSelector.mostValues else { return self }
    let pattern = values.sorted().map(SeriesSelector.literal).joined(separator: "|")
    return adding("\(label)=~\(SeriesSelector.quoted(pattern))")
  }

  /// Returns the selector with a matcher for a host: the label `instance`, or the part before its port.
  func addingHost(_ host: String) -> SeriesSelector {
    adding("instance=~\(SeriesSelector.quoted(SeriesSelector.literal(host) + "(:[0-9]+)?"))")
  }

  /// Returns a regular expression (RE2) that matches a text only.
  private static func literal(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
