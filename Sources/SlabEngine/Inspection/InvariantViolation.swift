/// Something that `SlabEngine.validate()` found to be untrue.
public struct InvariantViolation: Hashable, Sendable, CustomStringConvertible {
  /// Where: a cache's name, or a page.
  public var place: String
  /// What was expected and what was found.
  public var finding: String

  /// Place and finding in one line.
  public var description: String { "\(place): \(finding)" }
}

/// Collects violations: each check states what should equal what.
struct InvariantReport {
  private(set) var violations: [InvariantViolation] = []

  mutating func expect(_ isTrue: Bool, _ place: @autoclosure () -> String, _ finding: @autoclosure () -> String) {
    if !isTrue { violations.append(InvariantViolation(place: place(), finding: finding())) }
  }

  mutating func expect<Value: Equatable>(
    _ what: @autoclosure () -> String, of place: @autoclosure () -> String, _ found: Value, equals expected: Value
  ) {
    expect(found == expected, place(), "\(what()) is \(found), expected \(expected)")
  }
}
