import ArgumentParser
import Recordings
import Settings
import Workloads

/// Parameters of a synthetic workload, which is named by its name in the catalogue or by a TOML file.
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

  private var changes: TrafficParameterChanges {
    var changes = TrafficParameterChanges()
    (changes.rate, changes.flows, changes.sizes) = (rate, flows, sizes)
    (changes.cpus, changes.mtu, changes.delay, changes.seed) = (cpus, mtu, delay, seed)
    return changes
  }

  /// Whether any parameter is given; a recording has none.
  var isSet: Bool { !changes.isEmpty }

  /// Returns whether a text names a workload in the catalogue or a workload file.
  static func isWorkload(_ name: String) -> Bool { name.hasSuffix(".toml") || WorkloadCatalog.names.contains(name) }

  /// Returns the workload with this name or in this file, with the parameters that are given.
  /// - Throws: a usage failure.
  func settings(_ name: String) throws -> WorkloadSettings {
    do {
      var settings =
        name.hasSuffix(".toml") || name.contains("/")
        ? try WorkloadSettings(toml: String(decoding: try InputFile(name).readAll(), as: UTF8.self), file: name)
        : WorkloadSettings(try WorkloadCatalog.workload(name))
      try settings.set(changes)
      return settings
    } catch let error as UnknownName {
      throw Failure.usage("\(error), or name a file: ./mine.toml")
    } catch let error as TrafficParameterError {
      throw Failure.usage("--\(error)")
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    }
  }
}
