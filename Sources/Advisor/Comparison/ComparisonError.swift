/// A run that can't be trusted: the engine broke an invariant, or damaged an object.
public struct ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The run.
  public var run: ComparedRun.Setting
  /// What was found first.
  public var what: String

  /// The error in one line.
  public var description: String { "the run under \(run.policy) can't be trusted: \(what)" }
}
