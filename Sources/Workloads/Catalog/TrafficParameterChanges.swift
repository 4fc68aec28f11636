/// New values for the parameters of a workload. A parameter whose new value is nil is not changed.
package struct TrafficParameterChanges: Sendable, Hashable {
  /// New value of `TrafficParameters.rate`.
  package var rate: Double?
  /// New value of `TrafficParameters.flows`.
  package var flows: Int?
  /// New value of `TrafficParameters.sizes`, in the syntax of `PacketMix.init(_:)`.
  package var sizes: String?
  /// New value of `TrafficParameters.cpus`.
  package var cpus: Int?
  /// New value of `TrafficParameters.mtu`.
  package var mtu: Int?
  /// New value of `TrafficParameters.delay`.
  package var delay: Int?
  /// New value of `TrafficParameters.seed`.
  package var seed: UInt64?

  /// Creates changes without new values.
  package init() {}

  /// Whether there are no new values except possibly for the seed, a parameter of every workload.
  package var isEmpty: Bool {
    rate == nil && flows == nil && sizes == nil && cpus == nil && mtu == nil && delay == nil
  }
}

extension TrafficParameters {
  /// Applies new values.
  /// - Parameters:
  ///   - changes: New values.
  ///   - workload: Name of the workload, for error messages.
  /// - Throws: `TrafficParameterError` if the workload does not have one of the parameters, or a value is out of range.
  package mutating func set(_ changes: TrafficParameterChanges, of workload: String) throws(TrafficParameterError) {
    rate = try checked(changes.rate, rate, Bounds.rate, "rate", workload)
    flows = try checked(changes.flows, flows, Bounds.flows, "flows", workload)
    cpus = try checked(changes.cpus, cpus, Bounds.cpus, "cpus", workload)
    mtu = try checked(changes.mtu, mtu, Bounds.mtu, "mtu", workload)
    delay = try checked(changes.delay, delay, Bounds.delay, "delay", workload)
    seed = try checked(changes.seed, seed, Bounds.seed, "seed", workload)
    guard let text = changes.sizes else { return }
    guard sizes != nil else { throw missingParameter("sizes", workload) }
    guard let mix = PacketMix(text) else {
      let largest = PacketMix.largest
      throw TrafficParameterError(
        key: "sizes",
        description:
          "sizes: '\(text)' is not a mix of sizes from 1 to \(largest): write 40:7,576:4,1500:1 or 40-64:2,512:1")
    }
    sizes = mix
  }

  private func checked<Value: Comparable>(
    _ new: Value?, _ old: Value, _ range: ClosedRange<Value>, _ key: String, _ workload: String
  ) throws(TrafficParameterError) -> Value {
    guard let new else { return old }
    guard range.contains(new) else {
      throw TrafficParameterError(
        key: key, description: "\(key): \(new) is out of range: use \(range.lowerBound) to \(range.upperBound)")
    }
    return new
  }

  private func checked<Value: Comparable>(
    _ new: Value?, _ old: Value?, _ range: ClosedRange<Value>, _ key: String, _ workload: String
  ) throws(TrafficParameterError) -> Value? {
    guard let new else { return old }
    guard let old else { throw missingParameter(key, workload) }
    return try checked(new, old, range, key, workload) as Value
  }

  private func missingParameter(_ key: String, _ workload: String) -> TrafficParameterError {
    TrafficParameterError(key: key, description: "\(key): workload \(workload) has no such parameter")
  }
}
