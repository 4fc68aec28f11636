/// Error of a command: one line that names the file or option, what was expected, and what the user can do.
struct Failure: Error, CustomStringConvertible {
  let description: String
  /// Whether the error is a usage error (exit status 2) instead of a failure (1).
  let isUsage: Bool

  /// A failure while the command ran.
  static func failed(_ description: String) -> Failure { Failure(description: description, isUsage: false) }
  /// An argument that is wrong or does not exist.
  static func usage(_ description: String) -> Failure { Failure(description: description, isUsage: true) }
}
