import ArgumentParser
import Workloads

/// Argument that selects the objects whose contents a replay verifies: `all`, `none`, or N for one object in N.
struct VerificationArgument: ExpressibleByArgument {
  let verification: ContentVerification

  init?(argument: String) {
    switch argument {
    case "all": verification = .all
    case "none": verification = .off
    default:
      guard let interval = Int(argument), let sampled = ContentVerification(oneIn: interval) else { return nil }
      verification = sampled
    }
  }

  /// Returns the help of an option.
  /// - Parameter usual: Name of the default.
  static func help(default usual: String) -> ArgumentHelp {
    ArgumentHelp(
      "Objects whose contents are verified: all, none, or N for one object in N (default: \(usual)).",
      discussion: """
        A verified object has a stamp at its beginning and its end from its allocation to its free. An overwritten stamp \
        shows that two objects overlap. Most of the time of a replay is for the stamps; no figure depends on them.
        """, valueName: "objects")
  }
}
