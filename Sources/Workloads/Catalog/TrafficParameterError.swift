/// Error of setting a parameter: the workload does not have the parameter, or the value is out of range.
public struct TrafficParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the parameter.
  public var key: String
  /// Problem and expected value, in one line.
  public var description: String
}
