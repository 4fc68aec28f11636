import ArgumentParser
import Workloads

/// Parameters of a synthetic workload.
struct TrafficOptions: ParsableArguments {
  @Option(help: "Packets, connections or requests per second (see slabscope workloads NAME).")
  var rate: Double?

  @Option(help: "Number of concurrent sockets, connections or flows.")
  var flows: Int?

  @Option(
    help: ArgumentHelp(
      "Packet sizes in bytes including the IP header, with their weights, e.g. 40:7,576:4,1500:1.", valueName: "mix"))
  var sizes: String?

  @Option(help: "Number of CPUs that the traffic is distributed over.")
  var cpus: Int?

  @Option(help: "Greatest packet size in bytes: 576, 1500, 9000.")
  var mtu: Int?

  @Option(help: ArgumentHelp("Microseconds until a reader frees a received packet.", valueName: "us"))
  var delay: Int?

  @Option(help: "Seed of the random numbers; the same seed gives the same events (default: 1).")
  var seed: UInt64?

  /// The parameters that are given.
  var changes: TrafficParameterChanges {
    var changes = TrafficParameterChanges()
    (changes.rate, changes.flows, changes.sizes) = (rate, flows, sizes)
    (changes.cpus, changes.mtu, changes.delay, changes.seed) = (cpus, mtu, delay, seed)
    return changes
  }
}

extension TrafficParameterChanges {
  /// The options that set the new values, as the user gives them: `--cpus -2`. The seed is omitted, as in `isEmpty`.
  var options: [String] {
    let rateText = rate.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
    let values: [(name: String, value: String?)] = [
      ("--rate", rateText), ("--flows", flows.map(String.init)), ("--sizes", sizes), ("--cpus", cpus.map(String.init)),
      ("--mtu", mtu.map(String.init)), ("--delay", delay.map(String.init)),
    ]
    return values.compactMap { name, value in value.map { "\(name) \($0)" } }
  }
}
