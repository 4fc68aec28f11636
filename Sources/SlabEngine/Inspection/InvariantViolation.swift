/// A violation of an invariant, found by `SlabEngine.validate()`.
public struct InvariantViolation: Hashable, Sendable, CustomStringConvertible {
  /// Name of the cache, page or other part of the engine that is affected.
  public var subject: String
  /// What was found, and what was expected.
  public var finding: String

  /// Subject and finding in one line.
  public var description: String { "\(subject): \(finding)" }
}

/// Collector of violations.
struct InvariantReport {
  private(set) var violations: [InvariantViolation] = []

  mutating func expect(_ isTrue: Bool, _ subject: @autoclosure () -> String, _ finding: @autoclosure () -> String) {
    if !isTrue { violations.append(InvariantViolation(subject: subject(), finding: finding())) }
  }

  mutating func expect<Value: Equatable>(
    _ what: @autoclosure () -> String, of subject: @autoclosure () -> String, _ found: Value, equals expected: Value
  ) {
    expect(found == expected, subject(), "\(what()) is \(found), expected \(expected)")
  }
}
