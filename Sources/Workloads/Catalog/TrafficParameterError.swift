/// Error of setting a parameter: the workload does not have the parameter, or the value is out of range.
package struct TrafficParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the parameter.
  package var key: String
  /// Problem and expected value, in one line.
  package var description: String
}
