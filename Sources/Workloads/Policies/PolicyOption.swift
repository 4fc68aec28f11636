import SlabEngine

/// Key of a policy file with its explanation.
package struct PolicyOption: Sendable, Hashable {
  /// Table of the file that has the key; empty for the top level.
  package let table: String
  /// Name of the key.
  package let key: String
  /// Explanation in one or more sentences: the comment above the key in the file.
  package let explanation: String

  /// Name of the key with its table, such as `orders.alternation`.
  package var name: String { table.isEmpty ? key : "\(table).\(key)" }
}

extension Policy {
  /// The keys of policy files with their explanations, which are the comments of the files that `slabscope policies NAME` prints.
  package static let options: [PolicyOption] = {
    var (options, engine) = ([PolicyOption](), hemment)
    engine.shuffling?.nanosecondsPerRound = 1_000_000
    // Only a policy of Linux has the keys of the model, and only one of the engine has the other keys.
    for option in readOptions(engine.toml) + readOptions(linux.toml)
    where !options.contains(where: { $0.name == option.name }) { options.append(option) }
    return options
  }()

  /// Reads the keys and their comments. Keys without a comment of their own share the comment above; a key that is itself a comment,
  /// such as `# merge_window = 8`, is not set in the policy.
  private static func readOptions(_ text: String) -> [PolicyOption] {
    var (table, comment, isContinued) = ("", [String](), false)
    return text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      let isComment = line.hasPrefix("# ")
      let content = isComment ? line.dropFirst(2) : line
      if content.hasPrefix("["), let end = content.firstIndex(of: "]") {
        // Tables of one cache have the keys of the table around them.
        if !isComment { (table, comment, isContinued) = (String(content[..<end].dropFirst()), [], false) }
        return nil
      }
      if let key = key(of: content) {
        isContinued = false
        return comment.isEmpty ? nil : PolicyOption(table: table, key: key, explanation: comment.joined(separator: " "))
      }
      guard isComment else {
        comment = []
        return nil
      }
      comment = (isContinued ? comment : []) + [String(content)]
      isContinued = true
      return nil
    }
  }

  /// Returns the key of a line `key = value`; nil for any other line.
  private static func key(of line: Substring) -> String? {
    let key = line.prefix { $0.isLowercase || $0 == "_" }
    return !key.isEmpty && line[key.endIndex...].hasPrefix(" = ") ? String(key) : nil
  }
}
