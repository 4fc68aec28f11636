/// Why a command could not do what it was asked: one line for a person, which says what to do.
struct Failure: Error, CustomStringConvertible {
  let description: String
  /// Whether the command was asked for wrongly (exit status 2), rather than failed (1).
  let isUsage: Bool

  /// Something went wrong on the way.
  static func failed(_ description: String) -> Failure { Failure(description: description, isUsage: false) }
  /// The command line asks for something that doesn't exist or makes no sense.
  static func usage(_ description: String) -> Failure { Failure(description: description, isUsage: true) }
}
