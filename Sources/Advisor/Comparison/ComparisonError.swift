/// Error of a run in which the engine violated an invariant or damaged an object, so that its figures are not reliable.
package struct ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Setting of the run.
  package var run: ComparedRun.Setting
  /// Description of the first violation.
  package var violation: String

  /// Error message of one line.
  package var description: String { "the figures under policy \(run.policy) are not reliable: \(violation)" }
}
