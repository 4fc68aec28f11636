/// Error of a run in which the engine violated an invariant or damaged an object, so that its figures are not reliable.
public struct ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Setting of the run.
  public var run: ComparedRun.Setting
  /// Description of the first violation.
  public var violation: String

  /// Error message of one line.
  public var description: String { "the figures under policy \(run.policy) are not reliable: \(violation)" }
}
